import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CDPSession, Page } from '@playwright/test';

import { closeCurrent, EVERY, openAlone, writeCells } from './forms';
import { expect, test } from './utils';

const CELLS = [EVERY, EVERY, '#@title **Bold**\n#@markdown a *text*'];

/**
 * What of the forms lives in the page when all garbage is collected, in it or not: elements, and
 * widgets like the one that was given.
 */
async function census(
  session: CDPSession,
  widget: string
): Promise<{ elements: number; widgets: number }> {
  const all = async (prototype: string, counts: string) => {
    const { result } = await session.send('Runtime.evaluate', {
      expression: prototype
    });
    // Collects the garbage first.
    const { objects } = await session.send('Runtime.queryObjects', {
      prototypeObjectId: result.objectId ?? ''
    });
    const told = await session.send('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      functionDeclaration: `function() { return this.filter(${counts}).length; }`,
      returnByValue: true
    });
    await session.send('Runtime.releaseObject', {
      objectId: objects.objectId ?? ''
    });
    return told.result.value as number;
  };
  return {
    // Neither prototypes, nor the elements of cells, which are JupyterLab's.
    elements: await all(
      'HTMLElement.prototype',
      `one => !Object.hasOwn(one, 'constructor') &&
        /jp-Preflight-(form(?!Cell)|field)/.test(one.className)`
    ),
    widgets: await all(widget, '() => true')
  };
}

test('Nothing of forms is left of notebooks that are closed', async ({
  lab,
  page: galataPage
}) => {
  const page = galataPage as Page;
  // Galata's page is one around the browser's.
  const [real] = page.context().pages();
  const session = await page.context().newCDPSession(real);
  await writeCells(lab, 'closed.ipynb', CELLS);
  await page.goto(`tree/${lab.folder}`);
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  for (let time = 0; time < 20; time++) {
    await openAlone(lab, 'closed.ipynb');
    await expect(page.getByRole('form')).toHaveCount(CELLS.length);
    await expect(page.locator('.jp-Preflight-formText strong')).toHaveCount(2);
    if (time === 0) {
      await page.evaluate(() => {
        const { content } = window.jupyterapp.shell
          .currentWidget as NotebookPanel;
        const [, box] = content.widgets[0].children();
        Object.assign(window, { boxOfForms: Object.getPrototypeOf(box) });
      });
      const { elements, widgets } = await census(session, 'boxOfForms');
      expect(widgets).toBe(CELLS.length);
      expect(elements).toBeGreaterThan(50);
    }
    await closeCurrent(lab);
  }
  await expect
    .poll(() => census(session, 'boxOfForms'))
    .toEqual({ elements: 0, widgets: 0 });
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
      if (target instanceof HTMLInputElement) {
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
