/**
 * What the extension does for one notebook: it knows the cells of ours, changes them only by the
 * smallest edits, runs them as a person would, and hears what the kernel says about them.
 */
import type {
  ISessionContext,
  ISessionContextDialogs
} from '@jupyterlab/apputils';
import type { Cell, ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import {
  type Notebook,
  NotebookActions,
  type NotebookPanel
} from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { ISnapshot } from '../channel/messages';
import type { IProbe } from '../channel/probe';
import { KernelChannel } from '../channel/transport';
import type {
  IBootstrap,
  IBootstrapCell,
  ICommandResult,
  KernelState
} from '../tokens';
import {
  askedFor,
  bootstrapSource,
  installingEdit,
  isBootstrapCell,
  isLoaderCell,
  isPlainLoader,
  loaderSource
} from './cells';
import type { Consent } from './consent';
import {
  kernelState,
  loadExtension,
  mayInterrupt,
  runCommand,
  startKernel
} from './kernel';
import { editCell, insertCells, type ITextEdit } from './shared';
import { CellWatcher, type ISourceChange } from './watch';

/** Milliseconds that JupyterLab may look for a kernel before its absence is told. */
const OPENING = 1000;

/** The bootstrap cells of one notebook. */
export class Bootstrap implements IBootstrap, IDisposable {
  /**
   * @param options - the notebook and what runs its cells
   */
  constructor(options: Bootstrap.IOptions) {
    this.panel = options.panel;
    this._consent = options.consent;
    this._dialogs = options.dialogs;
    this._translator = options.translator;
    this._watcher = new CellWatcher(this.panel.content, isBootstrapCell);
    this._channel = new KernelChannel(this._session);
    this._watcher.sourceChanged.connect(this._onSourceChanged, this);
    this._watcher.changed.connect(this._emit, this);
    this._channel.changed.connect(this._emit, this);
    this._consent.changed.connect(this._emit, this);
    this._session.kernelChanged.connect(this._onKernel, this);
    this.panel.context.pathChanged.connect(this._emit, this);
    NotebookActions.executionScheduled.connect(this._onScheduled, this);
    this._session.specsManager.specsChanged.connect(this._emit, this);
    this._onKernel();
    this.panel.disposed.connect(this.dispose, this);
    this._opening = window.setTimeout(() => {
      this._isNew = false;
      this._emit();
    }, OPENING);
  }

  readonly panel: NotebookPanel;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get cells(): readonly IBootstrapCell[] {
    return this._watcher.cells.map(({ model, source }) => ({
      id: model.id,
      source,
      isKnown: this._consent.knows(askedFor(source))
    }));
  }

  get target(): IBootstrapCell | null {
    const active = this.panel.content.activeCell?.model.id;
    const { cells } = this;
    return cells.find(cell => cell.id === active) ?? cells[0] ?? null;
  }

  get isReadOnly(): boolean {
    return this.panel.content.model?.readOnly ?? true;
  }

  get kernel(): KernelState {
    return kernelState(this._session, this.isKnown, this._isNew);
  }

  get language(): string {
    return this._language;
  }

  get snapshot(): ISnapshot | null {
    return this._channel.snapshot;
  }

  get probe(): IProbe | null {
    return this._channel.probe;
  }

  get isKnown(): boolean {
    return this._channel.isKnown;
  }

  get isAsking(): boolean {
    return this._isAsking && this.cells.some(cell => !cell.isKnown);
  }

  get isRunning(): boolean {
    return this._runs > 0 || this.snapshot?.running === true;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    window.clearTimeout(this._opening);
    this._watcher.dispose();
    this._channel.dispose();
    Signal.clearData(this);
  }

  edit(id: string, edits: readonly ITextEdit[]): boolean {
    const cell = this._find(id);
    if (!cell || this.isReadOnly) {
      return false;
    }
    const known = this._consent.knows(askedFor(cell.sharedModel.getSource()));
    const done = editCell(cell, edits);
    if (done && known) {
      this._consent.approve(askedFor(cell.sharedModel.getSource()));
    }
    return done;
  }

  undo(id: string): void {
    this._find(id)?.sharedModel.undo();
  }

  insert(lines: readonly string[], ...code: readonly string[]): void {
    const model = this.panel.content.model;
    if (!model || this.isReadOnly) {
      return;
    }
    const steps = bootstrapSource(lines);
    const loader = this._loaders()[0];
    const added = loader ? [steps, ...code] : [loaderSource(), steps, ...code];
    this._consent.approve(askedFor(steps));
    insertCells(model, loader ? this._index(loader) + 1 : 0, added);
  }

  insertPlain(...code: readonly string[]): void {
    const model = this.panel.content.model;
    if (!model || this.isReadOnly) {
      return;
    }
    const last = this._watcher.cells.at(-1)?.model;
    insertCells(model, last ? this._index(last) + 1 : 0, code);
  }

  async show(id?: string, start?: number, end?: number): Promise<void> {
    const notebook = this.panel.content;
    const cell = id ? this._find(id) : this._watcher.cells[0]?.model;
    const index = cell ? this._index(cell) : -1;
    const widget = notebook.widgets[index];
    if (!widget) {
      return;
    }
    notebook.activeCellIndex = index;
    notebook.deselectAll();
    await notebook.scrollToItem(index, 'smart');
    await widget.ready;
    const { editor } = widget;
    if (start !== undefined && editor) {
      notebook.mode = 'edit';
      editor.setSelection({
        start: editor.getPositionAt(start) ?? { line: 0, column: 0 },
        end: editor.getPositionAt(end ?? start) ?? { line: 0, column: 0 }
      });
      editor.focus();
    }
  }

  async prepare(): Promise<void> {
    if (this.cells.some(cell => !cell.isKnown)) {
      this._isAsking = true;
      this._emit();
      return;
    }
    const loaders = this.probe?.loaded ? [] : this._plainLoaders();
    if (loaders.length === 0 && !this.probe?.loaded) {
      loadExtension(this._session.session?.kernel);
    }
    await this._run([
      ...loaders,
      ...this._watcher.cells.map(cell => cell.model)
    ]);
  }

  async answer(approve: boolean): Promise<void> {
    this._isAsking = false;
    if (!approve) {
      this._emit();
      return;
    }
    for (const { source } of this._watcher.cells) {
      this._consent.approve(askedFor(source));
    }
    await this.prepare();
  }

  async stop(): Promise<void> {
    if (
      this._isBehindAnother() &&
      !(await mayInterrupt(this._translator.load('jupyterlab_preflight')))
    ) {
      return;
    }
    try {
      await this._session.session?.kernel?.interrupt();
    } catch {
      // Where the server cannot interrupt, the kernel may still hear us.
      await this._channel.stop();
    }
  }

  async install(): Promise<void> {
    const loader = this._plainLoaders()[0];
    const edit = loader && installingEdit(loader.sharedModel.getSource());
    if (edit) {
      editCell(loader, [edit]);
    } else if (!loader) {
      if (this._watcher.cells.length === 0) {
        this.insert([]);
      } else {
        const model = this.panel.content.model;
        const index = this._index(this._watcher.cells[0].model);
        if (model) {
          insertCells(model, index, [loaderSource()]);
        }
      }
    }
    await this._run([loader ?? this._plainLoaders()[0]]);
    this._channel.forget();
  }

  async startKernel(choose = false): Promise<void> {
    const session = this._session;
    if (!choose && session.session?.kernel) {
      await this._dialogs?.restart(session);
      return;
    }
    const unsure = choose || (await startKernel(this.panel));
    if (unsure) {
      await this._dialogs?.selectKernel(session);
    }
  }

  async runCommand(command: string): Promise<ICommandResult> {
    const kernel = this._session.session?.kernel;
    return kernel
      ? runCommand(kernel, command, this.probe?.loaded === true)
      : { ok: false, text: '' };
  }

  look(): void {
    this._channel.look();
  }

  rest(): void {
    this._channel.rest();
  }

  private async _run(models: readonly ICellModel[]): Promise<void> {
    const notebook = this.panel.content;
    const widgets = notebook.widgets.filter(widget =>
      models.includes(widget.model)
    );
    if (widgets.length === 0) {
      return;
    }
    this._runs += 1;
    this._emit();
    try {
      await NotebookActions.runCells(
        notebook,
        widgets,
        this._session,
        this._dialogs ?? undefined,
        this._translator
      );
    } finally {
      this._runs -= 1;
      this._emit();
    }
  }

  /** Whether cells of ours wait for one of the user's: an interrupt would end that one. */
  private _isBehindAnother(): boolean {
    const own = [
      ...this._loaders(),
      ...this._watcher.cells.map(cell => cell.model)
    ];
    return (
      this.snapshot?.running !== true &&
      Array.from(this.panel.content.model?.cells ?? []).some(
        cell =>
          cell.type === 'code' &&
          (cell as ICodeCellModel).executionState === 'running' &&
          !own.includes(cell)
      )
    );
  }

  /** The loaders that are run for the user: what else they hold, nobody has been asked about. */
  private _plainLoaders(): ICellModel[] {
    return this._loaders().filter(({ sharedModel }) =>
      isPlainLoader(sharedModel.getSource())
    );
  }

  private _loaders(): ICellModel[] {
    return Array.from(this.panel.content.model?.cells ?? []).filter(
      cell => cell.type === 'code' && isLoaderCell(cell.sharedModel.getSource())
    );
  }

  private _find(id: string): ICellModel | null {
    return (
      Array.from(this.panel.content.model?.cells ?? []).find(
        cell => cell.id === id
      ) ?? null
    );
  }

  private _index(cell: ICellModel): number {
    return Array.from(this.panel.content.model?.cells ?? []).indexOf(cell);
  }

  /** What is typed into a text of the user's stays the user's. */
  private _onSourceChanged(_: CellWatcher, change: ISourceChange): void {
    const editor = this.panel.content.widgets.find(
      widget => widget.model === change.model
    )?.editor;
    const before = change.before === null ? '' : askedFor(change.before);
    const after = askedFor(change.after);
    if (
      change.before !== null &&
      change.isLocal &&
      editor?.hasFocus() &&
      this._consent.knows(before)
    ) {
      this._consent.typed(after);
    }
  }

  /** Whoever runs a cell of ours in the notebook has no need to be asked about it again. */
  private _onScheduled(
    _: unknown,
    { notebook, cell }: { notebook: Notebook; cell: Cell }
  ): void {
    const source = cell.model.sharedModel.getSource();
    if (notebook === this.panel.content && isBootstrapCell(source)) {
      this._consent.approve(askedFor(source));
    }
  }

  private _onKernel(): void {
    const kernel = this._session.session?.kernel;
    this._language = '';
    void kernel?.info.then(info => {
      if (kernel === this._session.session?.kernel) {
        this._language = info.language_info.name;
        this._emit();
      }
    });
    this._emit();
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private get _session(): ISessionContext {
    return this.panel.sessionContext;
  }

  private readonly _channel: KernelChannel;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _consent: Consent;
  private readonly _dialogs: ISessionContextDialogs | null;
  private readonly _translator: ITranslator;
  private readonly _watcher: CellWatcher;
  private _isAsking = false;
  private _isDisposed = false;
  private _isNew = true;
  private _language = '';
  private readonly _opening: number;
  private _runs = 0;
}

/** Types of the model. */
export namespace Bootstrap {
  /** How to make the model of a notebook. */
  export interface IOptions {
    /** The notebook; the model ends with it. */
    panel: NotebookPanel;
    /** Whose texts are run without a question. */
    consent: Consent;
    /** Dialogs to choose a kernel with. */
    dialogs: ISessionContextDialogs | null;
    translator: ITranslator;
  }
}
