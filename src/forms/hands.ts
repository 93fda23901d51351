/**
 * What a person does with the fields of a form, wherever they are shown: what is typed is written
 * after a pause, on leaving and before anything else is pressed; what is chosen is written at once.
 */
import type { FieldRow } from './row';
import { isPlain, isTyped } from './keyboard';

/** Milliseconds without a key, after which what was typed is written. */
const PAUSE = 500;

/** Events of fields; they go to one listener further out. */
export const FIELD_EVENTS = [
  'change',
  'click',
  'compositionend',
  'focusout',
  'input',
  'keydown',
  'mousedown'
];

/** Where the fields are. */
export interface IFieldPlace {
  /** The field that an element belongs to. */
  rowOf(target: EventTarget | null): FieldRow | null;
  /** Write what a field's control holds. */
  write(row: FieldRow): void;
}

/** Turns events into values that are to be written. */
export class FieldHands {
  /** @param place - where the fields are */
  constructor(place: IFieldPlace) {
    this._place = place;
  }

  /**
   * Take an event of a field.
   *
   * @returns whether it is used up
   */
  take(event: Event): boolean {
    const row = this._place.rowOf(event.target);
    if (!row) {
      return false;
    }
    switch (event.type) {
      case 'input':
        this._onInput(row, event as InputEvent);
        return false;
      case 'compositionend':
        this._later();
        return false;
      case 'change':
        // Of a date, each part that is typed is told as a change of the whole.
        if (row.isPending ? row.kind !== 'date' : !isTyped(event.target)) {
          this._write(row);
        }
        return false;
      case 'focusout':
        row.control.list?.close();
        this.flush();
        return false;
      case 'mousedown':
        return this._onMouseDown(row, event);
      case 'click':
        return this._onClick(row, event.target);
      case 'keydown':
        return this._onKey(row, event as KeyboardEvent);
      default:
        return false;
    }
  }

  /** Write what is typed. */
  flush(): void {
    const pending = [...this._pending];
    this._pending.clear();
    this._rest();
    for (const row of pending) {
      if (row.isPending) {
        this._place.write(row);
      }
    }
  }

  private _onInput(row: FieldRow, event: InputEvent): void {
    const { target } = event;
    if (row.kind === 'fixed') {
      return;
    }
    row.control.follow?.(target);
    // What is chosen is written when it is chosen.
    if (isTyped(target)) {
      row.type();
      this._pending.add(row);
      document.addEventListener('pointerdown', this._onPress, true);
      window.clearTimeout(this._timer);
      if (!event.isComposing) {
        this._later();
      }
    }
  }

  private _onKey(row: FieldRow, event: KeyboardEvent): boolean {
    const { key, target } = event;
    if (event.isComposing) {
      return false;
    }
    const pressed = row.control.list?.press(event) ?? false;
    if (typeof pressed === 'string') {
      this._choose(row, pressed);
      return true;
    }
    if (!pressed && key === 'Enter' && isPlain(event) && isTyped(target)) {
      this.flush();
      return true;
    }
    return pressed;
  }

  private _onMouseDown(row: FieldRow, event: Event): boolean {
    const { list, input } = row.control;
    const { target } = event;
    if (!list || !(target instanceof Element)) {
      return false;
    }
    if (target.closest('button') && !input.disabled) {
      event.preventDefault();
      // Scrolling would close the list.
      input.focus({ preventScroll: true });
      if (list.isOpen) {
        list.close();
      } else {
        list.open();
      }
      return true;
    }
    if (list.node.contains(target)) {
      // The focus stays in the input.
      event.preventDefault();
    }
    return false;
  }

  private _onClick(row: FieldRow, target: EventTarget | null): boolean {
    const value = row.control.list?.valueAt(target) ?? null;
    if (value === null) {
      return false;
    }
    row.control.list?.close();
    this._choose(row, value);
    return true;
  }

  private _choose(row: FieldRow, value: string): void {
    row.control.hold(value);
    this._write(row);
  }

  private _write(row: FieldRow): void {
    this._pending.delete(row);
    if (this._pending.size === 0) {
      this._rest();
    }
    this._place.write(row);
  }

  /** Write what is typed when the user pauses. */
  private _later(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this.flush(), PAUSE);
  }

  /** Nothing is typed that is to be written. */
  private _rest(): void {
    window.clearTimeout(this._timer);
    document.removeEventListener('pointerdown', this._onPress, true);
  }

  /** A button of a toolbar takes no focus, and means what is seen in the field. */
  private readonly _onPress = ({ target }: Event) => {
    const row = this._place.rowOf(target);
    if (!row || !this._pending.has(row)) {
      this.flush();
    }
  };

  private readonly _pending = new Set<FieldRow>();
  private readonly _place: IFieldPlace;
  private _timer = 0;
}
