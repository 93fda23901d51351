/** Writing the annotations of forms: by a dialog, and by completing what is typed. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ICompletionProviderManager } from '@jupyterlab/completer';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { annotationProvider } from './provider';

/** Writing fields of forms. */
export const authoringPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-preflight:authoring',
  description: 'Adds and edits fields of forms, and completes annotations.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ICompletionProviderManager, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    palette: ICommandPalette | null,
    completers: ICompletionProviderManager | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_preflight');
    // Pages without a notebook do without.
    const load = async () => {
      notebooks.widgetAdded.disconnect(load);
      try {
        const { addCommands } = await import('./commands');
        addCommands({ app, notebooks, palette, trans });
      } catch {
        notebooks.widgetAdded.connect(load);
      }
    };
    if (notebooks.size > 0) {
      void load();
    } else {
      notebooks.widgetAdded.connect(load);
    }
    completers?.registerProvider(annotationProvider(notebooks));
  }
};
