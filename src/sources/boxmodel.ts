/**
 * The box's model: what was pasted, what it is, and the line that would be written. A draft belongs
 * to its notebook and lives as long as the page; nothing is written before *Add*.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { shellSource } from '../bootstrap/shell';
import { CurrentModel } from '../bootstrap/current';
import { addStep } from '../bootstrap/edit';
import { parse, quote } from '../bootstrap/grammar';
import { parsed } from '../bootstrap/parsed';
import type { IBootstrap, IBootstrapTracker, IPreflightPanel } from '../tokens';
import { type IUnderstood, understand, willOf } from './paste';

/** Options of a source that the box offers. */
export interface ICardOptions {
  optional: boolean;
  ref: string;
  secret: string;
  include: string;
}

/** What the user has chosen beside the link itself; null leaves it to the link. */
interface IDraft {
  text: string;
  role: 'dataset' | 'project' | null;
  folder: string | null;
  options: ICardOptions;
  isOpen: boolean;
}

/** What the box shows below the input. */
export interface ICard {
  what: string;
  will: string;
  /** `dataset` and `project` can be chosen between; other steps are what they are. */
  role: string;
  /** Whether role and folder can be chosen. */
  isSource: boolean;
  folder: string;
  options: ICardOptions;
  /** Whether further options are shown. */
  isOpen: boolean;
  /** The lines to be written. */
  lines: readonly string[];
  /** What is wrong, or null. */
  problem: ICardProblem | null;
}

/** Why a source cannot be added. */
export interface ICardProblem {
  message: string;
  hint: string;
  /** A text to put into the box instead; empty where there is none. */
  fix: string;
}

const NOTHING: IDraft = {
  text: '',
  role: null,
  folder: null,
  options: { optional: false, ref: '', secret: '', include: '' },
  isOpen: false
};

/** The draft of the current notebook. */
export class BoxModel extends CurrentModel {
  /**
   * @param options - where the notebook comes from and what else is needed
   */
  constructor(options: BoxModel.IOptions) {
    super(options.panel, options.tracker);
    this._trans = options.trans;
  }

  /** What stands in the input. */
  get text(): string {
    return this._draft.text;
  }

  /** What is known about the text; null where it is empty or nothing yet. */
  get card(): ICard | null {
    return this._card;
  }

  /** Why nothing can be added to this notebook; empty where it can. */
  get refusal(): string {
    if (!this.bootstrap) {
      return this._trans.__('Open a notebook to add sources to it.');
    }
    return this.bootstrap.isReadOnly
      ? this._trans.__('This notebook is read-only.')
      : '';
  }

  /** Whether the notebook has no steps yet. */
  get isEmpty(): boolean {
    return (this.bootstrap?.cells ?? []).every(
      cell =>
        parsed(cell.source).steps.length === 0 &&
        parsed(cell.source).problems.length === 0
    );
  }

  /** Put another text into the box. */
  setText(text: string): void {
    this._set({ ...NOTHING, text });
  }

  /** Use the source as data or as code. */
  setRole(role: 'dataset' | 'project'): void {
    this._set({ ...this._draft, role });
  }

  /** Put the source into another folder. */
  setFolder(folder: string): void {
    this._set({ ...this._draft, folder });
  }

  /** Choose an option. */
  setOption(change: Partial<ICardOptions>): void {
    this._set({
      ...this._draft,
      options: { ...this._draft.options, ...change }
    });
  }

  /** Show or hide further options. */
  toggleMore(): void {
    this._set({ ...this._draft, isOpen: !this._draft.isOpen });
  }

  /**
   * Write the lines into the notebook, and empty the box.
   *
   * @returns whether anything was written
   */
  add(): boolean {
    const card = this._card;
    if (!card || card.problem || !this.bootstrap) {
      return false;
    }
    const done = this.write(card.lines);
    if (done) {
      this._set(NOTHING);
    }
    return done;
  }

