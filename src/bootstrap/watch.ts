/**
 * Which cells of a notebook are ours, known at every moment, at the price of one look at a cell
 * when it comes and when its source changes. Outputs, of which there may be many, cost nothing.
 */
import type { ICellModel } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

type SharedCell = ICellModel['sharedModel'];

/** A cell of ours. */
export interface IWatchedCell {
  model: ICellModel;
  source: string;
}

/** A change of the source of one cell of ours. */
export interface ISourceChange {
  model: ICellModel;
  /** The source before; null for a cell that has just come. */
  before: string | null;
  after: string;
  /** Whether it was made on this page, and not by someone else who has the notebook open. */
  isLocal: boolean;
}

/** Watches the code cells of one notebook whose source passes a test. */
export class CellWatcher implements IDisposable {
  /**
   * @param notebook - the notebook; stays with the caller
   * @param test - says which sources are ours; called often
   */
  constructor(notebook: Notebook, test: (source: string) => boolean) {
    this._notebook = notebook;
    this._test = test;
    notebook.modelChanged.connect(this._onModelChanged, this);
    this._onModelChanged();
  }

  /** Emitted when the cells of ours, their order or their sources have changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted before `changed` for each source of ours that is new or different. */
  get sourceChanged(): ISignal<this, ISourceChange> {
    return this._sourceChanged;
  }

  /** The cells of ours, in order. */
  get cells(): readonly IWatchedCell[] {
    return this._cells;
  }

  /** Whether the watcher has been disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Stop watching. */
  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._known.forEach((_, shared) => this._forget(shared));
      Signal.clearData(this);
    }
  }

  private _onModelChanged(): void {
    const model = this._notebook.model;
    if (model && model !== this._model) {
      this._model?.cells.changed.disconnect(this._onCellsChanged, this);
      model.cells.changed.connect(this._onCellsChanged, this);
    }
    this._model = model;
    this._known.forEach((_, shared) => this._forget(shared));
    this._onCellsChanged();
  }

  private _onCellsChanged(): void {
    const present = new Set<SharedCell>();
    for (const cell of this._model?.cells ?? []) {
      if (cell.type !== 'code') {
        continue;
      }
      const shared = cell.sharedModel;
      present.add(shared);
      if (!this._known.has(shared)) {
        const source = this._read(shared);
        this._known.set(shared, source);
        shared.changed.connect(this._onCellChanged, this);
        textOf(shared)?.observe(this._onText);
        if (source !== null) {
          this._sourceChanged.emit({
            model: cell,
            before: null,
            after: source,
            isLocal: false
          });
        }
      }
    }
    for (const shared of this._known.keys()) {
      if (!present.has(shared)) {
        this._forget(shared);
      }
    }
    this._collect();
  }

  private _onCellChanged(
    shared: SharedCell,
    change: { sourceChange?: unknown }
  ): void {
    if (!change.sourceChange) {
      return;
    }
    const before = this._known.get(shared) ?? null;
    const after = this._read(shared);
    this._known.set(shared, after);
    if (before === after) {
      return;
    }
    const model = this._find(shared);
    if (model && after !== null) {
      const isLocal = this._isLocal;
      this._sourceChanged.emit({ model, before, after, isLocal });
    }
    this._collect();
  }

  private _collect(): void {
    const cells: IWatchedCell[] = [];
    for (const model of this._model?.cells ?? []) {
      const source = this._known.get(model.sharedModel);
      if (typeof source === 'string') {
        cells.push({ model, source });
      }
    }
    const same =
      cells.length === this._cells.length &&
      cells.every(
        ({ model, source }, i) =>
          this._cells[i].model === model && this._cells[i].source === source
      );
    if (!same) {
      this._cells = cells;
      this._changed.emit();
    }
  }

  private _forget(shared: SharedCell): void {
    shared.changed.disconnect(this._onCellChanged, this);
    textOf(shared)?.unobserve(this._onText);
    this._known.delete(shared);
  }

  /** Heard before the cell's own signal, which does not say who made the change. */
  private readonly _onText: TextObserver = (_, transaction) => {
    this._isLocal = transaction.local;
  };

  private _find(shared: SharedCell): ICellModel | null {
    for (const model of this._model?.cells ?? []) {
      if (model.sharedModel === shared) {
        return model;
      }
    }
    return null;
  }

  private _read(shared: SharedCell): string | null {
    const source = shared.getSource();
    return this._test(source) ? source : null;
  }

  private readonly _notebook: Notebook;
  private readonly _test: (source: string) => boolean;
  private readonly _known = new Map<SharedCell, string | null>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _sourceChanged = new Signal<this, ISourceChange>(this);
  private _model: Notebook['model'] = null;
  private _cells: readonly IWatchedCell[] = [];
  private _isDisposed = false;
  private _isLocal = true;
}

type TextObserver = (event: unknown, transaction: { local: boolean }) => void;

/** The part of a shared text (Yjs) that says who changes it. */
interface IObservableText {
  observe(observer: TextObserver): void;
  unobserve(observer: TextObserver): void;
}

/** What shared cells have beside their interface. */
function textOf(shared: SharedCell): IObservableText | undefined {
  return (shared as { ysource?: IObservableText }).ysource;
}
