/**
 * The box's model: what was pasted, what it is, and the line that would be written. A draft belongs
 * to its notebook and lives as long as the page; nothing is written before *Add*.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { shellSource } from '../bootstrap/shell';
import { CurrentModel } from '../bootstrap/current';
import { addStep } from '../bootstrap/edit';
import { type IStep, parse, quote } from '../bootstrap/grammar';
import { parsed } from '../bootstrap/parsed';
import type { IBootstrap, IBootstrapTracker, IPreflightPanel } from '../tokens';
import {
  type IPasteProblem,
  type IUnderstood,
  understand,
  willOf
} from './paste';

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
  /** What else is to be known; mostly empty. */
  notice: string;
  /** The folder that this very link fills already; empty where there is none. */
  known: string;
  /** Whether the link is all there is: to go to what is there is more likely meant than to add. */
  isRepeated: boolean;
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
    this._show = options.show;
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

  /** Go to the source that the notebook has already, and empty the box. */
  showKnown(): void {
    const { known } = this._card ?? {};
    if (known) {
      this._set(NOTHING);
      this._show(known);
    }
  }

  /** Write a line that is offered elsewhere; where it does not fit here, the box says why. */
  use(line: string): void {
    if (this._conflict([line]) || !this.write([line])) {
      this.setText(line);
    }
  }

  /** Write lines into the notebook, with the cells where there are none, and `code` below. */
  write(lines: readonly string[], ...code: readonly string[]): boolean {
    const { bootstrap } = this;
    if (!bootstrap || this.refusal) {
      return false;
    }
    if (this.tracker.isPlain) {
      const steps = shellSource(parse(lines.join('\n')).steps);
      bootstrap.insertPlain(steps, ...code);
      return true;
    }
    const target = bootstrap.target;
    if (!target) {
      bootstrap.insert(lines, ...code);
      return true;
    }
    const done = bootstrap.edit(target.id, [
      addStep(target.source, lines.join('\n'))
    ]);
    if (done && code.length > 0) {
      bootstrap.insertPlain(...code);
    }
    return done;
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
    return known.length === 1
      ? this._one(known[0], draft)
      : this._several(known, draft);
  }

  private _one(item: IUnderstood, draft: IDraft): ICard {
    const { problem } = item;
    // What is wrong with the link itself is cured in the input: there is nothing to choose yet.
    const isSource = item.folder !== '' && !problem;
    const role = (isSource && draft.role) || item.role;
    const folder = draft.folder ?? this._free(item.folder);
    const lines = isSource
      ? [lineOf(item, role, folder, draft.options)]
      : [item.line].filter(line => line !== '' && !problem);
    const known = isSource ? this._known(item) : '';
    const { text, isOpen } = draft;
    return {
      known,
      isRepeated: known !== '' && isSame(draft, { ...NOTHING, text, isOpen }),
      what: item.what,
      will: isSource ? willOf(role, folder.trim(), this._trans) : item.will,
      notice: known
        ? this._trans.__('This link is in the list already, as %1.', known)
        : item.notice,
      role,
      isSource,
      folder,
      options: draft.options,
      isOpen: draft.isOpen,
      lines,
      problem: problem ? problemOf(problem) : this._conflict(lines)
    };
  }

  /** Of several lines those that cannot be written are left out, and it is said why. */
  private _several(known: readonly IUnderstood[], draft: IDraft): ICard {
    const trans = this._trans;
    const good = known.filter(item => !item.problem);
    const wrong = known.find(item => item.problem)?.problem;
    const lines = good.map(item =>
      item.folder === ''
        ? item.line
        : lineOf(item, item.role, this._free(item.folder), NOTHING.options)
    );
    const left = known.length - good.length;
    const there = good.map(item => this._known(item)).filter(Boolean);
    return {
      known: '',
      isRepeated: false,
      what: trans._n('%1 line', '%1 lines', good.length),
      will: wrong
        ? trans._n(
            '%1 line is left out: %2',
            '%1 lines are left out: %2',
            left,
            wrong.message
          )
        : '',
      notice: there.length
        ? trans.__('In the list already: %1', there.join(', '))
        : '',
      role: '',
      isSource: false,
      folder: '',
      options: draft.options,
      isOpen: false,
      lines,
      problem:
        wrong && good.length === 0 ? problemOf(wrong) : this._conflict(lines)
    };
  }

  /** What the notebook's cell would say to the lines. */
  private _conflict(lines: readonly string[]): ICardProblem | null {
    const source = this.bootstrap?.target?.source ?? '%%preflight\n';
    const edit = addStep(source, lines.join('\n'));
    const above = source.slice(0, edit.start);
    const count = above === '' ? 0 : above.split(/\r\n|\r|\n/).length;
    const problem = parsed(
      above + edit.text + source.slice(edit.end)
    ).problems.find(({ line }) => line > count);
    return problem
      ? { message: problem.message, hint: problem.hint, fix: '' }
      : null;
  }

  /** The folder of the source that has the same link; empty where none has. */
  private _known(item: IUnderstood): string {
    const link = parse(item.line).steps[0]?.source?.canonical;
    const same = this._steps.find(
      ({ source }) => link !== undefined && source?.canonical === link
    );
    return same?.args[1] ?? '';
  }

  /** The folder, or one beside it where another source has that name. */
  private _free(folder: string): string {
    const taken = new Set(this._steps.map(step => step.args[1]));
    let free = folder;
    for (let n = 2; taken.has(free); n++) {
      free = `${folder}-${n}`;
    }
    return free;
  }

  private get _steps(): IStep[] {
    return (this.bootstrap?.cells ?? []).flatMap(
      cell => parsed(cell.source).steps
    );
  }

  private readonly _drafts = new WeakMap<IBootstrap, IDraft>();
  private readonly _show: (folder: string) => void;
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
    /** Shows the source of a folder in the list. */
    show: (folder: string) => void;
  }
}

function isSame(a: IDraft, b: IDraft): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function problemOf(problem: IPasteProblem): ICardProblem {
  return { ...problem, fix: problem.fix ?? '' };
}

/** The line of a source with what the user has chosen. */
function lineOf(
  item: IUnderstood,
  role: string,
  folder: string,
  chosen: ICardOptions
): string {
  const own = parse(item.line).steps[0];
  const options: IStep['options'] = { ...own?.options };
  for (const name of ['ref', 'secret', 'include'] as const) {
    if (chosen[name].trim()) {
      options[name] = chosen[name].trim();
    }
  }
  if (chosen.optional) {
    options.optional = true;
  }
  return [role, own?.args[0] ?? '', folder.trim(), ...optionWords(options)]
    .map(quote)
    .join(' ');
}

/** Options as they are written. */
function optionWords(options: IStep['options']): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === true) {
      return [`--${name}`];
    }
    switch (name) {
      case 'path':
        return [`--path=${value}`];
      case 'include':
        return [value].flat().flatMap(glob => ['--include', glob]);
      default:
        return [`--${name}`, [value].flat().join(',')];
    }
  });
}
