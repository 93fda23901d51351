/**
 * The place of a form in its cell, between header and input: as high as the form is expected to be,
 * with the bar and the prompt that the cell has while its code is hidden. The form itself is made
 * when the cell comes near to what can be seen.
 */
import type { Cell, ICodeCellModel } from '@jupyterlab/cells';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import type { CellForm } from './cellform';
import {
  readView,
  shownView,
  viewChange,
  widthOf,
  writeView
} from './cellview';
import { make, setAttribute, setText } from './dom';
import { FormBody, type IFormFrame } from './form';
import type { IFormHost } from './host';
import { PlacedLayout } from './placed';
import type { IForm } from './types';
import type { FormView } from './view';

const CELL_CLASSES = [
  'jp-Preflight-formCell',
  'jp-mod-codeHidden',
  'jp-mod-formBeside'
];

/** The place of a form in its cell. */
export class FormBox extends Widget implements IFormFrame {
  /**
   * @param form - the form
   * @param cell - the cell, whose layout gets the box
   * @param host - what is around the cell
   */
  constructor(form: CellForm, cell: Cell, host: IFormHost) {
    super({ node: make('div', 'jp-Preflight-formBox') });
    this.layout = this._placed;
    this._form = form;
    this._cell = cell;
    this._host = host;
    this._bar.append(make('div', 'jp-Collapser-child'));
    this._bar.addEventListener('click', this);
    this.node.append(this._bar, this._prompt, this._body);
    form.changed.connect(this._onForm, this);
    host.preferences.changed.connect(this._onForm, this);
    cell.model.metadataChanged.connect(this._onMetadata, this);
    cell.model.stateChanged.connect(this._showPrompt, this);
    this._onForm();
  }

  get view(): FormView {
    return this._view;
  }

  setView(view: FormView): void {
    const { model } = this._cell;
    const { title } = this._form.form;
    const usual = this._host.preferences.view;
    if (this._form.isEditable) {
      this._own = null;
      writeView(model, viewChange(title, readView(model), usual, view));
    } else {
      // What is locked is shown all the same.
      this._own = view;
    }
    this._onForm();
  }

  /** Show the code, or hide it. */
  toggleCode(): void {
    this.setView(this._view === 'form' ? 'both' : 'form');
  }

  /** Make the form. */
  mount(): void {
    if (!this._content && !this.isDisposed) {
      this._content = new FormBody(this._form, this._cell, this, this._host);
      this._body.replaceWith(this._content.node);
      this._content.patch();
    }
  }

  place(widget: Widget, node: HTMLElement): void {
    this._placed.place(widget, node);
  }

  requestPatch(): void {
    this.update();
  }

  /** @param event - a click on the bar */
  handleEvent(event: Event): void {
    if (event.type === 'click') {
      this.toggleCode();
    }
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._content?.dispose();
    this._bar.removeEventListener('click', this);
    if (!this._cell.isDisposed) {
      CELL_CLASSES.forEach(name => this._cell.removeClass(name));
    }
    super.dispose();
    // Layouts leave the elements of what they dispose of in their parents, and some of those stay.
    this.node.remove();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.update();
  }

  protected override onUpdateRequest(msg: Message): void {
    super.onUpdateRequest(msg);
    if (this.isAttached && this.node.isConnected) {
      this._content?.patch();
    }
  }

  private _onForm(): void {
    if (this._form.isDisposed) {
      return;
    }
    this._showView();
    if (this._content) {
      this.update();
    } else {
      this._body.style.minHeight = `${heightOf(this._form.form, this._view)}px`;
    }
  }

  private _onMetadata(_: unknown, change: { key: string }): void {
    if (change.key === 'cellView' || change.key === 'jupyter') {
      this._onForm();
    }
  }

  private _showView(): void {
    const { title } = this._form.form;
    const { model } = this._cell;
    const usual = this._host.preferences.view;
    const width = widthOf(title);
    const { isEmpty } = this._form;
    // A marker that is none, as in a string, leaves the cell as it is.
    this.setHidden(isEmpty);
    this._view = this._own ?? shownView(title, readView(model), usual);
    const isBeside = this._view === 'both' && width !== null;
    this._cell.toggleClass(CELL_CLASSES[0], !isEmpty);
    this._cell.toggleClass(CELL_CLASSES[1], !isEmpty && this._view === 'form');
    this._cell.toggleClass(CELL_CLASSES[2], !isEmpty && isBeside);
    this.node.style.setProperty('--jp-preflight-form-width', width);
    this._showPrompt();
  }

  private _showPrompt(): void {
    if (this._cell.isDisposed) {
      return;
    }
    const { executionCount, executionState } = this._cell
      .model as ICodeCellModel;
    const count = executionState === 'running' ? '*' : executionCount;
    setText(this._prompt, `[${count ?? ' '}]:`);
    setAttribute(this._prompt, 'aria-hidden', 'true');
  }

  private readonly _bar = make(
    'div',
    'jp-Collapser jp-InputCollapser jp-Cell-inputCollapser'
  );
  private readonly _body = make('div', 'jp-Preflight-form');
  private readonly _cell: Cell;
  private readonly _form: CellForm;
  private readonly _host: IFormHost;
  private readonly _placed = new PlacedLayout();
  private readonly _prompt = make('div', 'jp-InputPrompt jp-InputArea-prompt');
  private _content: FormBody | null = null;
  private _own: FormView | null = null;
  private _view: FormView = 'both';
}

/** The box in a cell; null where it has none. */
export function boxOf(cell: Cell): FormBox | null {
  for (const widget of cell.layout ?? []) {
    if (widget instanceof FormBox) {
      return widget;
    }
  }
  return null;
}

/** How high a form will be, in pixels, as far as its text tells. */
function heightOf(form: IForm, view: FormView): number {
  const head = form.title ? 40 : 12;
  if (view === 'code') {
    return 40;
  }
  return form.items
    .slice(0, 300)
    .reduce(
      (height, item) =>
        height +
        (item.kind === 'field' ? 36 : 8 + 20 * item.text.split('\n').length),
      head + 32 * form.rejected.length
    );
}
