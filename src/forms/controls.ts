/** The controls of fields: native elements that hold a text, or yes and no. */
import type { FieldValue } from '../tokens';
import { ComboList } from './combo';
import { make, makeFocusable, makePicture, setAttribute } from './dom';
import type { ControlKind, IFieldView } from './fieldview';

/** What a row does with its control. */
export interface IControl {
  /** Stands in the row. */
  readonly node: HTMLElement;
  /** What the label names. */
  readonly input: HTMLInputElement | HTMLSelectElement;
  /** Everything that is disabled with it. */
  readonly parts: readonly (
    HTMLInputElement | HTMLSelectElement | HTMLButtonElement
  )[];
  /** Take over what a field allows; the text stays. */
  shape(view: IFieldView): void;
  /** Hold a text. */
  hold(text: string): void;
  /** What it holds. */
  read(): FieldValue;
  /** One part has been moved by the user: the others follow. */
  follow?(part: EventTarget | null): void;
  /** A list that may be open. */
  readonly list?: ComboList;
}

/** Make the control of a field. */
export function makeControl(kind: ControlKind, trans: IWords): IControl {
  switch (kind) {
    case 'checkbox':
      return new CheckControl();
    case 'select':
      return new SelectControl();
    case 'slider':
      return new SliderControl();
    case 'combo':
      return new ComboControl(trans);
    default:
      return new TextControl(kind);
  }
}

/** As much of a translator as controls need. */
export interface IWords {
  __(text: string): string;
}

class TextControl implements IControl {
  constructor(kind: ControlKind) {
    const input = makeFocusable('input', 'jp-Preflight-input');
    input.type = kind === 'date' ? 'date' : 'text';
    input.autocomplete = 'off';
    input.spellcheck = kind === 'text';
    input.readOnly = kind === 'fixed';
    if (kind === 'number' || kind === 'slider') {
      input.inputMode = 'decimal';
    } else if (kind === 'integer') {
      input.inputMode = 'numeric';
    }
    this.input = input;
    this.node = input;
    this.parts = [input];
  }

  readonly input: HTMLInputElement;
  readonly node: HTMLElement;
  readonly parts: readonly HTMLInputElement[];

  shape(view: IFieldView): void {
    setAttribute(this.input, 'placeholder', view.placeholder || null);
    this.input.classList.toggle('jp-mod-mono', view.isCode);
  }

  hold(text: string): void {
    holdText(this.input, text);
  }

  read(): FieldValue {
    return this.input.value;
  }
}

class CheckControl implements IControl {
  constructor() {
    this.input = makeFocusable('input', 'jp-Preflight-check');
    this.input.type = 'checkbox';
    this.node = make('div', 'jp-Preflight-checkBox', this.input);
    this.parts = [this.input];
  }

  readonly input: HTMLInputElement;
  readonly node: HTMLElement;
  readonly parts: readonly HTMLInputElement[];

  shape(): void {
    // Yes and no are all there is.
  }

  hold(text: string): void {
    this.input.checked = text === 'true';
    this.input.indeterminate = text === '';
  }

  read(): FieldValue {
    return this.input.checked;
  }
}

class SelectControl implements IControl {
  constructor() {
    this.input = makeFocusable('select', 'jp-Preflight-select');
    this.node = this.input;
    this.parts = [this.input];
  }

  readonly input: HTMLSelectElement;
  readonly node: HTMLElement;
  readonly parts: readonly HTMLSelectElement[];

  shape({ options, isCode }: IFieldView): void {
    this.input.classList.toggle('jp-mod-mono', isCode);
    const isSame =
      this._options.length === options.length &&
      options.every((option, i) => option === this._options[i]);
    if (!isSame) {
      this._options = options;
      this.input.replaceChildren(
        ...options.map(option => new Option(option, option))
      );
      this.hold(this._text);
    }
  }

  hold(text: string): void {
    this._text = text;
    const index = this._options.indexOf(text);
    const strange = this.input.options.length > this._options.length;
    if (strange) {
      this.input.options[0].remove();
    }
    if (index < 0) {
      // What the code says is shown, and cannot be chosen again once it is left.
      const option = new Option(text, text);
      option.hidden = true;
      this.input.prepend(option);
    }
    this.input.selectedIndex = Math.max(index, 0);
  }

  read(): FieldValue {
    return this.input.value;
  }

  private _options: readonly string[] = [];
  private _text = '';
}

class SliderControl implements IControl {
  constructor() {
    this._text = new TextControl('slider');
    this._range = makeFocusable('input', 'jp-Preflight-range');
    this._range.type = 'range';
    this.input = this._text.input;
    this.node = make(
      'div',
      'jp-Preflight-slider',
      this._range,
      this._text.node
    );
    this.parts = [this._range, this.input];
  }

  readonly input: HTMLInputElement;
  readonly node: HTMLElement;
  readonly parts: readonly HTMLInputElement[];

  shape(view: IFieldView): void {
    const { min, max, step } = view.range;
    this._range.min = String(min);
    this._range.max = String(max);
    this._range.step = String(step);
    // One label names the number; the slider of it has the same name.
    setAttribute(this._range, 'aria-label', view.label);
    this._text.shape(view);
    this._move();
  }

  hold(text: string): void {
    this._text.hold(text);
    this._move();
  }

  read(): FieldValue {
    return this._isMoved ? Number(this._range.value) : this._text.read();
  }

  follow(part: EventTarget | null): void {
    this._isMoved = part === this._range;
    if (this._isMoved) {
      this.input.value = String(Number(this._range.value));
    } else {
      this._move();
    }
  }

  private _move(): void {
    const number = Number(this.input.value);
    if (this.input.value.trim() !== '' && !Number.isNaN(number)) {
      this._range.value = String(number);
    }
    this._isMoved = false;
  }

  private readonly _range: HTMLInputElement;
  private readonly _text: TextControl;
  private _isMoved = false;
}

class ComboControl implements IControl {
  constructor(trans: IWords) {
    this._text = new TextControl('combo');
    this.input = this._text.input;
    const button = makeFocusable(
      'button',
      'jp-Preflight-iconButton jp-Preflight-comboButton'
    );
    button.type = 'button';
    button.tabIndex = -1;
    button.title = trans.__('All values');
    button.setAttribute('aria-label', button.title);
    button.append(makePicture('open'));
    this.node = make('div', 'jp-Preflight-combo', this.input, button);
    this.parts = [this.input, button];
    this.list = new ComboList(this.input, button);
    this.node.append(this.list.node);
  }

  readonly input: HTMLInputElement;
  readonly list: ComboList;
  readonly node: HTMLElement;
  readonly parts: readonly (HTMLInputElement | HTMLButtonElement)[];

  shape(view: IFieldView): void {
    this._text.shape(view);
    this.list.options = view.options;
  }

  hold(text: string): void {
    this._text.hold(text);
  }

  read(): FieldValue {
    return this.input.value;
  }

  private readonly _text: TextControl;
}

/** Give an input another text; the caret of one that has the focus stays where it can. */
function holdText(input: HTMLInputElement, text: string): void {
  if (!input.isConnected) {
    // This moves no caret. Each editor of the page hears of one that moves.
    input.defaultValue = text;
  }
  if (input.value === text && !input.validity.badInput) {
    return;
  }
  const isFocused = input === document.activeElement && input.type === 'text';
  const { selectionStart, selectionEnd } = input;
  input.value = text;
  if (isFocused) {
    input.setSelectionRange(selectionStart, selectionEnd);
  }
}
