import type { ICodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Page } from '@playwright/test';

import { EVERY, form, line, metadata, openForms, writeCells } from './forms';
import { expect, PATIENCE, test } from './utils';

test('Each field is edited, and the file differs in its value alone', async ({
  lab,
  page
}) => {
  await openForms(lab, 'every.ipynb', EVERY);
  const train = form(page as Page);
  const field = (name: string) => train.getByLabel(name, { exact: true });
  await lab.save();
  const before = await lab.read('every.ipynb');

  await field('experiment').fill('a "b" <c> ·');
  await field('lr').fill('1e-3');
  await field('epochs').fill('30');
  await train.getByRole('slider').focus();
  await page.keyboard.press('ArrowRight');
  await field('augment').uncheck();
  await field('batch_size').selectOption('64');
  await field('model').selectOption('vit_b_16');
  await field('weights').fill('mine');
  await field('since').fill('2027-01-31');
  await field('shape').fill('(3, 4)');
  await field('shape').blur();
  await expect
    .poll(async () => (await lab.sources())[0])
    .toBe(
      EVERY.replace('"cats"', '"a \\"b\\" \\u003Cc> ·"')
        .replace('0.01', '1e-3')
        .replace('epochs = 3', 'epochs = 30')
        .replace('0.25 #', '0.3 #')
        .replace('True', 'False')
        .replace('= 32', '= 64')
        .replace("= 'resnet18'", "= 'vit_b_16'")
        .replace('"V1" #', '"mine" #')
        .replace('2026-03-01', '2027-01-31')
        .replace('(1, 2)', '(3, 4)')
    );
  await lab.save();
  const [source] = await lab.sources();
  const written = (text: string) => JSON.stringify(text).slice(1, -1);
  const after = await lab.read('every.ipynb');
  expect(before?.split('\n').length).toBe(after?.split('\n').length);
  const changed = after
    ?.split('\n')
    .filter((text, i) => text !== before?.split('\n')[i]);
  expect(changed).toHaveLength(10);
  for (const text of source.split('\n').slice(0, -1)) {
    expect(after).toContain(written(text));
  }

  await train.getByRole('button', { name: 'Run' }).click();
  await expect(lab.output(0)).toContainText('lr 0.001', PATIENCE);
});

test('What the code says is in the form, and what is typed is left alone', async ({
  lab,
  page
}) => {
  await openForms(lab, 'both.ipynb', EVERY);
  const lr = form(page as Page).getByLabel('lr');
  const editor = lab.cell(0).locator('.cm-content');
  await lr.click();
  await lr.press('End');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('50');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => line(lab, 'lr')).toContain('0.050');
  // Neither the text nor the caret is touched by what was written.
  await page.keyboard.type('2');
  await expect(lr).toHaveValue('0.0520');
  await expect.poll(() => line(lab, 'lr')).toContain('0.0520');

  await editor.click();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(lr).toHaveValue('0.050');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(lr).toHaveValue('0.01');

  await test.step('what cannot be written is told, and not written', async () => {
    await lr.fill('much');
    await expect(lr).toHaveAttribute('aria-invalid', 'true');
    await expect(lr).toHaveAccessibleDescription(
      'Not a number. The code still says 0.01.'
    );
    await lr.blur();
    await expect(lr).toHaveValue('much');
    expect(await line(lab, 'lr')).toContain('= 0.01 ');
    await lr.fill('5');
    await expect(lr).not.toHaveAttribute('aria-invalid');
  });

  await test.step('what is remarkable is told, and stands', async () => {
    const dropout = form(page as Page).getByRole('textbox', {
      name: 'dropout'
    });
    await dropout.fill('2');
    await dropout.blur();
    await expect(dropout).toHaveAccessibleDescription('2 is above 1.');
    expect(await line(lab, 'dropout')).toContain('= 2 ');
  });
});

