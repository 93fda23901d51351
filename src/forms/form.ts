/**
 * The form of one cell as elements: patched piece by piece, so that what has the focus is never
 * replaced, with one listener for all of it.
 */
import type { Cell } from '@jupyterlab/cells';

import type { FieldValue, ICellForm } from '../tokens';
import { AutoRun } from './auto';
import { make, makeFocusable, makePicture, setAttribute } from './dom';
import { viewField } from './fieldview';
import { FormHead, nameOf } from './head';
import type { IFormHost } from './host';
import { isTextInput, passOn } from './keyboard';
import { fieldOf, keysOf } from './keys';
import { MarkdownBlock } from './markdown';
import { FieldRow } from './row';
import type { IForm, IRejected } from './types';
import type { FormView } from './view';
import { sentence } from './words';

/** Milliseconds without a key, after which what was typed is written. */
const PAUSE = 500;

/** Rows that are shown at once; the rest is a click away. */
const ROWS = 300;

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
  /** Patch the form soon. */
  requestPatch(): void;
}

/** The elements of a form. */
export class FormBody {
  /**
   * @param cell - what the form is of
   * @param widget - the cell that it stands in
   * @param frame - its place there
   * @param host - what is around the cell
   */
  constructor(
    cell: ICellForm,
    widget: Cell,
    frame: IFormFrame,
    host: IFormHost
  ) {
    this._cell = cell;
    this._widget = widget;
    this._frame = frame;
    this._host = host;
    this._auto = new AutoRun(cell);
    this._head = new FormHead(host.panel.content.rendermime, host.trans);
    this._more = makeFocusable(
      'button',
      'jp-Preflight-button jp-mod-small jp-Preflight-formMore'
    );
    this._more.dataset.action = 'more';
    this.node.setAttribute('role', 'form');
    this.node.append(this._head.node, this._grid, this._more, this._rejected);
    EVENTS.forEach(type => this.node.addEventListener(type, this));
  }

  readonly node = make('div', 'jp-Preflight-form');

  /** Write what is typed, and let go of all. */
  dispose(): void {
    this._flush();
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    EVENTS.forEach(type => this.node.removeEventListener(type, this));
    this._rows.forEach(row => row.control.list?.close());
    this._texts.forEach(text => text.dispose());
    this._head.dispose();
  }

  /** Show the form as the cell has it now. */
  patch(): void {
    const { form, isEditable } = this._cell;
    const { view } = this._frame;
    const { trans, preferences } = this._host;
    const title = form.title?.text ?? '';
    const active = document.activeElement;
    const hadFocus = this.node.contains(active);
    this._isPatching = true;
    this._head.patch({
      title,
      isCodeShown: view !== 'form',
      isFolded: view === 'code',
      runsOnChange:
        form.title?.runAuto && preferences.runsOnChange ? this._auto.isOn : null
    });
    setAttribute(this.node, 'aria-label', nameOf(title, trans));
    this.node.classList.toggle('jp-mod-untitled', title === '');
    this.node.classList.toggle('jp-mod-folded', view === 'code');
    this._patchItems(form, isEditable);
    this._patchRejected(form.rejected, isEditable);
    this._isPatching = false;
    if (hadFocus && !this.node.contains(document.activeElement)) {
      const isThere =
        active instanceof HTMLElement && this.node.contains(active);
      (isThere ? active : this._widget.node).focus({ preventScroll: true });
    }
  }

