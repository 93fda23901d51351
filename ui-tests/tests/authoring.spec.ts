import type { Locator, Page } from '@playwright/test';

import { expect, type Lab, test } from './utils';

const CELL = [
  '#@title Train',
  'lr = 0.01  # @param {type:"number"}  # per step',
  '',
  'print(lr)'
].join('\n');

/** The dialog that is open. */
function dialogOf(page: Page): Locator {
  return page.getByRole('dialog');
}

/** Put the cursor of a cell at the end of a line, counted from 0. */
async function putCursor(lab: Lab, index: number, line: number): Promise<void> {
  await lab.cell(index).locator('.cm-line').nth(line).click();
  await lab.page.keyboard.press('End');
}

test.beforeEach(async ({ lab }) => {
  await lab.write('train.ipynb', [CELL]);
  await lab.open('train.ipynb');
});

test('A field is added with keys alone, and undone in one step', async ({
  lab,
  page
}) => {
  const dialog = dialogOf(page);
  const name = dialog.getByLabel('Name', { exact: true });
  await putCursor(lab, 0, 2);
  await lab.command('Add a form field…');
  await expect(name).toBeFocused();

  await test.step('what is wrong is said beside the input', async () => {
    await page.keyboard.type('2nd');
    await page.keyboard.press('Enter');
    await expect(name).toHaveAttribute(
      'aria-invalid',
      'true'
    );
    await expect(dialog).toContainText('begins with a letter');
    await expect(name).toBeFocused();
  });

  await test.step('the control and the line are shown', async () => {
    await name.fill('optimizer');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Choice');
    await page.keyboard.press('Tab');
    await page.keyboard.type('adam\nsgd');
    await expect(dialog.locator('.jp-Preflight-authoringLine')).toHaveText(
      'optimizer = "adam" # @param ["adam", "sgd"]'
    );
    await dialog.getByLabel('optimizer').selectOption('sgd');
    await page.keyboard.press('ControlOrMeta+Enter');
    await expect(dialog).toBeHidden();
  });

  const lines = CELL.split('\n');
  lines[2] = 'optimizer = "sgd" # @param ["adam", "sgd"]';
  expect(await lab.sources()).toEqual([lines.join('\n')]);
  await expect(lab.cell(0).getByLabel('optimizer')).toHaveValue('sgd');

  await lab.cell(0).locator('.cm-content').click();
  await page.keyboard.press('ControlOrMeta+z');
  expect(await lab.sources()).toEqual([CELL]);
});

test('Escape writes nothing', async ({ lab, page }) => {
  await lab.cell(0).locator('.jp-InputArea-prompt').last().click();
  await lab
    .cell(0)
    .getByRole('button', { name: /^Add a form field/ })
    .click();
  await page.keyboard.type('momentum');
  await page.keyboard.press('Escape');
  await expect(dialogOf(page)).toBeHidden();
  expect(await lab.sources()).toEqual([CELL]);
});

test('A field is edited by the menu of its row, and keeps its value', async ({
  lab,
  page
}) => {
  const dialog = dialogOf(page);
  const label = lab.cell(0).locator('.jp-Preflight-field').getByText('lr');
  await label.click({ button: 'right' });
  await lab.menuItem('Edit field…').click();
  await expect(dialog.getByLabel('Type')).toBeFocused();
  await page.keyboard.type('Slider');
  await dialog.getByLabel('Maximum').fill('-1');
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('The maximum is below the minimum.');
  await dialog.getByLabel('Maximum').fill('0.1');
  await dialog.getByLabel('Step').fill('0.01');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  expect(await lab.sources()).toEqual([
    CELL.replace(
      '{type:"number"}',
      '{type:"slider", min:0, max:0.1, step:0.01}'
    )
  ]);
  await expect(lab.cell(0).getByRole('slider', { name: 'lr' })).toBeVisible();
});

test('Annotations are completed in comments, and nowhere else', async ({
  lab,
  page
}) => {
  const completer = page.locator('.jp-Completer:not(.lm-mod-hidden)');
  await putCursor(lab, 0, 2);
  await page.keyboard.type('epochs = 3  #@p');
  await page.keyboard.press('Tab');
  await expect(completer.locator('.jp-Completer-match').first()).toHaveText(
    '@param'
  );
  await page.keyboard.press('Enter');
  await page.keyboard.type(' ');
  await page.keyboard.press('Tab');
  await expect(completer.locator('.jp-Completer-match').first()).toHaveText(
    '{type:"integer"}'
  );
  await page.keyboard.press('Enter');
  await expect(lab.cell(0).getByLabel('epochs')).toHaveValue('3');
  expect((await lab.sources())[0]).toContain(
    'epochs = 3  #@param {type:"integer"}\nprint'
  );

  await putCursor(lab, 0, 3);
  await page.keyboard.type('\nepo');
  await page.keyboard.press('Tab');
  await expect(completer.locator('.jp-Completer-match')).toHaveText(['epochs']);
});
