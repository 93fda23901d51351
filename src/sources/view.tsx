/** Fills the sidebar with this room's parts: the box, the list, my sources, and what was found. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import { nameOf } from '../bootstrap/names';
import { parsed } from '../bootstrap/parsed';
import type { IBootstrapTracker, IPreflightPanel } from '../tokens';
import { Box } from './box';
import { BoxModel } from './boxmodel';
import { EXAMPLE_CELL, EXAMPLE_LINES } from './example';
import { FoundModel } from './foundmodel';
import { RowMenu } from './menu';
import { MineModel } from './mine';
import { SourcesModel } from './model';
import { type IOffer, OffersSection } from './offers';
import { serverPath } from './paths';
import { SourcesSection } from './section';

import '../../style/pieces.css';
import '../../style/sources.css';

/** What this room needs. */
export interface IViewOptions {
  app: JupyterFrontEnd;
  panel: IPreflightPanel;
  tracker: IBootstrapTracker;
  settings: ISettingRegistry.ISettings | null;
  trans: TranslationBundle;
}

/** Add the box and the sections to the panel. */
export function addSources(options: IViewOptions): void {
  const { app, panel, tracker, settings, trans } = options;
  const toServer = (path: string) =>
    serverPath(
      path,
      PageConfig.getOption('serverRoot'),
      tracker.current?.snapshot?.home ?? ''
    );
  const rows = new SourcesModel({
    panel,
    tracker,
    trans,
    canOpenFolder: path =>
      app.commands.hasCommand('filebrowser:open-path') &&
      toServer(path) !== null,
    openFolder: path =>
      void app.commands.execute('filebrowser:open-path', {
        path: toServer(path)
      })
  });
  const mine = new MineModel(settings);
  const sources = new SourcesSection(
    rows,
    new RowMenu(rows, mine, trans),
    trans
  );
  const box = new BoxModel({
    panel,
    tracker,
    trans,
    show: folder => sources.showFolder(folder)
  });
  const found = new FoundModel(panel, tracker);

  const offer = (line: string): IOffer => {
    const [step] = parsed(`%%preflight\n${line}`).steps;
    return {
      line,
      name: step ? nameOf(step, trans) : line,
      text: line,
      act: () => box.use(line)
    };
  };
  const addExample = () => {
    box.write(EXAMPLE_LINES, EXAMPLE_CELL);
  };

  panel.addHead(new Box(box, addExample, trans), 20);
  panel.addSection({
    id: 'sources',
    widget: sources,
    rank: 100,
    open: true
  });
  panel.addSection({
    id: 'found',
    widget: new OffersSection({
      model: found,
      label: trans.__('Found in this notebook'),
      offers: model =>
        model.finds.map(find =>
          find.isUsed
            ? {
                ...offer(find.line),
                text: find.text,
                label: trans.__('Comment out'),
                act: () => model.retire(find)
              }
            : { ...offer(find.line), text: find.text }
        ),
      trans
    }),
    rank: 110,
    open: true
  });
  panel.addSection({
    id: 'mine',
    widget: new OffersSection({
      model: mine,
      label: trans.__('My sources'),
      offers: model => model.lines.map(line => offer(line)),
      drop: line => mine.drop(line),
      trans
    }),
    rank: 120
  });
  for (const model of [rows, box, found]) {
    model.start();
  }
}
