/**
 * Puts the forms of one notebook into its cells: a box as soon as the cell has elements, and the
 * form in it when the cell comes near to what can be seen.
 */
import type { Cell } from '@jupyterlab/cells';
import type { IDisposable } from '@lumino/disposable';
import { type MessageHook, MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import type { PanelLayout } from '@lumino/widgets';

import type { CellForm } from './cellform';
import type { NotebookForms } from './model';
import { FormBox } from './box';
import type { IFormHost } from './host';

/** How far outside of what can be seen forms are made. */
const MARGIN = '600px 0px';

/** Up to so many forms are all made when the page has nothing else to do. */
const FEW = 100;

/** Milliseconds that it may take to make one. */
const ENOUGH = 20;

const NONE: readonly CellForm[] = [];

/** The forms in the cells of one notebook. */
export class FormAttacher implements IDisposable {
  /**
   * @param forms - the forms; stay with the caller
   * @param host - what is around the cells
   */
  constructor(forms: NotebookForms, host: IFormHost) {
    this._forms = forms;
    this._host = host;
    const { content } = host.panel;
    this._observer = new IntersectionObserver(
      entries => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) {
            this._near.get(target)?.mount();
            this._leave(target);
          }
        }
      },
      { root: content.outerNode, rootMargin: MARGIN }
    );
    forms.changed.connect(this._update, this);
    host.preferences.changed.connect(this._update, this);
    this._update();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._observer.disconnect();
      if (this._idle !== undefined) {
        window.cancelIdleCallback(this._idle);
      }
      this._near.clear();
      this._boxes.clear();
      Signal.clearData(this);
    }
  }

  private _update(): void {
    const cells = this._host.preferences.isOn ? this._forms.marked : NONE;
    if (cells === this._last) {
      return;
    }
    this._last = cells;
    const present = new Set<CellForm>(cells);
    for (const [form, box] of this._boxes) {
      if (!present.has(form)) {
        this._boxes.delete(form);
        box?.dispose();
      }
    }
    const fresh = cells.filter(form => !this._boxes.has(form));
    if (fresh.length === 0) {
      return;
    }
    const { widgets } = this._host.panel.content;
    const byModel = new Map(widgets.map(cell => [cell.model, cell]));
    for (const form of fresh) {
      const cell = byModel.get(form.model);
      if (cell) {
        this._boxes.set(form, null);
        this._insertWith(form, cell);
        void cell.ready.then(() => this._insert(form, cell));
      }
    }
  }

  /**
   * Insert a box as its cell comes into the page: it is laid out with the cell then, and not once
   * more after it, which takes the longer the more cells there are.
   */
  private _insertWith(form: CellForm, cell: Cell): void {
    const hook: MessageHook = (_, { type }) => {
      if (type === 'after-attach') {
        MessageLoop.removeMessageHook(cell, hook);
        this._insert(form, cell);
      }
      return true;
    };
    MessageLoop.installMessageHook(cell, hook);
  }

  private _insert(form: CellForm, cell: Cell): void {
    const isWanted = this._boxes.get(form) === null;
    if (this._isDisposed || !isWanted || cell.isDisposed) {
      return;
    }
    const box = new FormBox(form, cell, this._host);
    this._boxes.set(form, box);
    (cell.layout as PanelLayout).insertWidget(1, box);
    this._near.set(cell.node, box);
    this._observer.observe(cell.node);
    box.disposed.connect(() => this._leave(cell.node));
    // The cells come first: they too are made when the page has nothing else to do.
    const isComplete = () => ![...this._boxes.values()].includes(null);
    if (this._boxes.size <= FEW && isComplete()) {
      this._later();
    }
  }

  /** Make one form when the page is idle, and then the next. */
  private _later(): void {
    // Not every browser can tell; there forms are made when they are near.
    this._idle ??= window.requestIdleCallback?.(deadline => {
      this._idle = undefined;
      const [next] = this._near;
      if (!next) {
        return;
      }
      if (deadline.timeRemaining() > ENOUGH) {
        const [node, box] = next;
        box.mount();
        this._leave(node);
      }
      this._later();
    });
  }

  private _leave(node: Element): void {
    this._near.delete(node);
    this._observer.unobserve(node);
  }

  /** By form; null where the cell has no elements yet. */
  private readonly _boxes = new Map<CellForm, FormBox | null>();
  private readonly _forms: NotebookForms;
  private readonly _host: IFormHost;
  /** Those whose form is not made yet, by the element of their cell. */
  private readonly _near = new Map<Element, FormBox>();
  private readonly _observer: IntersectionObserver;
  private _idle: number | undefined;
  private _isDisposed = false;
  private _last: readonly CellForm[] = NONE;
}
