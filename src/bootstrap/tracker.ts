/** One model a notebook, made when first asked for and gone with the notebook. */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IBootstrap, IBootstrapTracker } from '../tokens';
import { Bootstrap } from './model';

/** The models of all notebooks that are open. */
export class BootstrapTracker implements IBootstrapTracker {
  /**
   * @param notebooks - the open notebooks
   * @param options - what every model needs
   * @param settings - the user's settings
   */
  constructor(
    notebooks: INotebookTracker,
    options: Omit<Bootstrap.IOptions, 'panel'>,
    settings: Promise<ISettingRegistry.ISettings> | null
  ) {
    this._notebooks = notebooks;
    this._options = options;
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
    return panel && !panel.isDisposed ? this.of(panel) : null;
  }

  get currentChanged(): ISignal<this, IBootstrap | null> {
    return this._currentChanged;
  }

  get isPlain(): boolean {
    return this._settings?.get('plainShell').composite === true;
  }

  of(panel: NotebookPanel): IBootstrap {
    let model = this._models.get(panel);
    if (!model) {
      model = new Bootstrap({ ...this._options, panel });
      this._models.set(panel, model);
    }
    return model;
  }

  private _onCurrentChanged(): void {
    this._currentChanged.emit(this.current);
  }

  private readonly _currentChanged = new Signal<this, IBootstrap | null>(this);
  private readonly _models = new WeakMap<NotebookPanel, Bootstrap>();
  private readonly _notebooks: INotebookTracker;
  private readonly _options: Omit<Bootstrap.IOptions, 'panel'>;
  private _settings: ISettingRegistry.ISettings | null = null;
}
