/**
 * The forms of all notebooks that are open. A notebook is only asked for a marker in its cells
 * until there is one: what reads forms and shows them is loaded with the first.
 */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { type ISignal, Signal } from '@lumino/signaling';

import type { CellWatcher } from '../bootstrap/watch';
import type { IFormTracker, INotebookForms } from '../tokens';

/** Makes the forms of a notebook, and shows them in its cells. */
export type FormMaker = (
  panel: NotebookPanel,
  watcher: CellWatcher
) => INotebookForms;

/** What is loaded when it is needed. */
export interface IFormLoaders {
  /** Loads what watches the cells of a notebook; the first notebook needs it. */
  watcher: () => Promise<(panel: NotebookPanel) => CellWatcher>;
  /** Loads what makes forms; the first cell with a marker needs it. */
  maker: () => Promise<FormMaker>;
}

/** The forms of all notebooks that are open. */
export class FormTracker implements IFormTracker {
  /**
   * @param notebooks - the open notebooks
   * @param load - loads the rest
   */
  constructor(notebooks: INotebookTracker, load: IFormLoaders) {
    this._notebooks = notebooks;
    this._load = load;
    notebooks.currentChanged.connect(this._emit, this);
    notebooks.activeCellChanged.connect(this._watchMissed, this);
    notebooks.widgetAdded.connect((_, panel) => void this._watch(panel));
    notebooks.forEach(panel => void this._watch(panel));
  }

  get current(): INotebookForms | null {
    const panel = this._notebooks.currentWidget;
    return panel && this.forms(panel);
  }

  get changed(): ISignal<this, INotebookForms | null> {
    return this._changed;
  }

  forms(panel: NotebookPanel): INotebookForms | null {
    return panel.isDisposed ? null : (this._forms.get(panel) ?? null);
  }

  private async _watch(panel: NotebookPanel): Promise<void> {
    const watch = await this._load.watcher().catch(() => null);
    if (panel.isDisposed) {
      return;
    }
    if (!watch) {
      this._missed.add(panel);
      return;
    }
    const watcher = watch(panel);
    panel.disposed.connect(() => watcher.dispose());
    const look = async () => {
      if (watcher.cells.length > 0) {
        watcher.changed.disconnect(look);
        if (!(await this._make(panel, watcher))) {
          watcher.changed.connect(look);
        }
      }
    };
    watcher.changed.connect(look);
    void look();
  }

  /** Try again what could not be loaded: the server may be back. */
  private _watchMissed(): void {
    const missed = [...this._missed];
    this._missed.clear();
    missed.forEach(panel => {
      if (!panel.isDisposed) {
        void this._watch(panel);
      }
    });
  }

  /** @returns whether what makes forms could be loaded */
  private async _make(
    panel: NotebookPanel,
    watcher: CellWatcher
  ): Promise<boolean> {
    const make = await this._load.maker().catch(() => null);
    if (make && !panel.isDisposed) {
      this._forms.set(panel, make(panel, watcher));
      this._emit();
    }
    return make !== null;
  }

  private _emit(): void {
    const { current } = this;
    if (current !== this._last) {
      this._last = current;
      this._changed.emit(current);
    }
  }

  private readonly _changed = new Signal<this, INotebookForms | null>(this);
  private readonly _forms = new WeakMap<NotebookPanel, INotebookForms>();
  private readonly _load: IFormLoaders;
  private readonly _missed = new Set<NotebookPanel>();
  private readonly _notebooks: INotebookTracker;
  private _last: INotebookForms | null = null;
}
