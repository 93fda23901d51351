/**
 * The commands that write fields, each into the active cell of the current notebook; loaded with the
 * first one.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { fieldIcon } from './icon';
import { Targets } from './targets';

/** Ids of the commands. */
export namespace CommandIDs {
  /** Add a field to the active cell. */
  export const addField = 'jupyterlab-preflight:add-form-field';
  /** Change a field of the active cell. */
  export const editField = 'jupyterlab-preflight:edit-form-field';
}

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
  const targets = new Targets(app, notebooks, trans);
  commands.addCommand(CommandIDs.addField, {
    label: trans.__('Add a form field…'),
    caption: trans.__('Add a form field to the code of the active cell'),
    icon: fieldIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => Boolean(targets.addable),
    isVisible: () => Boolean(targets.isCode),
    execute: async () => {
      const work = targets.addable;
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
      Boolean(isContextMenu ? targets.pointed : targets.isOnField),
    execute: async ({ isContextMenu }) => {
      const pointed = isContextMenu ? targets.pointed : null;
      const work = pointed?.work ?? targets.active;
      if (work) {
        const { editField } = await import('./act');
        await editField(work, pointed?.key ?? null);
      }
    }
  });
  for (const command of Object.values(CommandIDs)) {
    palette?.addItem({ command, category: trans.__('Preflight') });
  }
  const notify = () => commands.notifyCommandChanged(CommandIDs.addField);
  notebooks.activeCellChanged.connect(notify);
  // Buttons that were there before the command show it now.
  notify();
}
