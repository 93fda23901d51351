/** Writing the annotations of forms: by a dialog, and by completing what is typed. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ICompletionProviderManager } from '@jupyterlab/completer';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { addCommands } from './commands';
import { AnnotationProvider } from './provider';

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
    addCommands({ app, notebooks, palette, trans });
    completers?.registerProvider(new AnnotationProvider(notebooks));
  }
};