test('Keys work on the form and not on the notebook', async ({ lab, page }) => {
  await openForms(lab, 'keys.ipynb', EVERY, '1');
  const train = form(page as Page);
  const cells = lab.page.locator('.jp-Notebook .jp-Cell');
  for (const name of ['augment', 'model', 'lr', 'weights']) {
    await train.getByLabel(name, { exact: true }).focus();
    for (const key of ['a', 'b', 'x', 'd', 'd', 'm', 'z', 'Shift+m']) {
      await page.keyboard.press(key);
    }
  }
  await train.getByRole('button', { name: 'Hide code' }).focus();
  await page.keyboard.press('x');
  await expect(cells).toHaveCount(2);

  await test.step('undo of a choice', async () => {
    await train.getByLabel('batch_size').selectOption('16');
    await expect.poll(() => line(lab, 'batch_size')).toContain('= 16 ');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(train.getByLabel('batch_size')).toHaveValue('32');
  });

  await test.step('the list has all values, whatever the text', async () => {
    const weights = train.getByRole('combobox', { name: 'weights' });
    await weights.fill('x');
    await page.keyboard.press('ArrowDown');
    const options = train.getByRole('listbox').getByRole('option');
    await expect(options).toHaveText(['V1', 'V2', 'none']);
    await page.keyboard.press('Escape');
    await expect(options).toHaveCount(0);
    await expect(weights).toBeFocused();
    await train.getByRole('button', { name: 'All values' }).click();
    await options.getByText('none').click();
    await expect.poll(() => line(lab, 'weights')).toContain('"none" #');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => line(lab, 'weights')).toContain('"V2" #');
  });

  await test.step('run, stay or go on, and leave', async () => {
    const lr = train.getByLabel('lr');
    await lr.fill('7');
    await page.keyboard.press('Control+Enter');
    await expect(lab.output(0)).toContainText('lr 7', PATIENCE);
    await expect(lr).toBeFocused();
    await lr.fill('8');
    await page.keyboard.press('Shift+Enter');
    await expect(lab.output(0)).toContainText('lr 8', PATIENCE);
    await expect(lab.cell(1)).toHaveClass(/jp-mod-active/);
    await lr.focus();
    await page.keyboard.press('Escape');
    await expect(lab.cell(0)).toBeFocused();
    await page.keyboard.press('b');
    await expect(cells).toHaveCount(3);
  });

  await test.step('the shortcuts of the application go on', async () => {
    await train.getByLabel('augment').focus();
    await page.keyboard.press('ControlOrMeta+s');
    await expect
      .poll(async () => (await lab.read('keys.ipynb'))?.includes('lr = 8'))
      .toBe(true);
  });
});

test('The code is hidden and shown, and nothing is written before', async ({
  lab,
  page
}) => {
  const hidden = '#@title Hidden {display-mode: "form"}\na = 1 #@param';
  await openForms(
    lab,
    'views.ipynb',
    EVERY,
    { source: hidden, metadata: {} },
    { source: '#@title Colab\na = 1', metadata: { cellView: 'form' } },
    { source: '#@title Folded\nb = 1 #@param', metadata: { cellView: 'code' } }
  );
  const code = (cell: number) =>
    lab.cell(cell).locator('.jp-InputArea-editor');
  await expect(code(0)).toBeVisible();
  await expect(code(1)).toBeHidden();
  await expect(code(2)).toBeHidden();
  await expect(form(page as Page, 'Folded').getByLabel('b')).toBeHidden();

  await test.step('opening has changed nothing', async () => {
    await lab.save();
    await page.reload();
    await form(page as Page).waitFor();
    await lab.idle();
    const isDirty = await page.evaluate(
      () =>
        (window.jupyterapp.shell.currentWidget as NotebookPanel).context.model
          .dirty
    );
    expect(isDirty).toBe(false);
  });

  await test.step('by the button', async () => {
    await form(page as Page).getByRole('button', { name: 'Hide code' }).click();
    await expect(code(0)).toBeHidden();
    await expect(lab.cell(0).locator('.jp-InputPrompt:visible')).toHaveText(
      '[ ]:'
    );
    expect(await metadata(page as Page)).toMatchObject({
      jupyter: { source_hidden: true }
    });
    await form(page as Page).getByRole('button', { name: 'Show code' }).click();
    await expect(code(0)).toBeVisible();
    expect(await metadata(page as Page)).toEqual({ trusted: true });
    await form(page as Page, 'Folded')
      .getByRole('button', { name: 'Show form' })
      .click();
    await expect(form(page as Page, 'Folded').getByLabel('b')).toBeVisible();
  });

  await test.step('by a key', async () => {
    await form(page as Page, 'Hidden').getByLabel('a').focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+H');
    await expect(code(1)).toBeVisible();
    expect(await metadata(page as Page, 1)).toMatchObject({
      jupyter: { source_hidden: false }
    });
    await page.keyboard.press('Shift+H');
    await expect(code(1)).toBeHidden();
  });

  await test.step('as Colab keeps it', async () => {
    const colab = form(page as Page, 'Colab');
    await colab.getByRole('button', { name: 'Show code' }).click();
    await expect(code(2)).toBeVisible();
    expect((await metadata(page as Page, 2)).cellView).toBe('both');
    await colab.getByRole('button', { name: 'Hide code' }).click();
    await expect(code(2)).toBeHidden();
    expect((await metadata(page as Page, 2)).cellView).toBe('form');
  });
});

