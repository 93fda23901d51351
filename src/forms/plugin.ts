/** The forms that `#@param` and its like make of cells. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, ISessionContextDialogs } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IFormTracker } from '../tokens';
import { addCommands } from './commands';
import { hasMarker } from './marker';
import { FormPreferences } from './preferences';
import { FormTracker } from './tracker';

const ID = 'jupyterlab-preflight:forms';

/** The forms of cells. */
export const formsPlugin: JupyterFrontEndPlugin<IFormTracker> = {
  id: ID,
  description: 'Shows the forms of cells with #@param, #@title or #@markdown.',
  autoStart: true,
  provides: IFormTracker,
  requires: [INotebookTracker],
  optional: [
    ISettingRegistry,
    ISessionContextDialogs,
    ICommandPalette,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    settings: ISettingRegistry | null,
    dialogs: ISessionContextDialogs | null,
    palette: ICommandPalette | null,
    maybeTranslator: ITranslator | null
  ): IFormTracker => {
    const { commands } = app;
    const translator = maybeTranslator ?? nullTranslator;
    const trans = translator.load('jupyterlab_preflight');
    const preferences = new FormPreferences(settings?.load(ID) ?? null);
    const tracker = new FormTracker(notebooks, {
      watcher: async () => {
        const { CellWatcher } = await import('../bootstrap/watch');
        return panel => new CellWatcher(panel.content, hasMarker);
      },
      maker: async () => {
        const { makerOf } = await import('./maker');
        return makerOf({ commands, dialogs, preferences, translator });
      }
    });
    addCommands({ commands, palette, preferences, tracker, trans });
    return tracker;
  }
};
