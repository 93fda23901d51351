import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Page } from '@playwright/test';

import { form, openForms } from './forms';
import { expect, galata, PATIENCE, test } from './utils';

const CELL = [
  '#@title One',
  'alpha = 1 #@param {type:"integer"}',
  '#@title Two',
  'beta = 2 #@param {type:"integer"}',
  'print("sum", alpha + beta)'
].join('\n');

/** A short cell with a form of its own name. */
function small(name: string): string {
  return `#@title ${name}\nv = 0 #@param {type:"integer"}\nprint("v", v)`;
}

async function command(page: Page, id: string): Promise<void> {
  await page.evaluate(
    name => window.jupyterapp.commands.execute(`notebook:${name}`),
    id
  );
}

test('The form is right whatever happens to its cell', async ({
  lab,
  page: galataPage
}) => {
  const page = galataPage as Page;
  await openForms(lab, 'cells.ipynb', CELL, '1');
  const forms = page.getByRole('form');
  const names = () =>
    forms.evaluateAll(nodes => nodes.map(node => node.ariaLabel));
  const select = (cell: number) =>
    lab.cell(cell).locator('.jp-InputPrompt:visible').click();
  await expect.poll(names).toEqual(['One']);

  await test.step('copied: each has its own', async () => {
    await select(0);
    await command(page, 'copy-cell');
    await command(page, 'paste-cell-below');
    await expect(forms).toHaveCount(2);
    await lab.cell(1).getByLabel('alpha').fill('5');
    await lab.cell(1).getByLabel('alpha').press('Enter');
    await expect
      .poll(() => lab.sources())
      .toEqual([CELL, CELL.replace('alpha = 1', 'alpha = 5'), '1']);
    await expect(lab.cell(0).getByLabel('alpha')).toHaveValue('1');
  });

  await test.step('moved', async () => {
    await select(1);
    await command(page, 'move-cell-up');
    await expect(lab.cell(0).getByLabel('alpha')).toHaveValue('5');
    await expect(lab.cell(1).getByLabel('alpha')).toHaveValue('1');
    await expect(forms).toHaveCount(2);
  });

  await test.step('deleted, and back', async () => {
    // What comes within half a second is one step of the notebook's history.
    await page.waitForTimeout(600);
    await select(0);
    await command(page, 'delete-cell');
    await expect(forms).toHaveCount(1);
    await command(page, 'undo-cell-action');
    await expect(forms).toHaveCount(2);
    await expect(lab.cell(0).getByLabel('alpha')).toHaveValue('5');
  });

  await test.step('split and merged', async () => {
    await page.evaluate(() => {
      const { currentWidget } = window.jupyterapp.shell;
      const { content } = currentWidget as NotebookPanel;
      content.activeCellIndex = 0;
      content.activeCell?.editor?.setCursorPosition({ line: 2, column: 0 });
    });
    await command(page, 'split-cell-at-cursor');
    await expect.poll(names).toEqual(['One', 'Two', 'One']);
    await expect(lab.cell(1).getByLabel('beta')).toHaveValue('2');
    await select(0);
    await command(page, 'merge-cell-below');
    await expect.poll(names).toEqual(['One', 'One']);
    await expect(lab.cell(0).getByLabel('beta')).toHaveValue('2');
  });

  await test.step('made a text, and code again', async () => {
    await select(0);
    await command(page, 'change-cell-to-raw');
    await expect(forms).toHaveCount(1);
    await command(page, 'change-cell-to-code');
    await expect(forms).toHaveCount(2);
    await lab.cell(0).getByLabel('beta').fill('20');
    await lab.cell(0).getByLabel('beta').blur();
    await expect.poll(async () => (await lab.sources())[0]).toContain('beta = 20');
  });

  await test.step('run, and run in a new kernel', async () => {
    await lab.cell(0).getByLabel('alpha').press('Control+Enter');
    await expect(lab.output(0)).toContainText('sum 25', PATIENCE);
    await lab.cell(0).getByLabel('alpha').fill('6');
    await lab.cell(0).getByLabel('alpha').blur();
    await expect(lab.cell(0).getByText('was 5')).toBeVisible();
    await page.evaluate(() => {
      const { currentWidget } = window.jupyterapp.shell;
      return (currentWidget as NotebookPanel).sessionContext.restartKernel();
    });
    await expect(lab.cell(0).getByText('was 5')).toHaveCount(0);
    await command(page, 'run-all-cells');
    await expect(lab.output(0)).toContainText('sum 26', PATIENCE);
    await lab.cell(0).getByLabel('alpha').fill('7');
    await expect(lab.cell(0).getByText('was 6')).toBeVisible();
  });
});

for (const windowingMode of ['defer', 'contentVisibility', 'full']) {
  test.describe(`with windowing mode ${windowingMode}`, () => {
    test.use({
      mockSettings: {
        ...galata.DEFAULT_SETTINGS,
        '@jupyterlab/notebook-extension:tracker': { windowingMode }
      }
    });

    const tag = windowingMode === 'full' ? [] : ['@slow'];
    test('Forms are there when they are seen', { tag }, async ({ lab, page }) => {
      // More than are made while nobody looks.
      const count = 110;
      const cells = Array.from({ length: count }, (_, i) => small(`Form ${i}`));
      await openForms(lab, 'long.ipynb', ...cells);
      const bodies = lab.page.locator('.jp-Preflight-formHead');
      const v = (i: number) => form(page as Page, `Form ${i}`).getByLabel('v');
      const scroll = (index: number) =>
        page.evaluate(async cell => {
          const { currentWidget } = window.jupyterapp.shell;
          const { content } = currentWidget as NotebookPanel;
          content.activeCellIndex = cell;
          await content.scrollToItem(cell, 'center');
        }, index);
      // Cells that have no elements yet cannot be scrolled to.
      const go = (i: number) =>
        expect(async () => {
          await scroll(i);
          await expect(v(i)).toBeVisible({ timeout: 2000 });
        }).toPass();
      await v(0).fill('1');
      expect(await bodies.count()).toBeLessThan(count / 2);

      await go(count - 1);
      await v(count - 1).fill('2');
      await v(count - 1).press('Control+Enter');
      await expect(lab.cell(count - 1)).toContainText('v 2', PATIENCE);
      await page.evaluate(() => {
        const { currentWidget } = window.jupyterapp.shell;
        const [first] = (currentWidget as NotebookPanel).content.model?.cells ?? [];
        first.sharedModel.updateSource(0, 0, '# far away\n');
      });

      await go(0);
      await expect(v(0)).toHaveValue('1');
      await v(0).fill('3');
      await v(0).blur();
      await expect
        .poll(async () => (await lab.sources())[0])
        .toBe(`# far away\n${small('Form 0').replace('0 #', '3 #')}`);
    });
  });
}
