/**
 * The field as its form will show it. Its control is the real one: what is put into it is the value
 * that the field begins with.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { make } from '../forms/dom';
import { viewField } from '../forms/fieldview';
import { FieldRow } from '../forms/row';
import type { IField } from '../forms/types';
import type { FieldValue } from '../tokens';

/** Milliseconds without a key, after which what was typed counts. */
const PAUSE = 300;

/** The field as its form will show it. */
export class FieldPreview {
  /**
   * @param set - takes a value to begin with; says whether the field can have it
   * @param trans - translations
   */
  constructor(set: (value: FieldValue) => boolean, trans: TranslationBundle) {
    this._set = set;
    this._trans = trans;
    this.node.append(this._grid);
  }

  readonly node = make('div', 'jp-Preflight-form');

  /** Whether what stands in the control is no value of the field. */
  get isWrong(): boolean {
    this.flush();
    return this._row?.control.input.getAttribute('aria-invalid') === 'true';
  }

  /** Put the focus into the control. */
  focus(): void {
    this._row?.control.input.focus();
  }

  /**
   * Show a field.
   *
   * @param field - the field
   * @param isEditable - whether it can be given a value here
   */
  show(field: IField, isEditable: boolean): void {
    const view = viewField(field);
    if (this._row?.kind !== view.kind) {
      this.clear();
      this._row = new FieldRow('preview', view.kind, this._trans);
      this._grid.replaceChildren(this._row.node);
    }
    this._row.patch(view, isEditable);
  }

  /** Another field comes: what was typed for this one is void. */
  clear(): void {
    window.clearTimeout(this._timer);
    this._row?.control.list?.close();
    this._row?.node.remove();
    this._row = null;
  }

  /** What was typed counts now. */
  flush(): void {
    window.clearTimeout(this._timer);
    if (this._row?.isPending) {
      this._row.write(this._set);
    }
  }

  /**
   * Take an event of an element in the preview.
   *
   * @returns whether it is used up
   */
  take(event: Event): boolean {
    const row = this._row;
    const { target } = event;
    if (!row || !(target instanceof Element) || !row.node.contains(target)) {
      return false;
    }
    switch (event.type) {
      case 'input':
        row.control.follow?.(target);
        if (isTyped(target)) {
          row.type();
          window.clearTimeout(this._timer);
          this._timer = window.setTimeout(() => this.flush(), PAUSE);
        } else {
          row.write(this._set);
        }
        return true;
      case 'change':
        this.flush();
        return true;
      case 'focusout':
        row.control.list?.close();
        this.flush();
        return true;
      case 'keydown':
        return this._press(row, event as KeyboardEvent);
      case 'mousedown':
        return this._open(row, target);
      case 'click':
        return this._choose(row, row.control.list?.valueAt(target) ?? null);
      default:
        return false;
    }
  }

  private _press(row: FieldRow, event: KeyboardEvent): boolean {
    const pressed = row.control.list?.press(event) ?? false;
    return typeof pressed === 'string' ? this._choose(row, pressed) : pressed;
  }

  private _open(row: FieldRow, target: Element): boolean {
    const { input, list } = row.control;
    if (list && target.closest('button') && !input.disabled) {
      // Scrolling would close the list.
      input.focus({ preventScroll: true });
      if (list.isOpen) {
        list.close();
      } else {
        list.open();
      }
      return true;
    }
    // The focus stays in the input.
    return list?.node.contains(target) ?? false;
  }

  private _choose(row: FieldRow, value: string | null): boolean {
    if (value === null) {
      return false;
    }
    row.control.list?.close();
    row.control.hold(value);
    row.write(this._set);
    return true;
  }

  private readonly _grid = make('div', 'jp-Preflight-formGrid');
  private readonly _set: (value: FieldValue) => boolean;
  private readonly _trans: TranslationBundle;
  private _row: FieldRow | null = null;
  private _timer = 0;
}

function isTyped(target: Element): boolean {
  return target instanceof HTMLInputElement && target.type === 'text';
}
