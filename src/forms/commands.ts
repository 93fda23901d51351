/** The command of forms. */
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { IFormTracker, INotebookForms } from '../tokens';
import type { IFormPreferences } from './host';

/** Ids of the commands. */
export namespace CommandIDs {
  /** Show or hide the code of the active cell. */
  export const toggleCode = 'jupyterlab-preflight:toggle-form-code';
}

/** What the commands act on. */
export interface ICommandOptions {
  commands: CommandRegistry;
  palette: ICommandPalette | null;
  preferences: IFormPreferences;
  tracker: IFormTracker;
  trans: TranslationBundle;
}

/** Register the commands. */
export function addCommands(options: ICommandOptions): void {
  const { commands, palette, preferences, tracker, trans } = options;
  const isEnabled = () => {
    const { current } = tracker;
    return preferences.isOn && current !== null && hasForm(current);
  };
  commands.addCommand(CommandIDs.toggleCode, {
    label: trans.__('Show or hide the code of the form'),
    caption: trans.__(
      'Show or hide the code of the active cell, where it has a form'
    ),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled,
    execute: async () => {
      const cell = tracker.current?.panel.content.activeCell;
      if (cell) {
        const { boxOf } = await import('./box');
        boxOf(cell)?.toggleCode();
      }
    }
  });
  palette?.addItem({
    command: CommandIDs.toggleCode,
    category: trans.__('Preflight')
  });
  tracker.changed.connect(() =>
    commands.notifyCommandChanged(CommandIDs.toggleCode)
  );
}

/** Whether the active cell has a form. */
function hasForm({ cells, panel }: INotebookForms): boolean {
  const id = panel.content.activeCell?.model.id;
  return cells.some(cell => cell.id === id);
}
