/**
 * The field as its form will show it. Its control is the real one: what is put into it is the value
 * that the field begins with.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { make } from '../forms/dom';
import { viewField } from '../forms/fieldview';
import { FieldHands } from '../forms/hands';
import { FieldRow } from '../forms/row';
import type { IField } from '../forms/types';
import type { FieldValue } from '../tokens';

/** The field as its form will show it. */
export class FieldPreview {
  /**
   * @param set - takes a value to begin with; says whether the field can have it
   * @param trans - translations
   */
  constructor(set: (value: FieldValue) => boolean, trans: TranslationBundle) {
    this._trans = trans;
    this._hands = new FieldHands({
      rowOf: target => this._rowOf(target),
      write: row => {
        if (row === this._row) {
          row.write(set);
        }
      }
    });
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
    this._row?.control.list?.close();
    this._row?.node.remove();
    this._row = null;
  }

  /** What was typed counts now. */
  flush(): void {
    this._hands.flush();
  }

  /**
   * Take an event of an element in the preview.
   *
   * @returns whether it is used up
   */
  take(event: Event): boolean {
    const isOpen = this._row?.control.list?.isOpen ?? false;
    const isUsed = this._hands.take(event);
    // Where no list is open, Enter is the dialog's.
    const isEnter = event instanceof KeyboardEvent && event.key === 'Enter';
    return isUsed && (isOpen || !isEnter);
  }

  private _rowOf(target: EventTarget | null): FieldRow | null {
    const isHere = target instanceof Node && this._grid.contains(target);
    return isHere ? this._row : null;
  }

  private readonly _grid = make('div', 'jp-Preflight-formGrid');
  private readonly _hands: FieldHands;
  private readonly _trans: TranslationBundle;
  private _row: FieldRow | null = null;
}
