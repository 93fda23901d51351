/** The Parameters section: search, menu, fields, and the button that runs what has changed. */
import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ellipsesIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { type Menu, Widget } from '@lumino/widgets';

import { make, makePicture, setText } from '../forms/dom';
import type { ICellForm } from '../tokens';
import type { CopyFormat } from './copy';
import { type IParameter, searched } from './groups';
import { ParameterList } from './list';
import { makeMenu, openMenu } from './menu';
import type { ParametersModel } from './model';
import { PasteBox } from './pastebox';
import { showCell } from './show';
import { pastedText, resetText } from './words';

const EXAMPLE = 'lr = 0.01  #@param {type:"number"}';

/** All fields of the current notebook. */
export class ParametersSection extends Widget {
  /**
   * @param model - the fields; disposed with the section
   * @param commands - the application's
   * @param trans - translations
   */
  constructor(
    model: ParametersModel,
    commands: CommandRegistry,
    trans: TranslationBundle
  ) {
    super();
    this._model = model;
    this._trans = trans;
    this.addClass('jp-Preflight-parameters');
    this._list = new ParameterList({
      commands,
      trans,
      set: (parameter, value) => model.set(parameter, value),
      undo: (cell, isRedo) => model.undo(cell, isRedo),
      show: (cell, parameter) => this._show(cell, parameter),
      openMenu: (parameter, x, y) => {
        this._chosen = parameter;
        openMenu(this._rowMenu, x, y);
      },
      requestPatch: () => this.update()
    });
    this._paste = new PasteBox({
      trans,
      preview: text => model.preview(text),
      done: text => this._onPaste(text)
    });
    this._menu = this._makeMenu();
    this._rowMenu = this._makeRowMenu();
    this._build();
    model.changed.connect(this.update, this);
    model.left.connect(this._onLeft, this);
    this.update();
  }

  /** Let go of model and menu. */
  override dispose(): void {
    if (!this.isDisposed) {
      this._list.dispose();
      this._menu.dispose();
      this._rowMenu.dispose();
      this._model.dispose();
      super.dispose();
    }
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.update();
  }

  /** Fields that nobody sees are let go of. */
  protected override onBeforeHide(msg: Message): void {
    super.onBeforeHide(msg);
    this._list.clear();
  }

  protected override onUpdateRequest(msg: Message): void {
    super.onUpdateRequest(msg);
    const { _model: model, _trans: trans } = this;
    const { notebook, groups } = model;
    if (!notebook) {
      this.title.label = '';
      return;
    }
    let count = 0;
    let changed = 0;
    for (const { parameters } of groups) {
      count += parameters.length;
      changed += parameters.filter(({ isChanged }) => isChanged).length;
    }
    this.title.label = trans.__('Parameters');
    this.title.caption =
      changed > 0
        ? trans._n('%1 changed', '%1 changed', changed)
        : String(count);
    if (this.isVisible) {
      this._draw(count, changed);
    }
  }

  private _draw(count: number, changed: number): void {
    const hadFocus = this.node.contains(document.activeElement);
    const query = this._search.value;
    const groups = searched(this._model.groups, query);
    this._head.hidden = count === 0;
    this._empty.hidden = count > 0;
    this._foot.hidden = changed === 0;
    this._none.hidden = count === 0 || groups.length > 0;
    setText(
      this._none,
      groups.length > 0 ? '' : this._trans.__('No field is called %1.', query)
    );
    this._list.patch(groups);
    if (this._paste.isOpen) {
      this._paste.refresh();
    }
    if (hadFocus && !this.node.contains(document.activeElement)) {
      this._search.focus();
    }
  }

