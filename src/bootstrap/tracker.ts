/**
 * One model a notebook, made when first asked for and gone with the notebook. Pages without a
 * notebook do not load what makes them.
 */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IBootstrap, IBootstrapTracker } from '../tokens';

/** Makes the model of a notebook. */
export type Maker = (panel: NotebookPanel) => IBootstrap;

/** The models of all notebooks that are open. */
export class BootstrapTracker implements IBootstrapTracker {
  /**
   * @param notebooks - the open notebooks
   * @param loadMaker - loads what makes models; called with the first notebook, and again where
   *   that failed
   * @param settings - the user's settings
   */
  constructor(
    notebooks: INotebookTracker,
    loadMaker: () => Promise<Maker>,
    settings: Promise<ISettingRegistry.ISettings> | null
  ) {
    this._notebooks = notebooks;
    this._loadMaker = loadMaker;
    settings?.then(
      loaded => {
        this._settings = loaded;
      },
      () => {
        // Without settings there are no plain cells.
      }
    );
    notebooks.currentChanged.connect(this._onCurrentChanged, this);
  }

  get current(): IBootstrap | null {
    const panel = this._notebooks.currentWidget;
    return panel && this.of(panel);
  }

  get currentChanged(): ISignal<this, IBootstrap | null> {
    return this._currentChanged;
  }

  get isPlain(): boolean {
    return this._settings?.get('plainShell').composite === true;
  }

  load(): Promise<void> {
    this._loaded ??= this._loadMaker().then(
      maker => {
        this._maker = maker;
        this._currentChanged.emit(this.current);
      },
      error => {
        this._loaded = null; // the next notebook tries again
        throw error;
      }
    );
    return this._loaded;
  }

  of(panel: NotebookPanel): IBootstrap | null {
    if (panel.isDisposed || !this._maker) {
      return null;
    }
    let model = this._models.get(panel);
    if (!model) {
      model = this._maker(panel);
      this._models.set(panel, model);
    }
    return model;
  }

  private _onCurrentChanged(): void {
    if (this._notebooks.currentWidget && !this._maker) {
      this.load().catch(() => {
        // Asked for again with the next notebook, and when the panel is next shown.
      });
    } else {
      this._currentChanged.emit(this.current);
    }
  }

  private readonly _currentChanged = new Signal<this, IBootstrap | null>(this);
  private readonly _loadMaker: () => Promise<Maker>;
  private readonly _models = new WeakMap<NotebookPanel, IBootstrap>();
  private readonly _notebooks: INotebookTracker;
  private _loaded: Promise<void> | null = null;
  private _maker: Maker | null = null;
  private _settings: ISettingRegistry.ISettings | null = null;
}
