/** The Parameters section of the sidebar. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISessionContextDialogs } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { whenSeen } from '../panel/lazy';
import { IFormTracker, IPreflightPanel } from '../tokens';

/** All fields of a notebook in one place. */
export const parametersPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-preflight:parameters',
  description: 'All fields of the forms of a notebook in one place.',
  autoStart: true,
  requires: [IPreflightPanel, IFormTracker, INotebookTracker],
  optional: [ISessionContextDialogs, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    panel: IPreflightPanel,
    tracker: IFormTracker,
    notebooks: INotebookTracker,
    dialogs: ISessionContextDialogs | null,
    translator: ITranslator | null
  ): void => {
    whenSeen(panel, async () => {
      const { addParameters } = await import('./view');
      addParameters({
        app,
        panel,
        notebooks,
        tracker,
        dialogs,
        translator: translator ?? nullTranslator
      });
    });
  }
};
