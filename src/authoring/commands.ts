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
  const active = (): IWork | null => {
    const panel = notebooks.currentWidget;
    const cell = panel?.content.activeCell ?? null;
    return panel && cell && isWritable(panel, cell)
      ? { panel, cell, trans }
      : null;
  };
  /** The field whose row the context menu was opened on. */
  const pointed = (): { work: IWork; key: string } | null => {
    const row = app.contextMenuHitTest(
      node => node.matches(ROW) && node.dataset.key !== undefined
    );
    const panel = notebooks.currentWidget;
    const cell = panel?.content.widgets.find(one =>
      one.node.contains(row ?? null)
    );
    return row && panel && cell && isWritable(panel, cell)
      ? { work: { panel, cell, trans }, key: row.dataset.key ?? '' }
      : null;
  };
  commands.addCommand(CommandIDs.addField, {
    label: trans.__('Add a form field…'),
    caption: trans.__('Add a form field to the code of the active cell'),
    icon: fieldIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => active() !== null,
    isVisible: () => notebooks.activeCell?.model.type === 'code',
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
      isContextMenu ? pointed() !== null : hasAnnotation(active()),
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

/** Whether fields can be written into a cell. */
function isWritable(panel: NotebookPanel, { model }: Cell): boolean {
  return (
    model.type === 'code' &&
    panel.content.model?.readOnly === false &&
    model.getMetadata('editable') !== false &&
    !STEPS.test(model.sharedModel.getSource())
  );
}

/** Whether there may be a field on the line of the cursor. */
function hasAnnotation(work: IWork | null): boolean {
  const editor = work?.cell.editor;
  const line = editor?.getLine(editor.getCursorPosition().line);
  return ANNOTATION.test(line ?? '');
}
