/**
 * The forms of one notebook: each cell is read when its source changes and at no other time, every
 * value is written as the smallest edit, and what the cells ran with is kept for as long as the
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

import { editCell, type ITextEdit } from '../bootstrap/shared';
import type { CellWatcher } from '../bootstrap/watch';
import type { FieldValue, ICellForm, INotebookForms } from '../tokens';
import { setFieldValue } from './edit';
import { type IField, type IForm, parseForm } from './grammar';
import { keysOf, sameField } from './keys';

/** Runs one cell as a person would; resolves when it has ended. */
export type RunCell = (cell: Cell) => Promise<void>;

/** How a notebook's forms reach what is around them. */
export interface INotebookFormsOptions {
  /** The notebook; its forms end with it. */
  panel: NotebookPanel;
  /** Knows which cells may have one; ends with the forms. */
  watcher: CellWatcher;
  runCell: RunCell;
}

const NOTHING: ReadonlyMap<string, string> = new Map();

/** The forms of one notebook. */
export class NotebookForms implements INotebookForms, IDisposable {
  /** @param options - the notebook and what runs its cells */
  constructor(options: INotebookFormsOptions) {
    this.panel = options.panel;
    this._runCell = options.runCell;
    this._watcher = options.watcher;
    this._watcher.changed.connect(this._read, this);
    const session = this._session;
    session.kernelChanged.connect(this._forgetRuns, this);
    session.statusChanged.connect(this._onStatus, this);
    NotebookActions.executionScheduled.connect(this._onScheduled, this);
    NotebookActions.executed.connect(this._onExecuted, this);
    this.panel.disposed.connect(this.dispose, this);
    this._read();
  }

