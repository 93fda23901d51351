/**
 * The buttons in a notebook's tool bar. They belong to their notebook, not to the current one: two
 * notebooks side by side may be in different states.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  codeIcon,
  ReactWidget,
  stopIcon,
  ToolbarButtonComponent,
  UseSignal
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { preflightIcon } from '../icons';
import type { IBootstrap, IBootstrapTracker } from '../tokens';

/**
 * The button that inserts the bootstrap cells, or shows them where they are.
 *
 * @param tracker - knows the notebook's model
 * @param panel - the notebook
 * @param onClick - called with the notebook's model
 */
export function cellsButton(
  tracker: IBootstrapTracker,
  panel: NotebookPanel,
  onClick: (bootstrap: IBootstrap) => void,
  trans: TranslationBundle
): ReactWidget {
  return button(tracker, panel, bootstrap => (
    <ToolbarButtonComponent
      icon={codeIcon}
      tooltip={
        bootstrap?.cells.length
          ? trans.__('Show bootstrap cells')
          : trans.__('Insert bootstrap cells')
      }
      enabled={
        bootstrap !== null &&
        (bootstrap.cells.length > 0 || !bootstrap.isReadOnly)
      }
      onClick={() => bootstrap && onClick(bootstrap)}
    />
  ));
}

/**
 * The button that prepares the notebook, and stops that while it goes on.
 *
 * @param tracker - knows the notebook's model
 * @param panel - the notebook
 * @param onClick - called with the notebook's model
 */
export function prepareButton(
  tracker: IBootstrapTracker,
  panel: NotebookPanel,
  onClick: (bootstrap: IBootstrap) => void,
  trans: TranslationBundle
): ReactWidget {
  const widget = button(tracker, panel, bootstrap => {
    const isRunning = bootstrap?.isRunning ?? false;
    const label = isRunning ? trans.__('Stop') : trans.__('Prepare');
    return (
      <ToolbarButtonComponent
        icon={isRunning ? stopIcon : preflightIcon}
        label={label}
        tooltip={label}
        enabled={isRunning || Boolean(bootstrap?.cells.length)}
        onClick={() => bootstrap && onClick(bootstrap)}
      />
    );
  });
  widget.addClass('jp-Preflight-prepare');
  return widget;
}

function button(
  tracker: IBootstrapTracker,
  panel: NotebookPanel,
  render: (bootstrap: IBootstrap | null) => React.JSX.Element
): ReactWidget {
  const widget = ReactWidget.create(
    <Late tracker={tracker} panel={panel} render={render} />
  );
  widget.addClass('jp-ToolbarButton');
  return widget;
}

/** A button that is there at once, as wide as it will be, and can be pressed a moment later. */
function Late(props: {
  tracker: IBootstrapTracker;
  panel: NotebookPanel;
  render: (bootstrap: IBootstrap | null) => React.JSX.Element;
}): React.JSX.Element {
  const { tracker, panel, render } = props;
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    tracker.load().then(redraw, () => {
      // It stays grey until something else has loaded it.
    });
  }, [tracker]);
  const bootstrap = tracker.of(panel);
  return bootstrap ? (
    <UseSignal signal={bootstrap.changed}>{() => render(bootstrap)}</UseSignal>
  ) : (
    render(null)
  );
}
