/** One section of the sidebar: a heading that opens and closes, and the widget of another room. */
import { type ISignal, Signal } from '@lumino/signaling';
import { Panel, type Title, Widget } from '@lumino/widgets';

import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';

import type { IPreflightSection } from '../tokens';

/** Frame of one section; owns its heading, not the section's widget. */
export class SectionFrame extends Panel {
  /**
   * @param section - what is framed
   */
  constructor(section: IPreflightSection) {
    super();
    this.section = section;
    this.addClass('jp-Preflight-section');
    const heading = document.createElement('h3');
    const bodyId = `jp-Preflight-${section.id}`;
    this._button.type = 'button';
    this._button.setAttribute('aria-controls', bodyId);
    this._name.className = 'jp-Preflight-sectionName';
    this._note.className = 'jp-Preflight-sectionNote';
    this._button.append(this._caret, this._name, this._note);
    this._button.addEventListener('click', this);
    heading.append(this._button);
    this.addWidget(new Widget({ node: heading }));
    section.widget.node.id = bodyId;
    this.addWidget(section.widget);
    section.widget.title.changed.connect(this._onTitleChanged, this);
    this._onTitleChanged(section.widget.title);
    this.isOpen = section.open ?? false;
  }

  /** What is framed. */
  readonly section: IPreflightSection;

  /** Emitted when the user opens or closes the section. */
  get toggled(): ISignal<this, boolean> {
    return this._toggled;
  }

  /** Whether the section's widget can be seen. */
  get isOpen(): boolean {
    return this._isOpen;
  }
  set isOpen(open: boolean) {
    this._isOpen = open;
    this.toggleClass('jp-mod-open', open);
    this._button.setAttribute('aria-expanded', String(open));
    (open ? caretDownIcon : caretRightIcon).element({ container: this._caret });
    this.section.widget.setHidden(!open);
  }

  /** Handle a click on the heading. */
  handleEvent(): void {
    this.isOpen = !this.isOpen;
    this._toggled.emit(this.isOpen);
  }

  /** Let go of the section's widget. */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._button.removeEventListener('click', this);
    this.section.widget.parent = null;
    Signal.clearData(this);
    super.dispose();
  }

  private _onTitleChanged(title: Title<Widget>): void {
    this._name.textContent = title.label;
    this._note.textContent = title.caption;
    this.setHidden(title.label === '');
  }

  private readonly _button = document.createElement('button');
  private readonly _caret = document.createElement('span');
  private readonly _name = document.createElement('span');
  private readonly _note = document.createElement('span');
  private readonly _toggled = new Signal<this, boolean>(this);
  private _isOpen = false;
}
