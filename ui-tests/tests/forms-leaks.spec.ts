import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CDPSession, Page } from '@playwright/test';

import { EVERY, openAlone, writeCells } from './forms';
import { expect, type Lab, PATIENCE, test } from './utils';

const TIMES = 20;

/** Visits that tell what JupyterLab itself keeps of a notebook. */
const PLAIN = 5;

/** A title and a text that are rendered, and one field of every type. */
const CELL = EVERY.replace('Train', '**Train**');

/** What there is in a page, with what is in it no longer and cannot be freed. */
interface IHeld {
  nodes: number;
  listeners: number;
  /** Elements of ours that are in the page no longer. */
  lost: number;
}

/** Opens the notebooks of a folder and closes them again, all with one kernel. */
class Visitor {
  constructor(
    private readonly lab: Lab,
    private readonly page: Page
  ) {}

  async visit(name: string, see: () => Promise<void>): Promise<void> {
    await this.page.evaluate(async path => {
      const { commands, shell } = window.jupyterapp;
      const first = Array.from(shell.widgets('main')).find(
        widget => 'sessionContext' in widget
      ) as NotebookPanel;
      const kernel = first.sessionContext.session?.kernel?.model;
      const panel: NotebookPanel = await commands.execute('docmanager:open', {
        path,
        kernel
      });
      await panel.context.ready;
      await panel.sessionContext.ready;
    }, `${this.lab.folder}/${name}`);
    await see();
    await this.page.evaluate(async () => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      await panel.context.save();
      panel.close();
    });
    await expect(
      this.page.getByRole('tab', { name, exact: true })
    ).toHaveCount(0);
  }
}

async function held(session: CDPSession): Promise<IHeld> {
  for (let i = 0; i < 3; i++) {
    await session.send('HeapProfiler.collectGarbage');
  }
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name: string) =>
    metrics.find(one => one.name === name)?.value ?? NaN;
  const { result } = await session.send('Runtime.evaluate', {
    expression: 'HTMLElement.prototype'
  });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId ?? '',
    objectGroup: 'held'
  });
  const { result: lost } = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    returnByValue: true,
    // Prototypes have no class names, and throw where they are asked.
    functionDeclaration: `function () {
      return this.filter(node => {
        try {
          return /jp-Preflight/.test(node.className) && !node.isConnected;
        } catch {
          return false;
        }
      }).length;
    }`
  });
  await session.send('Runtime.releaseObjectGroup', { objectGroup: 'held' });
  return {
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
    lost: lost.value
  };
}

test('Notebooks that are closed leave nothing in the page', { tag: '@slow' }, async ({
  lab,
  page: galataPage
}) => {
  test.setTimeout(180_000);
  const page = galataPage as Page;
  const fields = lab.panel.locator('.jp-Preflight-parameters');
  await lab.write('stay.ipynb', ['1']);
  await lab.write('plain.ipynb', ['a = 1', 'b = 2', 'c = 3']);
  await lab.write('forms.ipynb', [CELL, CELL, CELL]);
  await lab.begin('stay.ipynb');
  // Galata's page is a wrapper of one.
  const [inner] = page.context().pages();
  const session = await page.context().newCDPSession(inner);
  await session.send('Performance.enable');
  const visitor = new Visitor(lab, page);
  const seePlain = () => expect(lab.cell(2)).toContainText('c = 3');
  const seeForms = async () => {
    await expect(fields.getByRole('group')).toHaveCount(3);
    await expect(lab.cell(2).getByLabel('lr')).toBeVisible();
    await expect(lab.cell(2).locator('.jp-Preflight-formTitle')).toContainText(
      'Train'
    );
    // What has the focus, a list that is open and a value that is typed go with the rest.
    const weights = fields.getByLabel('weights').first();
    await weights.fill('mine');
    await weights.press('ArrowDown');
  };
  await visitor.visit('plain.ipynb', seePlain);
  await visitor.visit('forms.ipynb', seeForms);
  // The last one that was closed is held on to for a moment.
  const settled = () =>
    expect.poll(async () => (await held(session)).lost, PATIENCE).toBe(0);
  await settled();
  const before = await held(session);
  for (let i = 0; i < PLAIN; i++) {
    await visitor.visit('plain.ipynb', seePlain);
  }
  const plain = await held(session);
  for (let i = 0; i < TIMES; i++) {
    await visitor.visit('forms.ipynb', seeForms);
  }
  await settled();
  const after = await held(session);
  for (const key of ['nodes', 'listeners'] as const) {
    const usual = (plain[key] - before[key]) / PLAIN;
    const ours = (after[key] - plain[key]) / TIMES - usual;
    expect(ours, `${key} of each notebook`).toBeLessThan(1);
  }
});

test('Editors are told of no caret when forms are made', async ({
  lab,
  page: galataPage
}) => {
  const page = galataPage as Page;
  await writeCells(lab, 'carets.ipynb', [EVERY, EVERY]);
  await page.goto(`tree/${lab.folder}`);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  const carets = await page.evaluateHandle(() => {
    const told: EventTarget[] = [];
    document.addEventListener('selectionchange', ({ target }) => {
      if (
        target instanceof HTMLInputElement &&
        target.className.includes('jp-Preflight')
      ) {
        told.push(target);
      }
    });
    return told;
  });
  await openAlone(lab, 'carets.ipynb');
  const experiment = lab.cell(1).getByLabel('experiment');
  await expect(experiment).toHaveValue('cats');
  await page.waitForTimeout(200);
  expect(await carets.evaluate(told => told.length)).toBe(0);
  await experiment.fill('dogs');
  await expect.poll(() => carets.evaluate(told => told.length)).not.toBe(0);
});
