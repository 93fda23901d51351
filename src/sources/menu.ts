/** The menu of a row: what can be done to a source, in the order of how often it is wanted. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { MineModel } from './mine';
import type { SourcesModel } from './model';

/** A menu that acts on the row it was opened for. */
export class RowMenu implements IDisposable {
  /**
   * @param model - the rows; stays with the caller
   * @param mine - the user's own sources; stays with the caller
   * @param trans - translations
   */
  constructor(model: SourcesModel, mine: MineModel, trans: TranslationBundle) {
    const commands = new CommandRegistry();
    const isSource = () => Boolean(model.row(this._id)?.link);
    const canRun = () => model.row(this._id)?.isWrong === false && model.canRun;
    this._menu = new MenuSvg({ commands });
    const add = (
      id: string,
      label: string,
      execute: () => void,
      isEnabled: () => boolean,
      isVisible = () => true
    ) => {
      commands.addCommand(id, {
        label,
        execute,
        isEnabled,
        isVisible,
        describedBy: { args: { type: 'object', properties: {} } }
      });
      this._menu.addItem({ command: id });
    };
    add('row:get', trans.__('Get now'), () => void model.get(this._id), canRun);
    add(
      'row:check',
      trans.__('Check files'),
      () => void model.verify(this._id),
      () => model.canCheck(this._id),
      isSource
    );
    add(
      'row:open',
      trans.__('Open folder'),
      () => model.open(this._id),
      () => model.canOpen(this._id),
      isSource
    );
    add(
      'row:copy',
      trans.__('Copy link'),
      () => model.copyLink(this._id),
      isSource,
      isSource
    );
    add(
      'row:keep',
      trans.__('Add to My sources'),
      () => mine.keep(model.row(this._id)?.line ?? ''),
      isSource,
      isSource
    );
    this._menu.addItem({ type: 'separator' });
    add(
      'row:show',
      trans.__('Show in cell'),
      () => {
        this._takesFocus = true;
        model.show(this._id);
      },
      () => true
    );
    add(
      'row:edit',
      trans.__('Edit…'),
      () => {
        this._takesFocus = true;
        model.edit(this._id);
      },
      () => model.canEdit
    );
    add(
      'row:up',
      trans.__('Move up'),
      () => model.move(this._id, -1),
      () => model.canMove(this._id, -1)
    );
    add(
      'row:down',
      trans.__('Move down'),
      () => model.move(this._id, 1),
      () => model.canMove(this._id, 1)
    );
    add(
      'row:remove',
      trans.__('Remove'),
      () => model.remove(this._id),
      () => model.canRemove(this._id)
    );
    this._menu.aboutToClose.connect(this._onClose, this);
  }

  /** Emitted when the menu has closed and the focus belongs to its row again. */
  get closed(): ISignal<this, void> {
    return this._closed;
  }

  /** Whether the menu has been disposed. */
  get isDisposed(): boolean {
    return this._menu.isDisposed;
  }

  /** Open the menu of a row below an element, with its end, or at a point, as menus of a mouse. */
  open(id: string, anchor: DOMRect): void {
    this._id = id;
    this._takesFocus = false;
    this._menu.open(anchor.right, anchor.bottom, {
      horizontalAlignment: anchor.width > 0 ? 'right' : 'left'
    });
  }

  /** Close and dispose the menu. */
  dispose(): void {
    if (!this.isDisposed) {
      Signal.clearData(this);
      this._menu.dispose();
    }
  }

  private _onClose(): void {
    // Once the chosen command has run, which is after the menu closes.
    requestAnimationFrame(() => {
      if (!this._takesFocus) {
        this._closed.emit();
      }
    });
  }

  private readonly _closed = new Signal<this, void>(this);
  private readonly _menu: MenuSvg;
  private _id = '';
  private _takesFocus = false;
}
