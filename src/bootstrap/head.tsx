/** Fills the head of the sidebar: the state block, and the buttons beside the panel's name. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg, ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { GlyphIcon } from '../glyphs';
import type { IBootstrapTracker, IPreflightPanel } from '../tokens';
import { CommandIDs } from './commands';
import { StateBlock } from './state';
import { StateModel } from './statemodel';

import '../../style/pieces.css';
import '../../style/bootstrap.css';

/** What the head needs. */
export interface IHeadOptions {
  app: JupyterFrontEnd;
  panel: IPreflightPanel;
  tracker: IBootstrapTracker;
  trans: TranslationBundle;
}

/** Add the state block and the buttons to the panel. */
export function addState(options: IHeadOptions): void {
  const { app, panel, tracker, trans } = options;
  const model = new StateModel({
    panel,
    tracker,
    trans,
    newNotebook: () => void app.commands.execute('notebook:create-new')
  });
  panel.addHead(new StateBlock(model, trans), 10);
  panel.addAction(new HeadActions(app, model, trans), 10);
  model.start();
}

/** The two small buttons: the cells, and everything else. */
class HeadActions extends ReactWidget {
  constructor(
    app: JupyterFrontEnd,
    model: StateModel,
    trans: TranslationBundle
  ) {
    super();
    this._app = app;
    this._model = model;
    this._trans = trans;
    this.addClass('jp-Preflight-headActions');
    this._menu = new MenuSvg({ commands: app.commands });
    this._menu.addItem({ command: CommandIDs.insertCells });
    this._menu.addItem({ command: CommandIDs.prepare });
    this._menu.addItem({ command: CommandIDs.stop });
    if (app.commands.hasCommand('settingeditor:open')) {
      this._menu.addItem({ type: 'separator' });
      this._menu.addItem({
        command: 'settingeditor:open',
        args: { query: 'Preflight' }
      });
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._menu.dispose();
      super.dispose();
    }
  }

  protected override render(): React.JSX.Element {
    const { commands } = this._app;
    return (
      <UseSignal signal={this._model.stateChanged}>
        {() => (
          <>
            <button
              type="button"
              className="jp-Preflight-iconButton"
              title={commands.label(CommandIDs.insertCells)}
              aria-label={commands.label(CommandIDs.insertCells)}
              disabled={!commands.isEnabled(CommandIDs.insertCells)}
              onClick={() => void commands.execute(CommandIDs.insertCells)}
            >
              <GlyphIcon name="code" />
            </button>
            <button
              type="button"
              className="jp-Preflight-iconButton"
              title={this._trans.__('More')}
              aria-label={this._trans.__('More')}
              aria-haspopup="menu"
              onClick={event => {
                const at = event.currentTarget.getBoundingClientRect();
                this._menu.open(at.right, at.bottom, {
                  horizontalAlignment: 'right'
                });
              }}
            >
              <GlyphIcon name="more" />
            </button>
          </>
        )}
      </UseSignal>
    );
  }

  private readonly _app: JupyterFrontEnd;
  private readonly _menu: MenuSvg;
  private readonly _model: StateModel;
  private readonly _trans: TranslationBundle;
}