test('A cell runs again when a value changes, and the last one counts', async ({
  lab,
  page
}) => {
  await openForms(
    lab,
    'auto.ipynb',
    [
      '#@title Auto {run: "auto"}',
      'n = 1 #@param [1, 2, 3, 4] {type:"raw"}',
      'import time; time.sleep(0.4); print("n is", n)'
    ].join('\n')
  );
  const auto = form(page as Page, 'Auto');
  const n = auto.getByLabel('n', { exact: true });
  await n.selectOption('2');
  await n.focus();
  await page.keyboard.press('Control+Enter');
  await expect(lab.output(0)).toContainText('n is 2', PATIENCE);
  await expect(lab.cell(0)).toContainText('[1]:');

  // At once, however busy the machine is.
  await n.evaluate(node => {
    const select = node as HTMLSelectElement;
    for (const label of ['3', '1', '4']) {
      select.selectedIndex = Array.from(select.options).findIndex(
        option => option.label === label
      );
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });
  await expect(lab.output(0)).toContainText('n is 4', PATIENCE);
  await expect(auto.getByText('was 2')).toHaveCount(0);
  // One run for the first change, one for all that came meanwhile.
  await expect(lab.cell(0)).toContainText('[3]:');

  await auto.getByRole('switch', { name: 'Run on change' }).click();
  await n.selectOption('1');
  await expect(auto.getByText('was 4')).toBeVisible();
  await expect(lab.cell(0)).toContainText('[3]:');
});

test('A cell that runs by itself leaves the user where he is', async ({
  lab,
  page
}) => {
  await openForms(
    lab,
    'elsewhere.ipynb',
    [
      '#@title Auto {run: "auto"}',
      'n = 1 #@param [1, 2, 3, 4] {type:"raw"}',
      'import time; time.sleep(1); print("n is", n)'
    ].join('\n'),
    '',
    '#\n'.repeat(80)
  );
  const n = form(page as Page, 'Auto').getByLabel('n', { exact: true });
  /** How often the cell was run, and where the notebook is. */
  const state = () =>
    page.evaluate(() => {
      const { currentWidget } = window.jupyterapp.shell;
      const { content } = currentWidget as NotebookPanel;
      const model = content.model?.cells.get(0) as ICodeCellModel;
      const { mode, activeCellIndex, outerNode } = content;
      const place = { mode, activeCellIndex, top: outerNode.scrollTop };
      return { count: model.executionCount, place };
    });
  const count = async () => (await state()).count;
  await n.selectOption('2');
  await n.focus();
  await page.keyboard.press('Control+Enter');
  await expect(lab.output(0)).toContainText('n is 2', PATIENCE);

  await test.step('in the editor of another cell', async () => {
    await n.selectOption('3');
    await n.selectOption('4');
    await lab.cell(1).locator('.cm-content').click();
    await page.keyboard.type('a');
    const { place } = await state();
    expect(place).toMatchObject({ mode: 'edit', activeCellIndex: 1 });
    // Outside of an editor it is the key that cuts a cell.
    await page.keyboard.type('x'.repeat(20), { delay: 100 });
    await expect.poll(count, PATIENCE).toBe(3);
    await page.keyboard.type('b');
    expect((await state()).place).toEqual(place);
    const sources = await lab.sources();
    expect(sources).toHaveLength(3);
    expect(sources[1]).toBe(`a${'x'.repeat(20)}b`);
  });

  await test.step('in the sidebar', async () => {
    await lab.showPanel();
    const field = lab.panel.getByLabel('n', { exact: true });
    await field.focus();
    await page.evaluate(() => {
      const { currentWidget } = window.jupyterapp.shell;
      (currentWidget as NotebookPanel).content.outerNode.scrollTop = 900;
    });
    const { place } = await state();
    expect(place.top).toBeGreaterThan(800);
    await field.selectOption('1');
    await expect.poll(count, PATIENCE).toBe(4);
    expect((await state()).place).toEqual(place);
    await expect(field).toBeFocused();
  });
});

test('A broken annotation is repaired in one step', async ({ lab, page }) => {
  const broken = '#@title Train\nx = 1 #@param {type:"integer"';
  await openForms(lab, 'repair.ipynb', broken);
  const train = form(page as Page);
  await expect(train).toContainText('Line 2: A bracket of the annotation');
  await train.getByRole('button', { name: 'Repair' }).click();
  await expect(train.getByLabel('x')).toHaveValue('1');
  expect(await lab.sources()).toEqual([`${broken}}`]);
  await lab.cell(0).locator('.cm-content').click();
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => lab.sources()).toEqual([broken]);
});

test('A locked cell shows its form, and is not changed', async ({
  lab,
  page
}) => {
  await writeCells(lab, 'locked.ipynb', [
    { source: EVERY, metadata: { editable: false } }
  ]);
  await lab.open('locked.ipynb');
  const train = form(page as Page);
  await expect(train.getByLabel('lr')).toBeDisabled();
  await expect(train.getByLabel('model')).toBeDisabled();
  await expect(train.getByRole('slider')).toBeDisabled();
  await train.getByRole('button', { name: 'Hide code' }).click();
  await expect(lab.cell(0).locator('.jp-InputArea-editor')).toBeHidden();
  await train.getByRole('button', { name: 'Show code' }).click();
  await expect(lab.cell(0).locator('.jp-InputArea-editor')).toBeVisible();
});
