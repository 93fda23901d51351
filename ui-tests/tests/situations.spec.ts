import type { NotebookPanel } from '@jupyterlab/notebook';

import {
  expect,
  FILES,
  galata,
  LOADER,
  PATIENCE,
  SMALL,
  steps,
  test
} from './utils';

const CELLS = [LOADER, steps(SMALL, 'env A=1')];

test('Steps of somebody else are run only after a question', async ({
  cloud,
  lab
}) => {
  await lab.write('theirs.ipynb', CELLS);
  await lab.begin('theirs.ipynb');
  await expect(lab.sentence).toHaveText('Not prepared on this machine');

  await lab.button('Prepare').click();
  await expect(lab.sentence).toHaveText('Needs you: run these steps?');
  await expect(lab.state).toContainText('files.example.org');
  await lab.button('Not now').click();
  await expect(lab.sentence).toHaveText('Not prepared on this machine');
  expect(await cloud.requests()).toEqual([]);

  await lab.allow();

  await test.step('and the question is asked once', async () => {
    await lab.prepare();
    await lab.write('again.ipynb', CELLS);
    await lab.openToo('again.ipynb');
    await lab.prepare();
  });
});

test('After a restart and after a crash nothing is said to be ready', { tag: '@slow' }, async ({
  lab,
  page
}) => {
  const old = 'Not prepared on this machine';
  const small = lab.row('data/small');
  await lab.write('ends.ipynb', ['import os\nos._exit(1)']);
  await lab.begin('ends.ipynb');
  await lab.add(`${FILES}/small.csv`);
  await lab.prepare();

  await test.step('restart', async () => {
    await lab.toolbar
      .getByRole('button', { name: /^Restart the kernel$/ })
      .click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Confirm Kernel Restart' })
      .click();
    await expect(lab.sentence).toHaveText(old, PATIENCE);
    await expect(small).not.toContainText('1 file');
    await lab.prepare();
    await expect(small).toContainText('1 file');
  });

  await test.step('crash', async () => {
    await lab.run(2);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('restart', PATIENCE);
    await dialog.getByRole('button', { name: 'Ok' }).click();
    await expect(lab.sentence).toHaveText(old, PATIENCE);
    await lab.prepare();
  });
});

test('A kernel that is none', { tag: '@slow' }, async ({ lab, page }) => {
  const dialog = page.getByRole('dialog');
  await lab.write('other.ipynb', CELLS, 'other');
  await lab.begin('other.ipynb');

  await test.step('of another language', async () => {
    await expect(lab.sentence).toHaveText('This kernel runs lisp, not Python');
    await lab.button('Choose a kernel').click();
    await dialog.getByRole('combobox').selectOption('Python 3 (ipykernel)');
    await dialog.getByRole('button', { name: 'Select' }).click();
    await expect(lab.sentence).toHaveText(
      'Not prepared on this machine',
      PATIENCE
    );
  });

  await test.step('that is starting, slowly', async () => {
    let start = () => {};
    const started = new Promise<void>(resolve => (start = resolve));
    await page.route('**/api/sessions?*', async route => {
      await (route.request().method() === 'POST' ? started : null);
      await route.fallback();
    });
    await lab.write('late.ipynb', CELLS);
    await lab.openToo('late.ipynb', false);
    await expect(lab.sentence).toHaveText('The kernel is starting');
    start();
    await expect(lab.sentence).toHaveText(
      'Not prepared on this machine',
      PATIENCE
    );
  });

  await test.step('that this machine does not have', async () => {
    await lab.write('gone.ipynb', CELLS, 'gone');
    await lab.openToo('gone.ipynb', false);
    await dialog.getByRole('button', { name: 'No Kernel' }).click();
    await expect(lab.sentence).toHaveText('The kernel is not started');
    await lab.button('Start kernel').click();
    await dialog.getByRole('combobox').selectOption('Python 3 (ipykernel)');
    await dialog.getByRole('button', { name: 'Select' }).click();
    await expect(lab.sentence).toHaveText(
      'Not prepared on this machine',
      PATIENCE
    );
  });

  await test.step('that was shut down', async () => {
    await page.menu.clickMenuItem('Kernel>Shut Down Kernel');
    await expect(lab.sentence).toHaveText('The kernel is not started');
    await lab.button('Start kernel').click();
    await expect(lab.sentence).toHaveText(
      'Not prepared on this machine',
      PATIENCE
    );
  });
});

test('No notebook, and one that cannot be changed', async ({ lab, page }) => {
  const source = async () => (await lab.sources())[1];
  await lab.write('fixed.ipynb', CELLS);
  await lab.open('fixed.ipynb');
  await page.evaluate(() => {
    const { currentWidget } = window.jupyterapp.shell;
    const { model } = (currentWidget as NotebookPanel).content;
    if (model) {
      model.readOnly = true;
    }
  });
  await lab.showPanel();
  await expect(lab.box).toBeDisabled();
  await expect(lab.panel).toContainText('This notebook is read-only.');
  await lab.row('data/small').click({ button: 'right' });
  for (const name of ['Edit…', 'Move down', 'Remove']) {
    await expect(lab.menuItem(name)).toHaveAttribute('aria-disabled', 'true');
  }
  await page.keyboard.press('Escape');
  await expect(lab.row('data/small')).toBeFocused();
  for (const key of ['Enter', 'F2', 'Alt+ArrowDown', 'Delete']) {
    await page.keyboard.press(key);
  }
  await expect(lab.panel.getByLabel('Line in the cell')).toHaveCount(0);
  await expect(lab.rows).toHaveCount(2);
  expect(await source()).toBe(CELLS[1]);
  await lab.allow();

  await lab.save();
  await page.menu.clickMenuItem('File>Close Tab');
  await expect(lab.sentence).toHaveText('No notebook is open');
  await expect(lab.box).toBeDisabled();
  await lab.button('New notebook').click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: 'Select Kernel' })
    .click();
  await expect(lab.box).toBeEnabled();
});

test.describe('With plain shell cells', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      'jupyterlab-preflight:bootstrap': { plainShell: true }
    }
  });

  test('a link becomes a cell that needs no package', { tag: '@slow' }, async ({ lab }) => {
    await lab.write('plain.ipynb', ['']);
    await lab.begin('plain.ipynb');
    await lab.add(`${FILES}/small.csv`);
    await expect.poll(() => lab.sources()).toHaveLength(2);
    await lab.run(0);
    await expect(lab.cell(0)).toContainText('[1]:', PATIENCE);
    expect(await lab.read('data/small/small.csv')).toBe('x,y\n1,2\n');
  });
});
