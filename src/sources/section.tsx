/** The Sources section: the list of rows, and how keys and the menu act on it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { SourcesModel } from './model';
import type { RowMenu } from './menu';
import type { RowVerb } from './rows';
import { type IRowActions, RowView } from './rowview';

/** The list of the sources and other steps of the current notebook. */
export class SourcesSection extends VDomRenderer<SourcesModel> {
  /**
   * @param model - the rows; disposed with the section
   * @param menu - the menu of a row; disposed with the section
   * @param trans - translations
   */
  constructor(model: SourcesModel, menu: RowMenu, trans: TranslationBundle) {
    super(model);
    this._menu = menu;
    this._trans = trans;
    this._actions = {
      press: (id, button) => {
        model.press(id, button);
        if (VANISHING.includes(button.verb)) {
          this._focusRow();
        }
      },
      openMenu: (id, anchor) => menu.open(id, anchor),
      save: (id, line) => {
        const saved = model.save(id, line);
        if (saved) {
          this._focusRow();
        }
        return saved;
      },
      cancelEdit: () => {
        model.edit(null);
        this._focusRow();
      },
      check: line => model.check(line),
      focused: id => {
        model.current = id;
      }
    };
    menu.closed.connect(this._focusRow, this);
  }

  /** Go to the row of a folder; where the list is closed, to its line in the notebook. */
  showFolder(folder: string): void {
    const { model } = this;
    const row = model.rows.find(({ name }) => name === folder);
    if (row && this.isVisible) {
      model.current = row.id;
      this._focusRow();
    } else if (row) {
      model.show(row.id);
    }
  }

  /** Let go of the menu. */
  override dispose(): void {
    if (!this.isDisposed) {
      this._menu.dispose();
      super.dispose();
    }
  }

  protected override render(): React.JSX.Element | null {
    const { rows, editing, current } = this.model;
    this.title.label = rows.length > 0 ? this._trans.__('Sources') : '';
    this.title.caption = String(rows.length);
    return rows.length === 0 ? null : (
      <>
        <ul
          className="jp-Preflight-rows"
          aria-label={this._trans.__('Sources')}
          onKeyDown={event => this._onKeyDown(event)}
        >
          {rows.map(row => (
            <RowView
              key={row.id}
              row={row}
              isEditing={row.id === editing}
              isCurrent={row.id === current}
              actions={this._actions}
              trans={this._trans}
            />
          ))}
        </ul>
        <Drawn then={() => this._onDrawn()} />
      </>
    );
  }

  private _onKeyDown(event: React.KeyboardEvent): void {
    const { model } = this;
    const id = model.current;
    const onRow = event.target instanceof HTMLLIElement;
    if (id === null) {
      return;
    }
    const key = `${event.altKey ? 'Alt+' : ''}${event.shiftKey ? 'Shift+' : ''}${
      event.ctrlKey || event.metaKey ? 'Ctrl+' : ''
    }${event.key}`;
    const step = STEPS[key];
    if (step !== undefined) {
      this._walk(step);
    } else if (key === 'Alt+ArrowUp' || key === 'Alt+ArrowDown') {
      model.move(id, key === 'Alt+ArrowUp' ? -1 : 1);
      this._focusRow();
    } else if (key === 'Shift+F10' || key === 'ContextMenu') {
      const node = this._node(id);
      if (node) {
        this._menu.open(id, node.getBoundingClientRect());
      }
    } else if (onRow && (key === 'F2' || key === 'Enter')) {
      model.edit(id);
    } else if (onRow && key === 'Delete') {
      model.remove(id);
      this._focusRow();
    } else if (onRow && key === 'Ctrl+z') {
      model.undo(id);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Go to another row: `by` places on, or to the ends of the list. */
  private _walk(by: number): void {
    const { rows, current } = this.model;
    const at = rows.findIndex(row => row.id === current);
    const to = Math.max(0, Math.min(rows.length - 1, at + by));
    this.model.current = rows[to].id;
    this._focusRow();
  }

  /** Focus the current row, once what has just changed is drawn. */
  private _focusRow(): void {
    this._isFocusDue = true;
    this.update();
  }

  private _onDrawn(): void {
    if (this._isFocusDue && this.model.current !== null) {
      this._isFocusDue = false;
      this._node(this.model.current)?.focus();
    }
  }

  private _node(id: string): HTMLElement | null {
    for (const node of this.node.querySelectorAll<HTMLElement>('li')) {
      if (node.dataset.row === id) {
        return node;
      }
    }
    return null;
  }

  private readonly _actions: IRowActions;
  private readonly _menu: RowMenu;
  private readonly _trans: TranslationBundle;
  private _isFocusDue = false;
}

/** Says when what stands beside it is drawn; `renderPromise` waits for an idle moment, too. */
function Drawn(props: { then: () => void }): null {
  React.useLayoutEffect(props.then);
  return null;
}

/** What takes its own button away: keys go on in the row. */
const VANISHING: readonly RowVerb[] = ['again', 'check', 'fix'];

const STEPS: Record<string, number> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: -Infinity,
  End: Infinity
};
