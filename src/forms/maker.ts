/** What is loaded with the first cell that has a form. */
import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import { NotebookActions } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import '../../style/pieces.css';
import '../../style/controls.css';
import '../../style/forms.css';
import { FormAttacher } from './attach';
import type { IFormPreferences } from './host';
import { inPlace } from './inplace';
import { NotebookForms } from './model';
import type { FormMaker } from './tracker';

/** What the forms of all notebooks share. */
export interface IFormMakerOptions {
  commands: CommandRegistry;
  /** Dialogs to choose a kernel with. */
  dialogs: ISessionContextDialogs | null;
  preferences: IFormPreferences;
  translator: ITranslator;
}

/** What makes the forms. */
export function makerOf(options: IFormMakerOptions): FormMaker {
  const { commands, dialogs, preferences, translator } = options;
  const trans = translator.load('jupyterlab_preflight');
  return (panel, watcher) => {
    const { content, sessionContext } = panel;
    const rest = [sessionContext, dialogs ?? undefined, translator] as const;
    const forms = new NotebookForms({
      panel,
      preferences,
      watcher,
      runCell: async cell => {
        await inPlace(content, () =>
          NotebookActions.runCells(content, [cell], ...rest)
        );
      }
    });
    const attacher = new FormAttacher(forms, {
      panel,
      preferences,
      commands,
      trans,
      runAndAdvance: async cell => {
        content.activeCellIndex = content.widgets.indexOf(cell);
        content.deselectAll();
        await NotebookActions.runAndAdvance(content, ...rest);
      }
    });
    panel.disposed.connect(() => attacher.dispose());
    return forms;
  };
}
