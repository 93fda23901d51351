/**
 * The form of one cell, as the user works with it: one listener for all of its elements tells what
 * was typed, chosen or pressed, and what is typed is written when its author pauses.
 */
import type { Cell } from '@jupyterlab/cells';

import type { FieldValue } from '../tokens';
import { AutoRun } from './auto';
import type { CellForm } from './cellform';
import { FormElements } from './elements';
import type { IFormHost } from './host';
import { isTextInput, passOn } from './keyboard';
import { fieldOf } from './keys';
import type { FieldRow } from './row';
import type { FormView } from './view';

/** Milliseconds without a key, after which what was typed is written. */
const PAUSE = 500;

const EVENTS = [
  'click',
  'change',
  'compositionend',
  'focusout',
  'input',
  'keydown',
  'mousedown'
];

/** What a form asks of the cell that it stands in. */
export interface IFormFrame {
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
    this._auto = new AutoRun(cell);
    this._elements = new FormElements(cell, widget, host);
    EVENTS.forEach(type => this.node.addEventListener(type, this));
  }

  /** The element of the form. */
  get node(): HTMLElement {
    return this._elements.node;
  }

  /** Write what is typed, and let go of all. */
  dispose(): void {
    this._flush();
    this._isDisposed = true;
    EVENTS.forEach(type => this.node.removeEventListener(type, this));
    this._elements.dispose();
  }

  /** Show the form as the cell has it now. */
  patch(): void {
    const { preferences } = this._host;
    this._elements.patch({
      view: this._frame.view,
      runsOnChange: preferences.runsOnChange ? this._auto.isOn : null
    });
  }

  /** @param event - of any element of the form */
  handleEvent(event: Event): void {
    if (this._elements.isPatching) {
      return;
    }
    switch (event.type) {
      case 'input':
        this._onInput(event as InputEvent);
        break;
      case 'compositionend':
        this._later();
        break;
      case 'change':
        this._onChange(event);
        break;
      case 'focusout':
        this._elements.rowOf(event.target)?.control.list?.close();
        this._flush();
        this._frame.requestPatch();
        break;
      case 'keydown':
        this._onKey(event as KeyboardEvent);
        break;
      case 'mousedown':
        this._onMouseDown(event as MouseEvent);
        break;
      case 'click':
        this._onClick(event as MouseEvent);
        break;
    }
  }

  private _onInput(event: InputEvent): void {
    const { target } = event;
    const row = this._elements.rowOf(target);
    if (!row || row.kind === 'fixed') {
      return;
    }
    row.control.follow?.(target);
    // What is chosen is written when it is chosen.
    if (isTyped(target)) {
      row.type();
      if (!event.isComposing) {
        this._later();
      }
    }
  }

  private _onChange({ target }: Event): void {
    if (target === this._elements.head.toggle) {
      this._auto.isOn = this._elements.head.toggle.checked;
      return;
    }
    const row = this._elements.rowOf(target);
    if (row && (row.isPending || !isTyped(target))) {
      this._write(row);
    }
  }

  private _onKey(event: KeyboardEvent): void {
    const { key, target } = event;
    if (event.isComposing || event.altKey) {
      return;
    }
    const row = this._elements.rowOf(target);
    const pressed = row?.control.list?.press(event) ?? false;
    const isAccel = event.ctrlKey || event.metaKey;
    const isUndo = isAccel && key.toLowerCase() === 'z';
    if (row && typeof pressed === 'string') {
      this._choose(row, pressed);
    } else if (pressed) {
      // It was the list's.
    } else if (key === 'Enter' && (event.shiftKey || isAccel)) {
      void this._run(event.shiftKey);
    } else if (key === 'Escape') {
      this._leave();
    } else if (key === 'Enter' && row && isTyped(target)) {
      this._flush();
    } else if (isUndo && !isTextInput(target)) {
      const { sharedModel } = this._widget.model;
      if (event.shiftKey) {
        sharedModel.redo();
      } else {
        sharedModel.undo();
      }
    } else {
      const { node } = this._host.panel.content;
      const isOwn = isTextInput(target) && /^[acvxyz]$/i.test(key);
      if (isOwn || !passOn(this._host.commands, event, node.parentElement)) {
        return;
      }
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private _onMouseDown(event: MouseEvent): void {
    const row = this._elements.rowOf(event.target);
    const list = row?.control.list;
    if (!row || !list) {
      return;
    }
    const { target } = event;
    const isButton = target instanceof Element && target.closest('button');
    if (isButton && !row.control.input.disabled) {
      event.preventDefault();
      row.control.input.focus();
      if (list.isOpen) {
        list.close();
      } else {
        list.open();
      }
    } else if (target instanceof Node && list.node.contains(target)) {
      // The focus stays in the input.
      event.preventDefault();
    }
  }

  private _onClick({ target }: MouseEvent): void {
    const row = this._elements.rowOf(target);
    const value = row?.control.list?.valueAt(target) ?? null;
    if (row && value !== null) {
      row.control.list?.close();
      this._choose(row, value);
      return;
    }
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
        this._elements.showAll();
        this._frame.requestPatch();
        break;
      case 'repair':
        this._repair(Number(button.dataset.line));
        break;
    }
  }

  private _choose(row: FieldRow, value: string): void {
    row.control.hold(value);
    this._write(row);
  }

  private _repair(line: number): void {
    const { repair } =
      this._cell.form.rejected.find(one => one.line === line) ?? {};
    if (repair) {
      this._cell.apply(repair);
    }
  }

  /** Go back to the cell. */
  private _leave(): void {
    const { content } = this._host.panel;
    content.mode = 'command';
    this._widget.node.focus({ preventScroll: true });
  }

  private async _run(advance: boolean): Promise<void> {
    this._flush();
    if (advance) {
      await this._host.runAndAdvance(this._widget);
    } else {
      await this._cell.run();
    }
  }

  /** Write what is typed when the user pauses. */
  private _later(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this._flush(), PAUSE);
  }

  private _flush(): void {
    window.clearTimeout(this._timer);
    for (const row of this._elements.rows.values()) {
      if (row.isPending) {
        this._write(row);
      }
    }
  }

  private _write(row: FieldRow): void {
    if (this._isDisposed || this._cell.isDisposed) {
      return;
    }
    const before = this._cell.source;
    row.write(value => this._set(row.key, value));
    if (this._cell.source !== before && this._host.preferences.runsOnChange) {
      this._auto.touch();
    }
    this._frame.requestPatch();
  }

  private _set(key: string, value: FieldValue): boolean {
    const field = fieldOf(this._cell.form, key);
    return field !== null && this._cell.set(field, value);
  }

  private readonly _auto: AutoRun;
  private readonly _cell: CellForm;
  private readonly _elements: FormElements;
  private readonly _frame: IFormFrame;
  private readonly _host: IFormHost;
  private readonly _widget: Cell;
  private _isDisposed = false;
  private _timer = 0;
}

/** Whether an element is typed into, letter by letter. */
function isTyped(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement &&
    (target.type === 'text' || target.type === 'date')
  );
}
