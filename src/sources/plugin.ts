/** The Sources section and the box of the sidebar. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { whenSeen } from '../panel/lazy';
import { IBootstrapTracker, IPreflightPanel } from '../tokens';

const ID = 'jupyterlab-preflight:sources';

/** Where a notebook's data and code come from. */
export const sourcesPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Where the data and code of a notebook come from.',
  autoStart: true,
  requires: [IPreflightPanel, IBootstrapTracker],
  optional: [ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    panel: IPreflightPanel,
    tracker: IBootstrapTracker,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyterlab_preflight');
    whenSeen(panel, async () => {
      const [{ addSources }, loaded] = await Promise.all([
        import('./view'),
        settings?.load(ID).catch(() => null) ?? null,
        tracker.load()
      ]);
      addSources({ app, panel, tracker, settings: loaded, trans });
    });
  }
};
