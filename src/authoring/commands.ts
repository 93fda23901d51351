/** The commands that write fields; each acts on the active cell of the current notebook. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { fieldIcon } from '../icons';
import type { IWork } from './act';

/** Ids of the commands. */
export namespace CommandIDs {
  /** Add a field to the active cell. */
  export const addField = 'jupyterlab-preflight:add-form-field';
  /** Change a field of the active cell. */
  export const editField = 'jupyterlab-preflight:edit-form-field';
}

const ROW = '.jp-Preflight-field';
const ANNOTATION = /#\s*@param/;

/** A cell of steps, in which each line is one. */
const STEPS = /^(?:[ \t]*(?:#.*)?[\r\n])*[ \t]*%%preflight\b/;

/** What the commands act on. */
export interface ICommandOptions {
  app: JupyterFrontEnd;
  notebooks: INotebookTracker;
  palette: ICommandPalette | null;
  trans: TranslationBundle;
}

/** Register the commands. */
export function addCommands(options: ICommandOptions): void {
  const { app, notebooks, palette, trans } = options;
  const { commands } = app;
  const workIn = (cell: Cell | null | undefined): IWork | null => {
    const panel = notebooks.currentWidget;
    return panel && cell && isWritable(panel, cell)
      ? { panel, id: cell.model.id, trans }
      : null;
  };
  const active = () => workIn(notebooks.activeCell);
  /** The field whose row the context menu was opened on. */
  const pointed = (): { work: IWork; key: string } | null => {
    const row = app.contextMenuHitTest(
      node => node.matches(ROW) && node.dataset.key !== undefined
    );
    const cells = row ? notebooks.currentWidget?.content.widgets : [];
    const work = workIn(cells?.find(({ node }) => node.contains(row ?? null)));
    return work && { work, key: row?.dataset.key ?? '' };
  };
  commands.addCommand(CommandIDs.addField, {
    label: trans.__('Add a form field…'),
    caption: trans.__('Add a form field to the code of the active cell'),
    icon: fieldIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => active() !== null,
    isVisible: () => isCode(notebooks.activeCell),
    execute: async () => {
      const work = active();
      if (work) {
        const { addField } = await import('./act');
        await addField(work);
      }
    }
  });
  commands.addCommand(CommandIDs.editField, {
    label: trans.__('Edit field…'),
    caption: trans.__(
      'Change the type, the options or the limits of the field at the cursor'
    ),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          isContextMenu: {
            type: 'boolean',
            description: 'Whether it is the field that the menu was opened on'
          }
        }
      }
    },
    isEnabled: ({ isContextMenu }) =>
      isContextMenu
        ? pointed() !== null
        : active() !== null && hasAnnotation(notebooks.activeCell),
    execute: async ({ isContextMenu }) => {
      const found = isContextMenu ? pointed() : null;
      const work = found?.work ?? active();
      if (work) {
        const { editField } = await import('./act');
        await editField(work, found?.key ?? null);
      }
    }
  });
  for (const command of Object.values(CommandIDs)) {
    palette?.addItem({ command, category: trans.__('Preflight') });
  }
  notebooks.activeCellChanged.connect(() =>
    commands.notifyCommandChanged(CommandIDs.addField)
  );
}

function isCode(cell: Cell | null): boolean {
  // The tracker knows a cell for a moment longer than its notebook.
  return cell !== null && !cell.isDisposed && cell.model.type === 'code';
}

/** Whether fields can be written into a cell. */
function isWritable(panel: NotebookPanel, cell: Cell): boolean {
  return (
    isCode(cell) &&
    panel.content.model?.readOnly === false &&
    cell.model.getMetadata('editable') !== false &&
    !STEPS.test(cell.model.sharedModel.getSource())
  );
}

/** Whether there may be a field on the line of the cursor. */
function hasAnnotation(cell: Cell | null): boolean {
  const editor = cell?.editor;
  const line = editor?.getLine(editor.getCursorPosition().line);
  return ANNOTATION.test(line ?? '');
}
