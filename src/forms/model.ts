/**
 * The forms of one notebook: a cell is read when somebody looks at its form, once for each source,
 * every value is written as the smallest edit, and what the cells ran with is kept for as long as the
 * kernel that ran them.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Cell, ICellModel } from '@jupyterlab/cells';
import {
  type KernelError,
  type Notebook,
  NotebookActions,
  type NotebookPanel
} from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { CellWatcher } from '../bootstrap/watch';
import type { INotebookForms } from '../tokens';
import { CellForm, type ICellOwner } from './cellform';
import type { IFormPreferences } from './host';
import { languageOf } from './language';
import type { Writing } from './literal';

/** Runs one cell, and leaves the user where he is; resolves when it has ended. */
export type RunCell = (cell: Cell) => Promise<void>;

/** How a notebook's forms reach what is around them. */
export interface INotebookFormsOptions {
  /** The notebook; its forms end with it. */
  panel: NotebookPanel;
  preferences: IFormPreferences;
  /** Knows which cells may have one; ends with the forms. */
  watcher: CellWatcher;
  runCell: RunCell;
}

/** IPython's error for a magic that it does not know. */
const UNKNOWN_MAGIC = 'UsageError';

/** States of a kernel in which its values are gone. */
const ENDED: ReadonlySet<string> = new Set([
  'autorestarting',
  'dead',
  'restarting',
  'terminating'
]);

const NOTHING: ReadonlyMap<string, string> = new Map();

/** The forms of one notebook. */
export class NotebookForms implements INotebookForms, ICellOwner, IDisposable {
  /** @param options - the notebook and what runs its cells */
  constructor(options: INotebookFormsOptions) {
    this.panel = options.panel;
    this._preferences = options.preferences;
    this._runCell = options.runCell;
    this._watcher = options.watcher;
    this._watcher.changed.connect(this._update, this);
    const session = this._session;
    session.kernelChanged.connect(this._forgetRuns, this);
    session.statusChanged.connect(this._onStatus, this);
    this._language = languageOf(this._model);
    this._model?.metadataChanged.connect(this._onMetadata, this);
    NotebookActions.executionScheduled.connect(this._onScheduled, this);
    NotebookActions.executed.connect(this._onExecuted, this);
    this.panel.disposed.connect(this.dispose, this);
    this._update();
  }

  readonly panel: NotebookPanel;

  readonly switchedOff = new Set<string>();

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get cells(): readonly CellForm[] {
    this._cells ??= this._marked.filter(cell => !cell.isEmpty);
    return this._cells;
  }

  /**
   * The cells with a marker, in order, which are not read for that; the same list until one comes
   * or goes.
   */
  get marked(): readonly CellForm[] {
    return this._marked;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether cells of the notebook can be changed. */
  get isReadOnly(): boolean {
    return this._watcher.isDisposed || (this._model?.readOnly ?? true);
  }

  get language(): Writing | null {
    return this._language;
  }

  get runsOnChange(): boolean {
    return this._preferences.runsOnChange;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._watcher.dispose();
    this._known.forEach(cell => cell.dispose());
    this._known.clear();
    this._cells = [];
    this._marked = [];
    Signal.clearData(this);
  }

  /** What the cell of that id ran with in this session of the kernel. */
  ranWith(id: string): ReadonlyMap<string, string> {
    return this._ran.get(id) ?? NOTHING;
  }

  hasFailedMagic(id: string): boolean {
    return this._failedMagics.has(id);
  }

  /** Run a cell. */
  async run(model: ICellModel): Promise<void> {
    const cell = this._notebook.widgets.find(one => one.model === model);
    if (cell) {
      await this._runCell(cell);
    }
  }

  private _update(): void {
    const marked: CellForm[] = [];
    const present = new Set<ICellModel>();
    for (const { model, source } of this._watcher.cells) {
      const cell = this._known.get(model) ?? new CellForm(this, model);
      this._known.set(model, cell);
      present.add(model);
      marked.push(cell);
      cell.take(source);
    }
    for (const [model, cell] of this._known) {
      if (!present.has(model)) {
        this._known.delete(model);
        cell.dispose();
      }
    }
    const isSame =
      marked.length === this._marked.length &&
      marked.every((cell, i) => cell === this._marked[i]);
    if (!isSame) {
      this._marked = marked;
    }
    this._cells = null;
    this._changed.emit();
  }

  private _onScheduled(_: unknown, args: IExecution): void {
    const form = this._formOf(args);
    if (form) {
      const { id } = form;
      this._failedMagics.delete(id);
      this._replaced.set(id, this._ran.get(id));
      this._setRan(form, form.texts());
    }
  }

  private _onExecuted(_: unknown, args: IExecution): void {
    const form = this._formOf(args);
    if (!form || args.success !== false) {
      return;
    }
    const reason = args.error?.errorName;
    if (reason === undefined) {
      // The kernel did not begin with it: a cell before it failed.
      this._setRan(form, this._replaced.get(form.id));
    } else if (reason === UNKNOWN_MAGIC) {
      this._failedMagics.add(form.id);
      form.emitChanged();
    }
  }

  private _setRan(
    form: CellForm,
    ran: ReadonlyMap<string, string> | undefined
  ): void {
    if (ran) {
      this._ran.set(form.id, ran);
    } else {
      this._ran.delete(form.id);
    }
    form.emitChanged();
    this._changed.emit();
  }

  private _onMetadata(): void {
    const language = languageOf(this._model);
    if (language !== this._language) {
      this._language = language;
      this._cells = null;
      this._marked.forEach(cell => cell.reread());
      this._changed.emit();
    }
  }

  private _onStatus(_: ISessionContext, status: string): void {
    if (ENDED.has(status)) {
      this._forgetRuns();
    }
  }

  /** A new kernel has none of the values. */
  private _forgetRuns(): void {
    if (this._ran.size > 0) {
      this._ran.clear();
      this._replaced.clear();
      this._failedMagics.clear();
      this._marked.forEach(cell => cell.emitChanged());
      this._changed.emit();
    }
  }

  /** The form of a cell that may have been run in another view of the notebook. */
  private _formOf({ cell }: IExecution): CellForm | undefined {
    return cell.isDisposed ? undefined : this._known.get(cell.model);
  }

  private get _notebook(): Notebook {
    return this.panel.content;
  }

  private get _model(): Notebook['model'] {
    return this.panel.content.model;
  }

  private get _session(): ISessionContext {
    return this.panel.sessionContext;
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _failedMagics = new Set<string>();
  private readonly _known = new Map<ICellModel, CellForm>();
  /** By id, which a cell keeps where it is moved. */
  private readonly _ran = new Map<string, ReadonlyMap<string, string>>();
  private readonly _preferences: IFormPreferences;
  private readonly _replaced = new Map<
    string,
    ReadonlyMap<string, string> | undefined
  >();
  private readonly _runCell: RunCell;
  private readonly _watcher: CellWatcher;
  /** Null until somebody asks. */
  private _cells: readonly CellForm[] | null = null;
  private _isDisposed = false;
  private _language: Writing | null;
  private _marked: readonly CellForm[] = [];
}

/** What is told of a cell that is run. */
interface IExecution {
  cell: Cell;
  success?: boolean;
  error?: KernelError | null;
}
