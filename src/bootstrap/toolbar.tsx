/**
 * The buttons in a notebook's tool bar. They belong to their notebook, not to the current one: two
 * notebooks side by side may be in different states.
 */
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
import type { IBootstrap } from '../tokens';

/**
 * The button that inserts the bootstrap cells, or shows them where they are.
 *
 * @param onClick - called with the notebook's model
 */
export function cellsButton(
  bootstrap: IBootstrap,
  onClick: (bootstrap: IBootstrap) => void,
  trans: TranslationBundle
): ReactWidget {
  return button(bootstrap, () => (
    <ToolbarButtonComponent
      icon={codeIcon}
      tooltip={
        bootstrap.cells.length > 0
          ? trans.__('Show bootstrap cells')
          : trans.__('Insert bootstrap cells')
      }
      enabled={bootstrap.cells.length > 0 || !bootstrap.isReadOnly}
      onClick={() => onClick(bootstrap)}
    />
  ));
}

/**
 * The button that prepares the notebook, and stops that while it goes on.
 *
 * @param onClick - called with the notebook's model
 */
export function prepareButton(
  bootstrap: IBootstrap,
  onClick: (bootstrap: IBootstrap) => void,
  trans: TranslationBundle
): ReactWidget {
  const widget = button(bootstrap, () => {
    const label = bootstrap.isRunning ? trans.__('Stop') : trans.__('Prepare');
    return (
      <ToolbarButtonComponent
        icon={bootstrap.isRunning ? stopIcon : preflightIcon}
        label={label}
        tooltip={label}
        enabled={bootstrap.isRunning || bootstrap.cells.length > 0}
        onClick={() => onClick(bootstrap)}
      />
    );
  });
  widget.addClass('jp-Preflight-prepare');
  return widget;
}

function button(
  bootstrap: IBootstrap,
  render: () => React.JSX.Element
): ReactWidget {
  const widget = ReactWidget.create(
    <UseSignal signal={bootstrap.changed}>{render}</UseSignal>
  );
  widget.addClass('jp-ToolbarButton');
  return widget;
}
