/** The commands of this room, for palette, menus and shortcuts; each acts on the current notebook. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import { codeIcon, stopIcon } from '@jupyterlab/ui-components';

import type { IBootstrap, IBootstrapTracker, IPreflightPanel } from '../tokens';

/** Ids of the commands. */
export namespace CommandIDs {
  /** Insert the bootstrap cells, or show them. */
  export const insertCells = 'jupyterlab-preflight:insert-cells';
  /** Make everything that the notebook needs be there. */
  export const prepare = 'jupyterlab-preflight:prepare';
  /** Interrupt the preparation. */
  export const stop = 'jupyterlab-preflight:stop';
  /** Show the sidebar. */
  export const showPanel = 'jupyterlab-preflight:show-panel';
}

const NO_ARGS = { args: { type: 'object' as const, properties: {} } };

/** Insert the cells into a notebook without them, or show them; then the box waits for a link. */
export async function insertOrShow(
  bootstrap: IBootstrap,
  panel: IPreflightPanel | null
): Promise<void> {
  const isNew = bootstrap.cells.length === 0;
  if (isNew) {
    bootstrap.insert([]);
  }
  await bootstrap.show();
  // What closes now, such as the command palette, gives the focus to the cell that is shown.
  await new Promise(requestAnimationFrame);
  panel?.reveal(isNew);
}

/** Prepare a notebook, or stop that. */
export function prepareOrStop(
  bootstrap: IBootstrap,
  panel: IPreflightPanel | null
): void {
  if (bootstrap.isRunning) {
    void bootstrap.stop();
    return;
  }
  if (bootstrap.cells.some(cell => !cell.isKnown)) {
    // The question stands in the panel.
    panel?.reveal(false);
  }
  void bootstrap.prepare();
}

/** Register the commands. */
export function addCommands(
  app: JupyterFrontEnd,
  tracker: IBootstrapTracker,
  panel: IPreflightPanel | null,
  trans: TranslationBundle
): void {
  const { commands } = app;
  commands.addCommand(CommandIDs.insertCells, {
    label: () =>
      tracker.current?.cells.length
        ? trans.__('Show bootstrap cells')
        : trans.__('Insert bootstrap cells'),
    caption: trans.__(
      'Insert the cells that prepare this notebook, or show them where they are'
    ),
    icon: codeIcon,
    describedBy: NO_ARGS,
    isEnabled: () => {
      const { current } = tracker;
      return (
        current !== null && (current.cells.length > 0 || !current.isReadOnly)
      );
    },
    execute: async () => {
      if (tracker.current) {
        await insertOrShow(tracker.current, panel);
      }
    }
  });
  commands.addCommand(CommandIDs.prepare, {
    label: trans.__('Prepare'),
    caption: trans.__('Get the data, code and packages of this notebook'),
    describedBy: NO_ARGS,
    isEnabled: () =>
      Boolean(tracker.current?.cells.length) && !tracker.current?.isRunning,
    execute: () => {
      if (tracker.current) {
        prepareOrStop(tracker.current, panel);
      }
    }
  });
  commands.addCommand(CommandIDs.stop, {
    label: trans.__('Stop'),
    caption: trans.__('Interrupt the preparation of this notebook'),
    icon: stopIcon,
    describedBy: NO_ARGS,
    isEnabled: () => Boolean(tracker.current?.isRunning),
    execute: () => tracker.current?.stop()
  });
  if (panel) {
    commands.addCommand(CommandIDs.showPanel, {
      label: trans.__('Show the Preflight panel'),
      caption: trans.__('Data, code and GPU for this notebook'),
      describedBy: NO_ARGS,
      execute: () => panel.reveal()
    });
  }
}
