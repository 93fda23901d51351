import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Page } from '@playwright/test';

import { form, openForms } from './forms';
import { expect, test } from './utils';

const NUMBER = 'y = 1 #@param {type:"integer"}';

/** Cells that nobody would write, and some machine might. */
const CELLS: Record<string, string> = {
  'ten thousand fields': Array.from({ length: 10_000 }, (_, i) =>
    i === 0 ? NUMBER : `v${i} = ${i} #@param {type:"integer"}`
  ).join('\n'),
  'a value of a megabyte': `x = "${'ab '.repeat(350_000)}" #@param {type:"string"}\n${NUMBER}`,
  'twenty thousand options': `x = "o1" #@param [${Array.from({ length: 20_000 }, (_, i) => `"o${i}"`).join(', ')}]\n${NUMBER}`,
  'a text of a megabyte': `#@markdown ${'**a** *b_ '.repeat(100_000)}\n${NUMBER}`,
  'a text that is too deep': `#@markdown ${'>'.repeat(9000)}${'['.repeat(9000)}\n${NUMBER}`,
  'nothing that is closed': [
    NUMBER,
    'a = "abc #@param {type:"string"',
    'b = [1, 2 #@param {type:"raw"',
    'c = """ #@param ["a',
    'd = ( #@param'
  ].join('\n')
};

test('The page answers, whatever its cells hold', async ({ lab, page }) => {
  const sources = Object.entries(CELLS).map(
    ([name, cell]) => `#@title ${name}\n${cell}`
  );
  await openForms(lab, 'limits.ipynb', ...sources);
  for (const [index, name] of Object.keys(CELLS).entries()) {
    await test.step(name, async () => {
      await page.evaluate(async cell => {
        const { currentWidget } = window.jupyterapp.shell;
        await (currentWidget as NotebookPanel).content.scrollToItem(cell);
      }, index);
      const big = form(page as Page, name);
      const y = big.getByLabel('y', { exact: true });
      await y.fill('77');
      await y.press('Enter');
      await expect
        .poll(async () => (await lab.sources())[index])
        .toBe(sources[index].replace('y = 1', 'y = 77'));
      const rows = big.locator('.jp-Preflight-field');
      expect(await rows.count()).toBeLessThanOrEqual(300);
    });
  }
});

test('More fields are shown a part at a time', async ({ lab, page }) => {
  await openForms(
    lab,
    'more.ipynb',
    `#@title Big\n${CELLS['ten thousand fields']}`
  );
  const big = form(page as Page, 'Big');
  const rows = big.locator('.jp-Preflight-field');
  await big.getByRole('button', { name: 'Show 300 of 9700 more' }).click();
  await expect(rows).toHaveCount(600);
  const last = big.getByLabel('v599', { exact: true });
  await last.fill('1');
  await last.press('Enter');
  await expect.poll(async () => (await lab.sources())[0]).toContain('v599 = 1 ');
});
