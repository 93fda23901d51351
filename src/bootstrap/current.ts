/**
 * Base of what the sidebar shows: it follows the current notebook while the panel can be seen,
 * and holds no connection to it, asks no kernel and draws nothing while it cannot.
 */
import { VDomModel } from '@jupyterlab/ui-components';

import type { IBootstrap, IBootstrapTracker, IPreflightPanel } from '../tokens';

/** A model of the current notebook, awake while the panel is visible. */
export abstract class CurrentModel extends VDomModel {
  /**
   * @param panel - whose being visible decides
   * @param tracker - knows the current notebook
   */
  constructor(panel: IPreflightPanel, tracker: IBootstrapTracker) {
    super();
    this._panel = panel;
    this.tracker = tracker;
    panel.visibilityChanged.connect(this._follow, this);
    tracker.currentChanged.connect(this._follow, this);
  }

  /** The current notebook's bootstrap cells; null where no notebook is open. */
  get bootstrap(): IBootstrap | null {
    return this._bootstrap;
  }

  /** Let go of the notebook. */
  override dispose(): void {
    this._leave();
    super.dispose();
  }

  /** Start following; called once by the owner, when the subclass is complete. */
  start(): void {
    this._follow();
  }

  /** Knows the current notebook. */
  protected readonly tracker: IBootstrapTracker;

  /** Read the notebook again; called when it, or its kernel, has changed. */
  protected abstract refresh(): void;

  /** Let go of what is held of the notebook; called when it is not looked at any more. */
  protected left(): void {
    // Most hold nothing.
  }

  private _follow(): void {
    const wanted = this._panel.isVisible ? this.tracker.current : null;
    if (wanted !== this._bootstrap) {
      this._leave();
      this._bootstrap = wanted;
      wanted?.changed.connect(this._onChanged, this);
    }
    if (this._panel.isVisible) {
      this._onChanged();
    }
  }

  private _leave(): void {
    this.left();
    this._bootstrap?.changed.disconnect(this._onChanged, this);
    this._bootstrap?.rest();
    this._bootstrap = null;
  }

  private _onChanged(): void {
    this._bootstrap?.look();
    this.refresh();
    this.stateChanged.emit();
  }

  private readonly _panel: IPreflightPanel;
  private _bootstrap: IBootstrap | null = null;
}
