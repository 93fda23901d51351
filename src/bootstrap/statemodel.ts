/** What the state block shows and does for the current notebook. */
import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IBootstrap, IBootstrapTracker, IPreflightPanel } from '../tokens';
import { shellSource } from './shell';
import { CurrentModel } from './current';
import type { ISituation, Verb } from './facts';
import type { IStep } from './grammar';
import { match } from './match';
import { placesOf } from './names';
import { parsed } from './parsed';
import { situation } from './situation';
import { wrongLines } from './wrong';

/** The model of the state block. */
export class StateModel extends CurrentModel {
  /**
   * @param options - where the notebook comes from and what else is needed
   */
  constructor(options: StateModel.IOptions) {
    super(options.panel, options.tracker);
    this._trans = options.trans;
    this._newNotebook = options.newNotebook;
    this.refresh();
  }

  /** What to show; null where there is nothing to say. */
  get situation(): ISituation | null {
    return this._situation;
  }

  /** Do what a button says. */
  async act(verb: Verb): Promise<void> {
    if (verb === 'new-notebook') {
      this._newNotebook();
      return;
    }
    const bootstrap = this.bootstrap;
    if (!bootstrap) {
      return;
    }
    switch (verb) {
      case 'prepare':
        // A second click comes before the button says anything else.
        return bootstrap.isRunning ? undefined : bootstrap.prepare();
      case 'stop':
        return bootstrap.stop();
      case 'allow':
        return bootstrap.answer(true);
      case 'refuse':
        return bootstrap.answer(false);
      case 'install':
        return bootstrap.install();
      case 'plain':
        bootstrap.insertPlain(shellSource(stepsOf(bootstrap)));
        return;
      case 'start-kernel':
      case 'restart-kernel':
        return bootstrap.startKernel();
      case 'choose-kernel':
        return bootstrap.startKernel(true);
      case 'show-cell':
        void bootstrap.show(bootstrap.cells.find(cell => !cell.isKnown)?.id);
        return;
      case 'show-problem':
        this._showProblem(bootstrap);
        return;
      case 'copy-report':
        this.copy(reportOf(bootstrap));
        return;
    }
  }

  /** Put a text on the clipboard. */
  copy(text: string): void {
    Clipboard.copyToSystem(text);
  }

  protected override refresh(): void {
    const bootstrap = this.bootstrap;
    const cells = bootstrap?.cells ?? [];
    const steps = bootstrap ? stepsOf(bootstrap) : [];
    const next = situation(
      {
        notebook: bootstrap ? bootstrap.panel.title.label : null,
        kernel: bootstrap?.kernel ?? 'none',
        kernelName: bootstrap?.panel.sessionContext.kernelDisplayName ?? '',
        language: bootstrap?.language ?? '',
        probe: bootstrap?.probe ?? null,
        snapshot: bootstrap?.snapshot ?? null,
        isKnown: bootstrap?.isKnown ?? false,
        isAsking: bootstrap?.isAsking ?? false,
        isRunning: bootstrap?.isRunning ?? false,
        isReadOnly: bootstrap?.isReadOnly ?? true,
        steps: steps.length,
        problems: cells.reduce(
          (sum, { source }) => sum + wrongLines(source, parsed(source)).length,
          0
        ),
        rows: match(steps, bootstrap?.snapshot ?? null).filter(
          row => row !== null
        ),
        places: placesOf(steps, this._trans),
        installs: wordsOf(steps, 'pip', 'apt').map(words => words.join(' ')),
        variables: wordsOf(steps, 'env')
          .flat()
          .map(word => word.split('=', 1)[0]),
        commands: wordsOf(steps, 'run').map(words => words.join(' '))
      },
      this._trans
    );
    if (!this._isTooSoon(next)) {
      this._situation = next;
    }
  }

  protected override left(): void {
    window.clearTimeout(this._timer);
    this._since = null;
    this._situation = null;
  }

  /** Whether a situation may pass before anybody could read it; if not, it is shown in time. */
  private _isTooSoon(next: ISituation | null): boolean {
    window.clearTimeout(this._timer);
    if (!next?.delay) {
      this._since = null;
      return false;
    }
    this._since ??= Date.now();
    const left = this._since + next.delay - Date.now();
    if (left <= 0 || this._situation === null) {
      return false;
    }
    this._timer = window.setTimeout(() => {
      this.refresh();
      this.stateChanged.emit();
    }, left);
    return true;
  }

  private _showProblem(bootstrap: IBootstrap): void {
    for (const cell of bootstrap.cells) {
      const problem = parsed(cell.source).problems[0];
      if (problem) {
        const start = cell.source
          .split('\n')
          .slice(0, problem.line - 1)
          .reduce((sum, line) => sum + line.length + 1, 0);
        void bootstrap.show(cell.id, start);
        return;
      }
    }
  }

  private readonly _newNotebook: () => void;
  private readonly _trans: TranslationBundle;
  /** Since when a situation that is not shown yet has lasted; null where there is none. */
  private _since: number | null = null;
  private _situation: ISituation | null = null;
  private _timer = 0;
}

/** Types of the model. */
export namespace StateModel {
  /** How to make the model. */
  export interface IOptions {
    panel: IPreflightPanel;
    tracker: IBootstrapTracker;
    trans: TranslationBundle;
    /** Makes a notebook, for those who have none. */
    newNotebook: () => void;
  }
}

function stepsOf(bootstrap: IBootstrap): IStep[] {
  return bootstrap.cells.flatMap(cell => parsed(cell.source).steps);
}

/** The words of each step of some names. */
function wordsOf(steps: readonly IStep[], ...names: string[]): string[][] {
  return steps
    .filter(({ name }) => names.includes(name))
    .map(({ args }) => args);
}

/** The last run as a text to send to somebody who helps: no links, no values. */
function reportOf(bootstrap: IBootstrap): string {
  const snapshot = bootstrap.snapshot;
  if (!snapshot) {
    return '';
  }
  return [
    snapshot.sentence,
    ...snapshot.rows.map(row =>
      [row.state.padEnd(8), row.name, row.meta, row.text]
        .filter(part => part !== '')
        .join('  ')
    ),
    `jupyterlab-preflight ${snapshot.preflight}, Python ${snapshot.python}`
  ].join('\n');
}
