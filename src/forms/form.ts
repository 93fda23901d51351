/**
 * The form of one cell, as the user works with it: one listener for all of its elements tells what
 * was typed, chosen or pressed, and what is typed is written when its author pauses.
 */
import type { Cell } from '@jupyterlab/cells';

import type { FieldValue } from '../tokens';
import type { CellForm } from './cellform';
import { FormElements } from './elements';
import { FIELD_EVENTS, FieldHands } from './hands';
import type { IFormHost } from './host';
import { takeKey } from './keyboard';
import { fieldOf } from './keys';
import type { IMarkdownFrame } from './markdown';
import type { FieldRow } from './row';
import type { FormView } from './view';

/** What a form asks of the cell that it stands in. */
export interface IFormFrame extends IMarkdownFrame {
  /** What the cell shows. */
  readonly view: FormView;
  /** Show something else. */
  setView(view: FormView): void;
  /** Show the code, or hide it. */
  toggleCode(): void;
  /** Patch the form soon. */
  requestPatch(): void;
}

/** The form of one cell. */
export class FormBody {
  /**
   * @param cell - what the form is of
   * @param widget - the cell that it stands in
   * @param frame - its place there
   * @param host - what is around the cell
   */
  constructor(
    cell: CellForm,
    widget: Cell,
    frame: IFormFrame,
    host: IFormHost
  ) {
    this._cell = cell;
    this._widget = widget;
    this._frame = frame;
    this._host = host;
    this._elements = new FormElements(cell, widget, frame, host);
    this._hands = new FieldHands({
      rowOf: target => this._elements.rowOf(target),
      write: row => this._write(row)
    });
    FIELD_EVENTS.forEach(type => this.node.addEventListener(type, this));
  }

  /** The element of the form. */
  get node(): HTMLElement {
    return this._elements.node;
  }

  /** Write what is typed, and let go of all. */
  dispose(): void {
    this._hands.flush();
    this._isDisposed = true;
    FIELD_EVENTS.forEach(type => this.node.removeEventListener(type, this));
    this._elements.dispose();
  }

  /** Show the form as the cell has it now. */
  patch(): void {
    const { preferences } = this._host;
    this._elements.patch({
      view: this._frame.view,
      runsOnChange: preferences.runsOnChange ? this._cell.auto.isOn : null
    });
  }

  /** @param event - of any element of the form */
  handleEvent(event: Event): void {
    if (this._elements.isPatching) {
      return;
    }
    const isUsed = this._hands.take(event);
    switch (event.type) {
      case 'change':
        if (event.target === this._elements.head.toggle) {
          this._cell.auto.isOn = this._elements.head.toggle.checked;
        }
        break;
      case 'focusout':
        this._frame.requestPatch();
        break;
      case 'keydown':
        if (isUsed || this._onKey(event as KeyboardEvent)) {
          event.preventDefault();
          event.stopPropagation();
        }
        break;
      case 'click':
        if (!isUsed) {
          this._onClick(event);
        }
        break;
    }
  }

  /** @returns whether the key is used up */
  private _onKey(event: KeyboardEvent): boolean {
    const { commands, panel } = this._host;
    return takeKey(event, {
      commands,
      outside: panel.content.node.parentElement,
      flush: () => this._hands.flush(),
      run: advance => void this._run(advance),
      leave: () => this._leave(),
      undo: isRedo => this._undo(isRedo)
    });
  }

  private _onClick({ target }: Event): void {
    const button =
      target instanceof Element
        ? target.closest<HTMLElement>('[data-action]')
        : null;
    switch (button?.dataset.action) {
      case 'run':
        void this._run(false);
        break;
      case 'code':
        this._frame.toggleCode();
        break;
      case 'show':
        this._frame.setView('both');
        break;
      case 'more':
        this._elements.showMore();
        this._frame.requestPatch();
        break;
      case 'repair':
        this._repair(Number(button.dataset.line));
        break;
    }
  }

  private _repair(line: number): void {
    const { repair } =
      this._cell.form.rejected.find(one => one.line === line) ?? {};
    if (repair) {
      this._cell.apply([repair]);
    }
  }

  /** Go back to the cell. */
  private _leave(): void {
    const { content } = this._host.panel;
    content.mode = 'command';
    this._widget.node.focus({ preventScroll: true });
  }

  private _undo(isRedo: boolean): void {
    const { sharedModel } = this._widget.model;
    if (!this._cell.isEditable) {
      return;
    }
    if (isRedo) {
      sharedModel.redo();
    } else {
      sharedModel.undo();
    }
  }

  private async _run(advance: boolean): Promise<void> {
    this._hands.flush();
    if (advance) {
      await this._host.runAndAdvance(this._widget);
    } else {
      await this._cell.run();
    }
  }

  private _write(row: FieldRow): void {
    if (this._isDisposed || this._cell.isDisposed) {
      return;
    }
    row.write(value => this._set(row.key, value));
    this._frame.requestPatch();
  }

  private _set(key: string, value: FieldValue): boolean {
    const field = fieldOf(this._cell.form, key);
    return field !== null && this._cell.set(field, value);
  }

  private readonly _cell: CellForm;
  private readonly _elements: FormElements;
  private readonly _frame: IFormFrame;
  private readonly _hands: FieldHands;
  private readonly _host: IFormHost;
  private readonly _widget: Cell;
  private _isDisposed = false;
}
