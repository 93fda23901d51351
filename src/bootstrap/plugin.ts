/** The bootstrap cells: commands, tool bar, menu entries, and the state block of the sidebar. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  ISessionContextDialogs,
  IToolbarWidgetRegistry
} from '@jupyterlab/apputils';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry
} from '@jupyterlab/codemirror';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { whenSeen } from '../panel/lazy';
import { IBootstrapTracker, IPreflightPanel } from '../tokens';
import {
  addCommands,
  CommandIDs,
  insertOrShow,
  prepareOrStop
} from './commands';
import { wrongWords } from './editor';
import { cellsButton, prepareButton } from './toolbar';
import { BootstrapTracker } from './tracker';

const ID = 'jupyterlab-preflight:bootstrap';

/** Marks in the editors of cells. */
export const marksPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-preflight:marks',
  description: 'Underlines what is wrong in a bootstrap cell.',
  autoStart: true,
  requires: [IEditorExtensionRegistry],
  activate: (_: JupyterFrontEnd, editors: IEditorExtensionRegistry): void => {
    const extension = wrongWords(async () => (await import('./marks')).marksOf);
    editors.addExtension({
      name: 'jupyterlab-preflight:marks',
      factory: () => EditorExtensionRegistry.createImmutableExtension(extension)
    });
  }
};

/** The `%%preflight` cells of notebooks. */
export const bootstrapPlugin: JupyterFrontEndPlugin<IBootstrapTracker> = {
  id: ID,
  description:
    'The bootstrap cells of a notebook: insert, show, prepare and stop.',
  autoStart: true,
  provides: IBootstrapTracker,
  requires: [INotebookTracker],
  optional: [
    IPreflightPanel,
    ISettingRegistry,
    ISessionContextDialogs,
    IToolbarWidgetRegistry,
    ICommandPalette,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    panel: IPreflightPanel | null,
    settings: ISettingRegistry | null,
    dialogs: ISessionContextDialogs | null,
    toolbars: IToolbarWidgetRegistry | null,
    palette: ICommandPalette | null,
    maybeTranslator: ITranslator | null
  ): IBootstrapTracker => {
    const translator = maybeTranslator ?? nullTranslator;
    const trans = translator.load('jupyterlab_preflight');
    const loaded = settings?.load(ID) ?? null;
    const tracker = new BootstrapTracker(
      notebooks,
      async () => {
        const { makerOf } = await import('./maker');
        return makerOf({ settings: loaded, dialogs, translator });
      },
      loaded
    );

    addCommands(app, tracker, panel, trans);
    for (const command of Object.values(CommandIDs)) {
      if (app.commands.hasCommand(command)) {
        palette?.addItem({ command, category: trans.__('Preflight') });
      }
    }
    toolbars?.addFactory<NotebookPanel>('Notebook', 'preflight-cells', widget =>
      cellsButton(
        tracker,
        widget,
        model => void insertOrShow(model, panel),
        trans
      )
    );
    toolbars?.addFactory<NotebookPanel>(
      'Notebook',
      'preflight-prepare',
      widget =>
        prepareButton(
          tracker,
          widget,
          model => prepareOrStop(model, panel),
          trans
        )
    );
    if (panel) {
      whenSeen(panel, async () => {
        const [{ addState }] = await Promise.all([
          import('./head'),
          tracker.load()
        ]);
        addState({ app, panel, tracker, trans });
      });
    }
    return tracker;
  }
};
