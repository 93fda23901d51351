/**
 * The fields of the section: by cell, with the controls that forms have. Of a long list only the
 * beginning is made, and more of it as its end comes into sight.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';

import { arrange, make, makeFocusable, setText } from '../forms/dom';
import { viewField } from '../forms/fieldview';
import { FIELD_EVENTS, FieldHands } from '../forms/hands';
import { isTextInput, takeKey } from '../forms/keyboard';
import { FieldRow } from '../forms/row';
import type { FieldValue, ICellForm } from '../tokens';
import { type IGroup, type IParameter, looksSame } from './groups';

/** Fields that are made at once. */
const PIECE = 30;

/** Pixels of a field that is not made yet. */
const HEIGHT = 32;

const EVENTS = [...FIELD_EVENTS, 'contextmenu'];

/** What the fields ask for. */
export interface IListHost {
  commands: CommandRegistry;
  trans: TranslationBundle;
  set(parameter: IParameter, value: FieldValue): boolean;
  undo(cell: ICellForm, isRedo: boolean): void;
  /** Show a cell in the notebook, with the value of a field where one is given. */
  show(cell: ICellForm, parameter?: IParameter): void;
  /** Open the menu of a field. */
  openMenu(parameter: IParameter, x: number, y: number): void;
  /** Patch the list soon. */
  requestPatch(): void;
}

interface IShownGroup {
  cell: ICellForm;
  readonly node: HTMLElement;
  readonly title: HTMLElement;
  readonly rows: HTMLElement;
  /** What its rows show. */
  drawn?: { parameters: readonly IParameter[]; isEditable: boolean };
}

interface IShownRow {
  row: FieldRow;
  parameter: IParameter;
  isEditable: boolean;
}