  readonly panel: NotebookPanel;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** In order; the same list until one comes or goes. */
  get cells(): readonly CellForm[] {
    return this._cells;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether cells of the notebook can be changed. */
  get isReadOnly(): boolean {
    return this._watcher.isDisposed || (this._model?.readOnly ?? true);
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
    Signal.clearData(this);
  }

  /** What the cell of that id ran with in this session of the kernel. */
  ranWith(id: string): ReadonlyMap<string, string> {
    return this._ran.get(id) ?? NOTHING;
  }

  /** Run a cell. */
  async run(model: ICellModel): Promise<void> {
    const cell = this._notebook.widgets.find(one => one.model === model);
    if (cell) {
      await this._runCell(cell);
    }
  }

  private _read(): void {
    const cells: CellForm[] = [];
    const present = new Set<ICellModel>();
    for (const { model, source } of this._watcher.cells) {
      present.add(model);
      const known = this._known.get(model);
      const cell = known ?? new CellForm(this, model);
      this._known.set(model, cell);
      cell.read(source);
      if (!cell.isEmpty) {
        cells.push(cell);
      }
    }
    for (const [model, cell] of this._known) {
      if (!present.has(model)) {
        this._known.delete(model);
        cell.dispose();
      }
    }
    const isSame =
      cells.length === this._cells.length &&
      cells.every((cell, i) => cell === this._cells[i]);
    if (!isSame) {
      this._cells = cells;
    }
    this._changed.emit();
  }

  private _onScheduled(_: unknown, args: IExecution): void {
    const form = this._formOf(args);
    if (form) {
      const { id } = form;
      this._replaced.set(id, this._ran.get(id));
      this._setRan(form, form.texts());
    }
  }

  private _onExecuted(_: unknown, args: IExecution): void {
    const form = this._formOf(args);
    if (form && args.success === false && args.error?.errorName === undefined) {
      // The kernel did not begin with it: a cell before it failed.
      this._setRan(form, this._replaced.get(form.id));
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

  private _onStatus(_: ISessionContext, status: string): void {
    if (status === 'restarting' || status === 'autorestarting') {
      this._forgetRuns();
    }
  }

  /** A new kernel has none of the values. */
  private _forgetRuns(): void {
    if (this._ran.size > 0) {
      this._ran.clear();
      this._replaced.clear();
      this._cells.forEach(cell => cell.emitChanged());
      this._changed.emit();
    }
  }

  private _formOf({ notebook, cell }: IExecution): CellForm | undefined {
    return notebook === this._notebook && !cell.isDisposed
      ? this._known.get(cell.model)
      : undefined;
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
  private readonly _known = new Map<ICellModel, CellForm>();
  /** By id, which a cell keeps where it is moved. */
  private readonly _ran = new Map<string, ReadonlyMap<string, string>>();
  private readonly _replaced = new Map<
    string,
    ReadonlyMap<string, string> | undefined
  >();
  private readonly _runCell: RunCell;
  private readonly _watcher: CellWatcher;
  private _cells: readonly CellForm[] = [];
  private _isDisposed = false;
}

/** What is told of a cell that is run. */
interface IExecution {
  notebook: Notebook;
  cell: Cell;
  success?: boolean;
  error?: KernelError | null;
}

/** The form of one cell. */
export class CellForm implements ICellForm, IDisposable {
  /**
   * @param forms - the forms of its notebook
   * @param model - the cell
   */
  constructor(forms: NotebookForms, model: ICellModel) {
    this._forms = forms;
    this.model = model;
    this.id = model.id;
    model.metadataChanged?.connect(this._onMetadata, this);
  }

  readonly id: string;
  readonly model: ICellModel;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get form(): IForm {
    return this._form;
  }

  get source(): string {
    return this._source;
  }

  get ran(): ReadonlyMap<string, string> {
    return this._forms.ranWith(this.id);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get isEditable(): boolean {
    return (
      !this._isDisposed &&
      !this._forms.isReadOnly &&
      this.model.getMetadata('editable') !== false
    );
  }

  /** Whether the source has a marker and yet no form. */
  get isEmpty(): boolean {
    const { title, items, rejected } = this._form;
    return !title && items.length === 0 && rejected.length === 0;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
    }
  }

  /** Take what the source is now. */
  read(source: string): void {
    if (source !== this._source) {
      this._source = source;
      this._form = parseForm(source);
      // Fields are found again by their keys when the cell has become another one.
      keysOf(this._form);
      this._changed.emit();
    }
  }

  /** Tell that something else than the source has changed. */
  emitChanged(): void {
    this._changed.emit();
  }

  set(field: IField, value: FieldValue): boolean {
    return this.setAll([[field, value]])[0];
  }

  setAll(values: Iterable<readonly [IField, FieldValue]>): boolean[] {
    const edits = new Map<IField, ITextEdit>();
    const done = [...values].map(([field, value]) => {
      const now = this.isEditable ? this.find(field) : null;
      const edit = now && setFieldValue(this._source, now, value);
      if (now && edit) {
        edits.set(now, edit);
      }
      return Boolean(edit);
    });
    editCell(
      this.model,
      [...edits.values()].filter(
        ({ start, end, text }) => text !== this._source.slice(start, end)
      )
    );
    return done;
  }

  apply(edit: ITextEdit): boolean {
    return this.isEditable && editCell(this.model, [edit]);
  }

  find(field: IField): IField | null {
    return sameField(this._form, field);
  }

  async run(): Promise<void> {
    await this._forms.run(this.model);
  }

  /** The code of all values, by the keys of their fields. */
  texts(): ReadonlyMap<string, string> {
    return new Map(
      Array.from(keysOf(this._form), ([field, key]) => [
        key,
        this._source.slice(field.valueStart, field.valueEnd)
      ])
    );
  }

  private _onMetadata(_: ICellModel, change: { key: string }): void {
    if (change.key === 'editable') {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _forms: NotebookForms;
  private _form: IForm = { title: null, items: [], rejected: [] };
  private _isDisposed = false;
  private _source = '';
}