  private _build(): void {
    const { _trans: trans } = this;
    this._search.type = 'search';
    this._search.placeholder = trans.__('Search');
    this._search.setAttribute('aria-label', trans.__('Search parameters'));
    this._search.addEventListener('input', () => {
      this._list.rewind();
      this.update();
    });
    this._more.type = 'button';
    this._more.title = trans.__('Copy, paste and reset values');
    this._more.setAttribute('aria-label', this._more.title);
    this._more.setAttribute('aria-haspopup', 'menu');
    ellipsesIcon.element({ container: this._more });
    this._more.addEventListener('click', () => {
      const { right, bottom } = this._more.getBoundingClientRect();
      openMenu(this._menu, right, bottom, { horizontalAlignment: 'right' });
    });
    this._head.append(this._search, this._more);
    this._said.setAttribute('role', 'status');
    const [before, after] = trans
      .__('A line such as %1 in a code cell makes a field.', '\0')
      .split('\0');
    this._empty.append(before, make('code', '', EXAMPLE), after ?? '');
    const run = make(
      'button',
      'jp-Preflight-button jp-mod-small',
      makePicture('play'),
      trans.__('Run changes')
    );
    run.type = 'button';
    run.title = trans.__('Run the cells with changes and those below');
    run.addEventListener('click', () => void this._model.runChanges());
    this._foot.append(run);
    this.node.append(
      this._head,
      this._paste.node,
      this._said,
      this._empty,
      this._none,
      this._list.node,
      this._foot
    );
  }

  private _makeMenu(): Menu {
    const { _model: model, _trans: trans } = this;
    const hasFields = () => model.groups.length > 0;
    const canEdit = () => model.isEditable;
    const copy = (format: CopyFormat, label: string) => ({
      label,
      choose: () => this._copy(format),
      isEnabled: hasFields
    });
    return makeMenu([
      copy('json', trans.__('Copy as JSON')),
      copy('words', trans.__('Copy as -p name=value')),
      copy('python', trans.__('Copy as Python dict')),
      {
        label: trans.__('Paste values…'),
        choose: () => this._openPaste(),
        isEnabled: canEdit
      },
      null,
      {
        label: trans.__('Reset to saved'),
        choose: () => void this._reset(),
        isEnabled: canEdit
      }
    ]);
  }

  private _makeRowMenu(): Menu {
    const { _trans: trans } = this;
    return makeMenu([
      {
        label: trans.__('Show in cell'),
        choose: () => {
          if (this._chosen) {
            this._show(this._chosen.cell, this._chosen);
          }
        },
        isEnabled: () => true
      },
      {
        label: trans.__('Reset to saved'),
        choose: () => void this._reset(this._chosen ?? undefined),
        isEnabled: () => this._chosen?.cell.isEditable === true
      }
    ]);
  }

  private _show(cell: ICellForm, parameter?: IParameter): void {
    const { notebook } = this._model;
    const field = parameter && cell.find(parameter.field);
    if (notebook) {
      void showCell(notebook, cell.id, field ?? undefined);
    }
  }

  private _openPaste(): void {
    this._say('');
    this._paste.open();
  }

  private _copy(format: CopyFormat): void {
    const count = this._model.parameters.length;
    Clipboard.copyToSystem(this._model.copy(format));
    this._say(this._trans._n('%1 value copied.', '%1 values copied.', count));
  }

  private async _reset(only?: IParameter): Promise<void> {
    this._say(resetText(this._trans, await this._model.reset(only)));
  }

  private _onPaste(text: string | null): void {
    const outcome = text === null ? null : this._model.paste(text);
    this._paste.close();
    this._say(outcome ? pastedText(this._trans, outcome) : '');
    this._more.focus();
  }

  private _onLeft(): void {
    this._chosen = null;
    this._search.value = '';
    this._paste.close();
    this._list.rewind();
    this._say('');
  }

  private _say(text: string): void {
    this._said.textContent = text;
  }

  private readonly _empty = make(
    'div',
    'jp-Preflight-parametersNote jp-Preflight-sub'
  );
  private readonly _foot = make('div', 'jp-Preflight-parametersFoot');
  private readonly _head = make('div', 'jp-Preflight-parametersHead');
  private readonly _list: ParameterList;
  private readonly _menu: Menu;
  private readonly _model: ParametersModel;
  private readonly _more = make('button', 'jp-Preflight-iconButton');
  private readonly _none = make(
    'div',
    'jp-Preflight-parametersNote jp-Preflight-sub'
  );
  private readonly _paste: PasteBox;
  private readonly _said = make(
    'div',
    'jp-Preflight-parametersNote jp-Preflight-sub'
  );
  private readonly _rowMenu: Menu;
  private readonly _search = make('input', 'jp-Preflight-input');
  private readonly _trans: TranslationBundle;
  /** The field that its menu was opened for. */
  private _chosen: IParameter | null = null;
}
