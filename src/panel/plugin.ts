/** Puts the sidebar's shell into the application. */
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Panel } from '@lumino/widgets';

import { preflightIcon } from '../icons';

/** The sidebar: sections register here. */
export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-preflight:panel',
  description: 'The Preflight sidebar: data, code and GPU for this notebook.',
  autoStart: true,
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_preflight');
    const panel = new Panel();
    panel.id = 'jupyterlab-preflight-panel';
    panel.title.icon = preflightIcon;
    panel.title.caption = trans.__('Preflight');
    app.shell.add(panel, 'left', { rank: 900, type: 'Preflight' });
    restorer?.add(panel, panel.id);
  }
};
