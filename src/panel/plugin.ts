/** Puts the sidebar's shell into the application. */
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { preflightIcon } from '../icons';
import { IPreflightPanel } from '../tokens';
// The layout wants the widget at once; what it holds is loaded when it is seen.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { PreflightPanel } from './panel';

const ID = 'jupyterlab-preflight:panel';

/** The sidebar: sections register here. */
export const panelPlugin: JupyterFrontEndPlugin<IPreflightPanel> = {
  id: ID,
  description: 'The Preflight sidebar: data, code and GPU for this notebook.',
  autoStart: true,
  provides: IPreflightPanel,
  optional: [ILayoutRestorer, IStateDB, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    restorer: ILayoutRestorer | null,
    state: IStateDB | null,
    translator: ITranslator | null
  ): IPreflightPanel => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_preflight');
    const panel = new PreflightPanel({
      trans,
      activate: id => app.shell.activateById(id)
    });
    panel.id = 'jupyterlab-preflight-panel';
    panel.title.icon = preflightIcon;
    panel.title.caption = trans.__('Preflight');
    app.shell.add(panel, 'left', { rank: 900, type: 'Preflight' });
    restorer?.add(panel, panel.id);
    if (state) {
      keepOpenSections(panel, state);
    }
    return panel;
  }
};

function keepOpenSections(panel: PreflightPanel, state: IStateDB): void {
  const sections: Record<string, boolean> = {};
  void state.fetch(ID).then(value => {
    if (typeof value === 'object' && value !== null) {
      for (const [id, open] of Object.entries(value)) {
        sections[id] ??= open === true;
      }
      panel.remember(sections);
    }
  });
  panel.sectionToggled.connect((_, { id, open }) => {
    sections[id] = open;
    void state.save(ID, sections);
  });
}
