/**
 * The sidebar's shell: a strip with the name, what stands above all sections, and the sections.
 *
 * One column that scrolls as a whole, rather than an accordion that shares the height out: the
 * state and the box need what they need, and lists of sources are short or very long.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import { type ISignal, Signal } from '@lumino/signaling';
import { Panel, Widget } from '@lumino/widgets';

import type { IPreflightPanel, IPreflightSection } from '../tokens';
import { SectionFrame } from './section';

/** The sidebar. */
export class PreflightPanel extends Panel implements IPreflightPanel {
  /**
   * @param options - how to speak, and how to show the panel
   */
  constructor(options: PreflightPanel.IOptions) {
    super();
    const trans = options.trans;
    this._activate = options.activate;
    this.addClass('jp-Preflight');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Preflight'));

    const strip = new Panel();
    strip.addClass('jp-Preflight-strip');
    const title = document.createElement('h2');
    title.textContent = trans.__('Preflight');
    strip.addWidget(new Widget({ node: title }));
    this._actions.addClass('jp-Preflight-actions');
    strip.addWidget(this._actions);

    const body = new Panel();
    body.addClass('jp-Preflight-body');
    const subtitle = document.createElement('div');
    subtitle.className = 'jp-Preflight-subtitle';
    subtitle.textContent = trans.__('Data, code and GPU for this notebook');
    body.addWidget(new Widget({ node: subtitle }));
    this._heads.addClass('jp-Preflight-heads');
    body.addWidget(this._heads);
    body.addWidget(this._sections);

    this.addWidget(strip);
    this.addWidget(body);
  }

  /** Emitted when the panel is shown or hidden. */
  get visibilityChanged(): ISignal<this, boolean> {
    return this._visibilityChanged;
  }

  /** Emitted when the user opens or closes a section. */
  get sectionToggled(): ISignal<this, PreflightPanel.IToggle> {
    return this._sectionToggled;
  }

  /** Add a section at its rank. */
  addSection(section: IPreflightSection): IDisposable {
    const frame = new SectionFrame(section);
    const open = this._remembered[section.id];
    if (open !== undefined) {
      frame.isOpen = open;
    }
    frame.toggled.connect(this._onToggled, this);
    insert(this._sections, frame, section.rank, this._ranks);
    return new DisposableDelegate(() => frame.dispose());
  }

  /** Add a widget above the sections. */
  addHead(widget: Widget, rank: number): IDisposable {
    insert(this._heads, widget, rank, this._ranks);
    if (this._isAwaited) {
      widget.activate();
    }
    return new DisposableDelegate(() => {
      widget.parent = null;
    });
  }

  /** Add a small button to the strip with the panel's name. */
  addAction(widget: Widget, rank: number): IDisposable {
    insert(this._actions, widget, rank, this._ranks);
    return new DisposableDelegate(() => {
      widget.parent = null;
    });
  }

  /** Show the panel. */
  reveal(focus = true): void {
    this._isQuiet = !focus;
    this._activate(this.id);
    this._isQuiet = false;
  }

  /** Open and close sections as they were left. */
  remember(state: Readonly<Record<string, boolean>>): void {
    this._remembered = state;
    for (const frame of this._sections.widgets) {
      if (frame instanceof SectionFrame && frame.section.id in state) {
        frame.isOpen = state[frame.section.id];
      }
    }
  }

  /** Disconnect everything. */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    Signal.clearData(this);
    super.dispose();
  }

  /** Whoever opens the panel by keyboard or button goes on in its box, also when that comes late. */
  protected override onActivateRequest(): void {
    if (!this._isQuiet) {
      this._isAwaited = true;
      for (const widget of this._heads.widgets) {
        widget.activate();
      }
    }
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._visibilityChanged.emit(true);
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this._visibilityChanged.emit(true);
    }
  }

  // Told afterwards: before, `isVisible` is still true.
  protected override onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._isAwaited = false;
    this._visibilityChanged.emit(false);
  }

  protected override onAfterDetach(msg: Message): void {
    super.onAfterDetach(msg);
    this._visibilityChanged.emit(false);
  }

  private _onToggled(frame: SectionFrame, open: boolean): void {
    this._sectionToggled.emit({ id: frame.section.id, open });
  }

  private readonly _activate: (id: string) => void;
  private readonly _actions = new Panel();
  private readonly _heads = new Panel();
  private readonly _sections = new Panel();
  private readonly _ranks = new WeakMap<Widget, number>();
  private readonly _visibilityChanged = new Signal<this, boolean>(this);
  private readonly _sectionToggled = new Signal<this, PreflightPanel.IToggle>(
    this
  );
  private _isAwaited = false;
  private _isQuiet = false;
  private _remembered: Readonly<Record<string, boolean>> = {};
}

/** Types of the panel. */
export namespace PreflightPanel {
  /** How to build the panel. */
  export interface IOptions {
    /** Translations. */
    trans: TranslationBundle;
    /** Shows the widget of an id in the application's shell. */
    activate: (id: string) => void;
  }

  /** A section that was opened or closed. */
  export interface IToggle {
    id: string;
    open: boolean;
  }
}

function insert(
  panel: Panel,
  widget: Widget,
  rank: number,
  ranks: WeakMap<Widget, number>
): void {
  ranks.set(widget, rank);
  const index = panel.widgets.findIndex(
    other => (ranks.get(other) ?? 0) > rank
  );
  panel.insertWidget(index < 0 ? panel.widgets.length : index, widget);
}