  /** @param event - of any element of the form */
  handleEvent(event: Event): void {
    if (this._isPatching) {
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
        this._rowOf(event.target)?.control.list?.close();
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

  private _patchItems(form: IForm, isEditable: boolean): void {
    const keys = keysOf(form);
    const { ran } = this._cell;
    const items = form.items.slice(0, this._shown);
    const nodes: HTMLElement[] = [];
    const rows = new Map<string, FieldRow>();
    const texts: MarkdownBlock[] = [];
    const markdown: [MarkdownBlock, string][] = [];
    for (const item of items) {
      if (item.kind === 'markdown') {
        const block =
          this._texts[texts.length] ??
          new MarkdownBlock(
            this._host.panel.content.rendermime,
            'jp-Preflight-formText'
          );
        texts.push(block);
        markdown.push([block, item.text]);
        nodes.push(block.node);
        continue;
      }
      const key = keys.get(item) ?? item.name;
      const view = viewField(item, ran.get(key));
      let row = this._rows.get(key);
      const isKept = row && (row.kind === view.kind || row.hasFocus);
      if (!row || !isKept) {
        row = new FieldRow(key, view.kind, this._host.trans);
      }
      rows.set(key, row);
      if (row.kind === view.kind) {
        row.patch(view, isEditable);
      }
      nodes.push(row.node);
    }
    this._texts.slice(texts.length).forEach(text => text.dispose());
    this._rows = rows;
    this._texts = texts;
    arrange(this._grid, nodes);
    // Rendered in the page: some renderers measure.
    markdown.forEach(([block, text]) => block.show(text));
    const hidden = form.items.length - items.length;
    this._more.hidden = hidden === 0;
    if (hidden > 0) {
      this._more.textContent = this._host.trans.__('Show %1 more', hidden);
    }
  }

  private _patchRejected(
    rejected: readonly IRejected[],
    isEditable: boolean
  ): void {
    const { trans } = this._host;
    const told = JSON.stringify([rejected, isEditable]);
    if (told === this._told) {
      return;
    }
    this._told = told;
    this._rejected.replaceChildren(
      ...rejected.slice(0, ROWS).map(({ line, reason, repair }) => {
        const text = trans.__('Line %1: %2', line + 1, sentence(trans, reason));
        const row = make(
          'div',
          'jp-Preflight-formHint',
          makePicture('needs'),
          make('span', '', text)
        );
        if (repair && isEditable) {
          const button = makeFocusable(
            'button',
            'jp-Preflight-button jp-mod-small'
          );
          button.type = 'button';
          button.dataset.action = 'repair';
          button.dataset.line = String(line);
          button.textContent = trans.__('Repair');
          row.append(button);
        }
        return row;
      })
    );
  }

  private _onInput(event: InputEvent): void {
    const { target } = event;
    const row = this._rowOf(target);
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
    if (target === this._head.toggle) {
      this._auto.isOn = this._head.toggle.checked;
      return;
    }
    const row = this._rowOf(target);
    if (row && (row.isPending || !isTyped(target))) {
      this._write(row);
    }
  }

  private _onKey(event: KeyboardEvent): void {
    const { key, target } = event;
    if (event.isComposing || event.altKey) {
      return;
    }
    const row = this._rowOf(target);
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
    const row = this._rowOf(event.target);
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
    const row = this._rowOf(target);
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
        this._frame.setView(this._frame.view === 'form' ? 'both' : 'form');
        break;
      case 'show':
        this._frame.setView('both');
        break;
      case 'more':
        this._shown = Infinity;
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
    for (const row of this._rows.values()) {
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

  private _rowOf(target: EventTarget | null): FieldRow | null {
    const key =
      target instanceof Element
        ? target.closest<HTMLElement>('.jp-Preflight-field')?.dataset.key
        : undefined;
    return key === undefined ? null : (this._rows.get(key) ?? null);
  }

  private readonly _auto: AutoRun;
  private readonly _cell: ICellForm;
  private readonly _frame: IFormFrame;
  private readonly _grid = make('div', 'jp-Preflight-formGrid');
  private readonly _head: FormHead;
  private readonly _host: IFormHost;
  private readonly _more: HTMLButtonElement;
  private readonly _rejected = make('div', 'jp-Preflight-formHints');
  private readonly _widget: Cell;
  private _isDisposed = false;
  private _isPatching = false;
  private _rows = new Map<string, FieldRow>();
  private _shown = ROWS;
  private _texts: MarkdownBlock[] = [];
  private _timer = 0;
  private _told = '[[],true]';
}

/** Whether an element is typed into, letter by letter. */
function isTyped(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement &&
    (target.type === 'text' || target.type === 'date')
  );
}

/** Make these the children of an element; those that are at their places stay untouched. */
function arrange(parent: HTMLElement, nodes: readonly HTMLElement[]): void {
  const wanted = new Set<Element>(nodes);
  for (const child of Array.from(parent.children)) {
    if (!wanted.has(child)) {
      child.remove();
    }
  }
  let next = parent.firstElementChild;
  for (const node of nodes) {
    if (node === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(node, next);
    }
  }
}