/** The fields, as elements. */
export class ParameterList implements IDisposable {
  /** @param host - what the fields ask for */
  constructor(host: IListHost) {
    this._host = host;
    this._hands = new FieldHands({
      rowOf: target => this._shownOf(target)?.row ?? null,
      write: row => this._write(row)
    });
    this.node.append(this._groups, this._rest);
    this._observer = new IntersectionObserver(entries => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) {
        this._limit += PIECE;
        host.requestPatch();
      }
    });
    EVENTS.forEach(type => this.node.addEventListener(type, this));
  }

  readonly node = make('div', 'jp-Preflight-parametersList');

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this.clear();
      this._isDisposed = true;
      EVENTS.forEach(type => this.node.removeEventListener(type, this));
    }
  }

  /** Write what is typed, and let go of all fields. */
  clear(): void {
    this._hands.flush();
    this._observer.disconnect();
    this._isPatching = true;
    this._shownRows.forEach(({ row }) => row.control.list?.close());
    this._groups.replaceChildren();
    this._shownRows.clear();
    this._shownGroups.clear();
    this._isPatching = false;
  }

  /** Begin again at the top of a list. */
  rewind(): void {
    this._limit = PIECE;
  }

  /** Show fields as they are now. */
  patch(groups: readonly IGroup[]): void {
    this._isPatching = true;
    let left = this._limit;
    let total = 0;
    const nodes: HTMLElement[] = [];
    const cells = new Set<string>();
    const ids = new Set<string>();
    for (const group of groups) {
      total += group.parameters.length;
      if (left > 0) {
        const parameters =
          left < group.parameters.length
            ? group.parameters.slice(0, left)
            : group.parameters;
        left -= parameters.length;
        cells.add(group.cell.id);
        parameters.forEach(({ id }) => ids.add(id));
        nodes.push(this._patchGroup(group, parameters));
      }
    }
    arrange(this._groups, nodes);
    this._forget(cells, ids);
    this._isPatching = false;
    this._observer.disconnect();
    const rest = Math.max(total - this._limit, 0);
    this._rest.style.height = `${rest * HEIGHT}px`;
    if (rest > 0) {
      // Tells at once whether there is still room for more.
      this._observer.observe(this._rest);
    }
  }

  /** @param event - of any element of the list */
  handleEvent(event: Event): void {
    if (this._isPatching) {
      return;
    }
    const isUsed = this._hands.take(event);
    switch (event.type) {
      case 'focusout':
        // What was kept while somebody was typing is as the code says it again.
        this._refresh(this._shownOf(event.target));
        break;
      case 'click':
        if (!isUsed) {
          this._onClick(event);
        }
        break;
      case 'contextmenu':
        this._onMenu(event as MouseEvent);
        break;
      case 'keydown':
        if (isUsed || this._onKey(event as KeyboardEvent)) {
          event.preventDefault();
          event.stopPropagation();
        }
        break;
    }
  }

  private _patchGroup(
    group: IGroup,
    parameters: readonly IParameter[]
  ): HTMLElement {
    const { cell, title } = group;
    const shown = this._shownGroups.get(cell.id) ?? this._makeGroup(cell);
    const { drawn, node, rows } = shown;
    const { isEditable } = cell;
    shown.cell = cell;
    setText(shown.title, title);
    node.setAttribute('aria-label', title);
    const isStale = this._stale.delete(cell.id);
    const isSame =
      drawn?.isEditable === isEditable && drawn.parameters === parameters;
    if (!isSame || isStale) {
      arrange(
        rows,
        parameters.map(one => this._patchRow(one, isEditable, isStale))
      );
      shown.drawn = { parameters, isEditable };
    }
    return node;
  }

  private _patchRow(
    parameter: IParameter,
    isEditable: boolean,
    isStale: boolean
  ): HTMLElement {
    const { id, field, ran } = parameter;
    const shown = this._shownRows.get(id);
    if (
      shown?.isEditable === isEditable &&
      !isStale &&
      (shown.parameter === parameter || looksSame(shown.parameter, parameter))
    ) {
      shown.parameter = parameter;
      return shown.row.node;
    }
    const view = viewField(field, ran);
    const isKept = shown?.row.kind === view.kind || shown?.row.hasFocus;
    const row =
      shown && isKept
        ? shown.row
        : new FieldRow(id, view.kind, this._host.trans);
    if (row.kind === view.kind) {
      row.patch(view, isEditable);
      const label = row.node.querySelector('label');
      if (label && !label.title) {
        label.title = this._host.trans.__('%1: show in cell', field.name);
      }
    }
    this._shownRows.set(id, { row, parameter, isEditable });
    return row.node;
  }

  private _makeGroup(cell: ICellForm): IShownGroup {
    const title = makeFocusable('button', 'jp-Preflight-parametersTitle');
    title.type = 'button';
    title.title = this._host.trans.__('Show cell');
    title.dataset.cell = cell.id;
    const rows = make('div', 'jp-Preflight-parametersRows');
    const heading = make('h4', '', title);
    const node = make('div', 'jp-Preflight-parametersGroup', heading, rows);
    node.setAttribute('role', 'group');
    const group = { cell, node, title, rows };
    this._shownGroups.set(cell.id, group);
    return group;
  }

  private _onClick(event: Event): void {
    const { target } = event;
    if (!(target instanceof Element)) {
      return;
    }
    const title = target.closest<HTMLElement>('[data-cell]');
    const group = this._shownGroups.get(title?.dataset.cell ?? '');
    const parameter = this._shownOf(target)?.parameter;
    if (group) {
      this._host.show(group.cell);
    } else if (parameter && target.closest('label')) {
      // A label that goes to the cell does not go to its control, too.
      event.preventDefault();
      this._host.show(parameter.cell, parameter);
    }
  }

  /** The mouse gets the browser's own menu in a field that is typed into; the keyboard does not. */
  private _onMenu(event: MouseEvent): void {
    const shown = this._shownOf(event.target);
    const isMouse = event.button === 2 || event.ctrlKey;
    if (shown && !(isMouse && isTextInput(event.target))) {
      event.preventDefault();
      event.stopPropagation();
      this._host.openMenu(shown.parameter, event.clientX, event.clientY);
    }
  }

  private _onKey(event: KeyboardEvent): boolean {
    const shown = this._shownOf(event.target);
    if (!shown) {
      return false;
    }
    const { cell } = shown.parameter;
    return takeKey(event, {
      commands: this._host.commands,
      outside: this.node,
      flush: () => this._hands.flush(),
      run: () => void cell.run(),
      leave: () => this._host.show(cell),
      undo: isRedo => {
        if (cell.isEditable) {
          this._host.undo(cell, isRedo);
        }
      }
    });
  }

  private _write(row: FieldRow): void {
    const shown = this._shownRows.get(row.key);
    if (shown?.row === row) {
      row.write(value => this._host.set(shown.parameter, value));
      this._refresh(shown);
    }
  }

  private _refresh(shown: IShownRow | null): void {
    if (shown) {
      this._stale.add(shown.parameter.cell.id);
      this._host.requestPatch();
    }
  }

  private _shownOf(target: EventTarget | null): IShownRow | null {
    const key =
      target instanceof Element
        ? target.closest<HTMLElement>('.jp-Preflight-field')?.dataset.key
        : undefined;
    return this._shownRows.get(key ?? '') ?? null;
  }

  private _forget(cells: Set<string>, ids: Set<string>): void {
    for (const id of this._shownGroups.keys()) {
      if (!cells.has(id)) {
        this._shownGroups.delete(id);
      }
    }
    for (const [id, { row }] of this._shownRows) {
      if (!ids.has(id)) {
        row.control.list?.close();
        this._shownRows.delete(id);
      }
    }
  }

  private readonly _groups = make('div', '');
  private readonly _hands: FieldHands;
  private readonly _host: IListHost;
  private readonly _observer: IntersectionObserver;
  private readonly _rest = make('div', 'jp-Preflight-parametersRest');
  private readonly _shownGroups = new Map<string, IShownGroup>();
  private readonly _shownRows = new Map<string, IShownRow>();
  /** Cells with a row that does not show what it should. */
  private readonly _stale = new Set<string>();
  private _isDisposed = false;
  private _isPatching = false;
  private _limit = PIECE;
}
