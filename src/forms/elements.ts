/**
 * The elements of a form, patched piece by piece: what has the focus is never replaced, and what
 * has not changed is not touched.
 */
import type { Cell } from '@jupyterlab/cells';

import type { CellForm } from './cellform';
import { arrange, make, makeFocusable, makePicture, setAttribute } from './dom';
import { viewField } from './fieldview';
import { FormHead, nameOf } from './head';
import type { IFormHost } from './host';
import { keysOf } from './keys';
import { type IMarkdownFrame, MarkdownBlock } from './markdown';
import { FieldRow } from './row';
import type { IForm, IRejected } from './types';
import type { FormView } from './view';
import { sentence } from './words';

/** Rows that are shown at first, and with each click on the button below them. */
const ROWS = 300;

/** How a form is to be shown. */
export interface IFormState {
  /** What the cell shows. */
  view: FormView;
  /** Whether the cell runs when a value changes; null where the user wants none to. */
  runsOnChange: boolean | null;
}

/** The elements of a form. */
export class FormElements {
  /**
   * @param cell - what the form is of
   * @param widget - the cell that it stands in, which gets the focus of what goes
   * @param frame - the widget of the form
   * @param host - what is around the cell
   */
  constructor(
    cell: CellForm,
    widget: Cell,
    frame: IMarkdownFrame,
    host: IFormHost
  ) {
    this._cell = cell;
    this._widget = widget;
    this._frame = frame;
    this._host = host;
    const { rendermime } = host.panel.content;
    this.head = new FormHead(rendermime, frame, host.trans);
    this._more = makeFocusable(
      'button',
      'jp-Preflight-button jp-mod-small jp-Preflight-formMore'
    );
    this._more.dataset.action = 'more';
    this.node.setAttribute('role', 'form');
    this.node.append(this.head.node, this._grid, this._more, this._hints);
  }

  readonly node = make('div', 'jp-Preflight-form');

  readonly head: FormHead;

  /** Whether a patch is at work, which moves the focus by itself. */
  get isPatching(): boolean {
    return this._isPatching;
  }

  /** Let go of what is rendered. */
  dispose(): void {
    this._rows.forEach(row => row.control.list?.close());
    this._texts.forEach(text => text.clear());
    this.head.dispose();
  }

  /** Show more rows from now on. */
  showMore(): void {
    this._shown += ROWS;
  }

  /** The row that an element is in. */
  rowOf(target: EventTarget | null): FieldRow | null {
    const key =
      target instanceof Element
        ? target.closest<HTMLElement>('.jp-Preflight-field')?.dataset.key
        : undefined;
    return key === undefined ? null : (this._rows.get(key) ?? null);
  }

  /** Show the form as the cell has it now. */
  patch({ view, runsOnChange }: IFormState): void {
    const { form, isEditable } = this._cell;
    const title = form.title?.text ?? '';
    const active = document.activeElement;
    const hadFocus = this.node.contains(active);
    this._isPatching = true;
    this.head.patch({
      title,
      isCodeShown: view !== 'form',
      isFolded: view === 'code',
      runsOnChange: form.title?.runAuto ? runsOnChange : null
    });
    setAttribute(this.node, 'aria-label', nameOf(title, this._host.trans));
    this.node.classList.toggle('jp-mod-untitled', title === '');
    this.node.classList.toggle('jp-mod-folded', view === 'code');
    this._patchItems(form, isEditable);
    this._patchHints(form.rejected, isEditable);
    this._isPatching = false;
    if (hadFocus && !this.node.contains(document.activeElement)) {
      const isThere =
        active instanceof HTMLElement && this.node.contains(active);
      (isThere ? active : this._widget.node).focus({ preventScroll: true });
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
            this._frame,
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
    this._texts.slice(texts.length).forEach(text => text.clear());
    for (const [key, row] of this._rows) {
      if (rows.get(key) !== row) {
        row.control.list?.close();
      }
    }
    this._rows = rows;
    this._texts = texts;
    arrange(this._grid, nodes);
    // Rendered in the page: some renderers measure.
    markdown.forEach(([block, text]) => block.show(text));
    const hidden = form.items.length - items.length;
    this._more.hidden = hidden === 0;
    if (hidden > 0) {
      this._more.textContent = this._host.trans.__(
        'Show %1 of %2 more',
        Math.min(ROWS, hidden),
        hidden
      );
    }
  }

  private _patchHints(
    rejected: readonly IRejected[],
    isEditable: boolean
  ): void {
    const { trans } = this._host;
    const { unknownMagic } = this._cell;
    const told = JSON.stringify([rejected, isEditable, unknownMagic]);
    if (told === this._told) {
      return;
    }
    this._told = told;
    const rows = rejected.slice(0, ROWS).map(({ line, reason, repair }) => {
      const row = hint(
        trans.__('Line %1: %2', line + 1, sentence(trans, reason))
      );
      if (repair && isEditable) {
        row.append(this._repairButton(line));
      }
      return row;
    });
    if (unknownMagic) {
      const text = trans.__(
        'This kernel knows %1 in the first line only. With %load_ext jupyterlab_preflight it may stand below comments.',
        unknownMagic
      );
      rows.push(hint(text));
    }
    this._hints.replaceChildren(...rows);
  }

  private _repairButton(line: number): HTMLButtonElement {
    const button = makeFocusable('button', 'jp-Preflight-button jp-mod-small');
    button.type = 'button';
    button.dataset.action = 'repair';
    button.dataset.line = String(line);
    button.textContent = this._host.trans.__('Repair');
    return button;
  }

  private readonly _cell: CellForm;
  private readonly _frame: IMarkdownFrame;
  private readonly _grid = make('div', 'jp-Preflight-formGrid');
  private readonly _hints = make('div', 'jp-Preflight-formHints');
  private readonly _host: IFormHost;
  private readonly _more: HTMLButtonElement;
  private readonly _widget: Cell;
  private _isPatching = false;
  private _rows = new Map<string, FieldRow>();
  private _shown = ROWS;
  private _texts: MarkdownBlock[] = [];
  private _told = '';
}
/** A line below the fields. */
function hint(text: string): HTMLElement {
  return make(
    'div',
    'jp-Preflight-formHint',
    makePicture('needs'),
    make('span', '', text)
  );
}
