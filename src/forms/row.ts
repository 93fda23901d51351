/**
 * A field in a form. What the user types is never changed under the hands: the control takes over
 * what the code says only where nobody is typing, or where somebody else has changed the code.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { FieldValue } from '../tokens';
import { makeControl, type IControl } from './controls';
import { make, makePicture, setAttribute, setText } from './dom';
import {
  type ControlKind,
  type Fault,
  faultOf,
  type IFieldView,
  refusalOf
} from './fieldview';
import { faultText, remarkText, sentence } from './words';

let count = 0;

/** A field in a form. */
export class FieldRow {
  /**
   * @param key - of the field
   * @param kind - of its control
   * @param trans - translations
   */
  constructor(
    readonly key: string,
    readonly kind: ControlKind,
    trans: TranslationBundle
  ) {
    this._trans = trans;
    this.control = makeControl(kind, trans);
    const { input } = this.control;
    const id = `jp-preflight-field-${count++}`;
    input.id = id;
    this._label.htmlFor = id;
    this._was.id = `${id}-was`;
    this._message.id = `${id}-message`;
    input.setAttribute('aria-describedby', `${id}-was ${id}-message`);
    this._dot.title = trans.__('Changed since the last run');
    this.control.node.classList.add('jp-Preflight-control');
    this.node.append(
      this._dot,
      this._label,
      this.control.node,
      this._was,
      this._message
    );
    this.node.dataset.key = key;
  }

  /** The elements of the row, which stand in the columns of the form. */
  readonly node = make('div', 'jp-Preflight-field');

  readonly control: IControl;

  /** Whether something was typed that is not yet written. */
  get isPending(): boolean {
    return this._isPending;
  }

  /** Whether the focus is in the row. */
  get hasFocus(): boolean {
    return this.node.contains(document.activeElement);
  }

  /** Show the field as it is in the code now. */
  patch(view: IFieldView, isEditable: boolean): void {
    this._view = view;
    setText(this._label, view.label);
    setAttribute(
      this._label,
      'title',
      view.hint && sentence(this._trans, view.hint)
    );
    setText(
      this._was,
      view.was === null ? '' : this._trans.__('was %1', view.was || '""')
    );
    this._dot.classList.toggle('jp-mod-changed', view.was !== null);
    for (const part of this.control.parts) {
      part.disabled = !isEditable;
    }
    this.control.shape(view);
    this._takeText(view.text);
    this._say();
  }

  /** The user has changed the text, and may go on. */
  type(): void {
    this._isPending = true;
    if (this._fault) {
      this._fault = null;
      this._say();
    }
  }

  /**
   * Write what the control holds.
   *
   * @param set - gives the field a value; says whether it could
   */
  write(set: (value: FieldValue) => boolean): void {
    const { kind } = this;
    const isCode = this._view?.isCode ?? false;
    const value = this.control.read();
    this._isPending = false;
    // Known before it is written, for the form may be patched meanwhile.
    this._isOwn = true;
    const fault =
      typeof value !== 'string'
        ? null
        : // A date of which a part is missing looks like none to whoever reads it.
          this.control.input.validity.badInput
          ? refusalOf(kind, isCode)
          : faultOf(kind, isCode, value);
    this._fault = fault ?? (set(value) ? null : refusalOf(kind, isCode));
    this._isOwn &&= this._fault === null;
    this._say();
  }

  private _takeText(text: string): void {
    const isOther = text !== this._known;
    const isOwn = this._isOwn && this.hasFocus;
    this._known = text;
    this._isOwn = false;
    if (this._isPending) {
      return;
    }
    if (isOther && !isOwn) {
      this._fault = null;
      this.control.hold(text);
    } else if (!this._fault && !this.hasFocus) {
      this.control.hold(text);
    }
  }

  private _say(): void {
    const { input } = this.control;
    const view = this._view;
    const fault = this._fault;
    const remark = this._isPending ? null : (view?.remark ?? null);
    const text = !view
      ? ''
      : fault
        ? faultText(this._trans, fault, view.code)
        : remark
          ? remarkText(this._trans, remark, view.text)
          : '';
    setAttribute(input, 'aria-invalid', fault ? 'true' : null);
    if (this._message.textContent !== text) {
      this._message.replaceChildren();
      if (text) {
        this._message.append(
          makePicture(fault ? 'failed' : 'needs'),
          make('span', '', text)
        );
      }
    }
  }

  private readonly _dot = make('span', 'jp-Preflight-dot');
  private readonly _label = make('label', 'jp-Preflight-label');
  private readonly _message = make('div', 'jp-Preflight-message');
  private readonly _trans: TranslationBundle;
  private readonly _was = make('span', 'jp-Preflight-was');
  private _fault: Fault | null = null;
  private _isOwn = false;
  private _isPending = false;
  private _known: string | null = null;
  private _view: IFieldView | null = null;
}
