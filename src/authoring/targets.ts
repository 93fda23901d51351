/** Where fields can be written now. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { isBootstrapCell } from '../bootstrap/cells';
import { languageOf, writingIn } from '../forms/language';
import type { IWork } from './act';

const ROW = '.jp-Preflight-field';
const ANNOTATION = /#\s*@param/;

/** A field that somebody points at. */
export interface IPointed {
  work: IWork;
  /** The key of the field in its cell. */
  key: string;
}

/** Where fields can be written now. */
export class Targets {
  /**
   * @param app - the application, which knows what a context menu was opened on
   * @param notebooks - whose cells are written into
   * @param trans - translations
   */
  constructor(
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    trans: TranslationBundle
  ) {
    this._app = app;
    this._notebooks = notebooks;
    this._trans = trans;
  }

  /** Whether the active cell is one of code. */
  get isCode(): boolean {
    return isCode(this._notebooks.activeCell);
  }

  /** The active cell; null where no field can be written in its language, or it takes none. */
  get addable(): IWork | null {
    const { active } = this;
    const cell = this._notebooks.activeCell;
    const source = cell?.model.sharedModel.getSource() ?? '';
    const language = languageOf(active?.panel.content.model ?? null);
    return writingIn(source, language) === null ? null : active;
  }

  /** The active cell; null where it takes no fields. */
  get active(): IWork | null {
    return this._workIn(this._notebooks.activeCell);
  }

  /** Whether there may be a field on the line of the cursor. */
  get isOnField(): boolean {
    const editor = this.active && this._notebooks.activeCell?.editor;
    const line = editor?.getLine(editor.getCursorPosition().line);
    return ANNOTATION.test(line ?? '');
  }

  /** The field whose row the context menu was opened on. */
  get pointed(): IPointed | null {
    const row = this._app.contextMenuHitTest(
      node => node.matches(ROW) && node.dataset.key !== undefined
    );
    const cells = this._notebooks.currentWidget?.content.widgets ?? [];
    const cell = row && cells.find(({ node }) => node.contains(row));
    const work = this._workIn(cell ?? null);
    return work && { work, key: row?.dataset.key ?? '' };
  }

  private _workIn(cell: Cell | null): IWork | null {
    const panel = this._notebooks.currentWidget;
    return panel && cell && isWritable(panel, cell)
      ? { panel, id: cell.model.id, trans: this._trans }
      : null;
  }

  private readonly _app: JupyterFrontEnd;
  private readonly _notebooks: INotebookTracker;
  private readonly _trans: TranslationBundle;
}

function isCode(cell: Cell | null): boolean {
  // The tracker knows a cell for a moment longer than its notebook.
  return cell !== null && !cell.isDisposed && cell.model.type === 'code';
}

/** Whether fields can be written into a cell. In a cell of steps each line is one. */
function isWritable(panel: NotebookPanel, cell: Cell): boolean {
  return (
    isCode(cell) &&
    panel.content.model?.readOnly === false &&
    cell.model.getMetadata('editable') !== false &&
    !isBootstrapCell(cell.model.sharedModel.getSource())
  );
}
