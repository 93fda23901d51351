/** Fills the sidebar with this room's section. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import { type INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';

import type { IFormTracker, IPreflightPanel } from '../tokens';
import { ParametersModel } from './model';
import type { ISavedCell } from './saved';
import { ParametersSection } from './section';

import '../../style/pieces.css';
import '../../style/controls.css';
import '../../style/forms.css';
import '../../style/parameters.css';

/** What this room needs. */
export interface IViewOptions {
  app: JupyterFrontEnd;
  panel: IPreflightPanel;
  notebooks: INotebookTracker;
  tracker: IFormTracker;
  /** Dialogs to choose a kernel with. */
  dialogs: ISessionContextDialogs | null;
  translator: ITranslator;
}

/** As much of a notebook's file as is looked at. */
interface IFile {
  cells: { cell_type: string; id?: string; source: string | string[] }[];
}

/** Add the section to the panel. */
export function addParameters(options: IViewOptions): void {
  const { app, panel, notebooks, tracker, dialogs, translator } = options;
  const trans = translator.load('jupyterlab_preflight');
  const { contents } = app.serviceManager;
  const model = new ParametersModel({
    panel,
    notebooks,
    tracker,
    trans,
    readSaved: async path => {
      const { content } = await contents.get(path, {
        type: 'notebook',
        content: true
      });
      return (content as IFile).cells.flatMap(({ cell_type, id, source }) =>
        cell_type === 'code'
          ? [{ id, source: [source].flat().join('') } satisfies ISavedCell]
          : []
      );
    },
    runFrom: async ({ content, sessionContext }, id) => {
      const first = content.widgets.findIndex(cell => cell.model.id === id);
      if (first >= 0) {
        await NotebookActions.runCells(
          content,
          content.widgets.slice(first),
          sessionContext,
          dialogs ?? undefined,
          translator
        );
      }
    }
  });
  panel.addSection({
    id: 'parameters',
    widget: new ParametersSection(model, app.commands, trans),
    rank: 200,
    open: true
  });
}