  /** Write lines into the notebook, with the cells where there are none. */
  write(lines: readonly string[]): boolean {
    const { bootstrap } = this;
    if (!bootstrap || this.refusal) {
      return false;
    }
    if (this.tracker.isPlain) {
      bootstrap.insertPlain(shellSource(parse(lines.join('\n')).steps));
      return true;
    }
    const target = bootstrap.target;
    if (!target) {
      bootstrap.insert(lines);
      return true;
    }
    return bootstrap.edit(target.id, [
      addStep(target.source, lines.join('\n'))
    ]);
  }

  protected override refresh(): void {
    const { bootstrap } = this;
    this._draft = (bootstrap && this._drafts.get(bootstrap)) || NOTHING;
    this._card = this._look();
  }

  private _set(draft: IDraft): void {
    if (this.bootstrap) {
      this._drafts.set(this.bootstrap, draft);
    }
    this.refresh();
    this.stateChanged.emit();
  }

  private _look(): ICard | null {
    const draft = this._draft;
    const known = understand(draft.text, this._trans);
    if (known.length === 0) {
      return null;
    }
    const [first] = known;
    const isSource =
      known.length === 1 &&
      first.line !== '' &&
      (first.role === 'dataset' || first.role === 'project');
    const role = (isSource && draft.role) || first.role;
    const folder = draft.folder ?? this._free(first.folder);
    const lines = isSource
      ? [lineOf(first, role, folder, draft.options)]
      : known.map(item => item.line).filter(line => line !== '');
    const wrong = known.find(item => item.problem)?.problem;
    return {
      what:
        known.length === 1
          ? first.what
          : this._trans.__('%1 lines', known.length),
      will: isSource
        ? willOf(role, folder, this._trans)
        : known.length === 1
          ? first.will
          : '',
      role,
      isSource,
      folder,
      options: draft.options,
      isOpen: draft.isOpen,
      lines,
      problem: wrong
        ? { message: wrong.message, hint: wrong.hint, fix: wrong.fix ?? '' }
        : this._conflict(lines)
    };
  }

  /** What the notebook's cell would say to the lines. */
  private _conflict(lines: readonly string[]): ICardProblem | null {
    const source = this.bootstrap?.target?.source ?? '%%preflight\n';
    const edit = addStep(source, lines.join('\n'));
    const after =
      source.slice(0, edit.start) + edit.text + source.slice(edit.end);
    const before = new Set(
      parsed(source).problems.map(problem => problem.message)
    );
    const problem = parsed(after).problems.find(
      other => !before.has(other.message)
    );
    return problem
      ? { message: problem.message, hint: problem.hint, fix: '' }
      : null;
  }

  /** The folder, or one beside it where another source has that name. */
  private _free(folder: string): string {
    const taken = new Set(
      (this.bootstrap?.cells ?? []).flatMap(cell =>
        parsed(cell.source).steps.map(step => step.args[1])
      )
    );
    let free = folder;
    for (let n = 2; taken.has(free); n++) {
      free = `${folder}-${n}`;
    }
    return free;
  }

  private readonly _drafts = new WeakMap<IBootstrap, IDraft>();
  private readonly _trans: TranslationBundle;
  private _card: ICard | null = null;
  private _draft: IDraft = NOTHING;
}

/** Types of the model. */
export namespace BoxModel {
  /** How to make the model. */
  export interface IOptions {
    panel: IPreflightPanel;
    tracker: IBootstrapTracker;
    trans: TranslationBundle;
  }
}

/** The line of a source with what the user has chosen. */
function lineOf(
  item: IUnderstood,
  role: string,
  folder: string,
  options: ICardOptions
): string {
  const own = parse(item.line).steps[0];
  const link = own?.words[1] ?? '';
  const rest = own?.words.slice(3) ?? [];
  const words = [role, link, folder.trim(), ...rest];
  for (const name of ['ref', 'secret', 'include'] as const) {
    if (options[name].trim()) {
      words.push(`--${name}`, options[name].trim());
    }
  }
  if (options.optional) {
    words.push('--optional');
  }
  return words.map(quote).join(' ');
}
