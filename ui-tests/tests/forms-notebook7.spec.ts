import { EVERY, form, line, writeCells } from './forms';
import { expect, Lab, PATIENCE, test } from './utils';

/** Notebook 7 is served beside JupyterLab; Galata's page is one of JupyterLab. */
test('The same in Notebook 7', async ({ context, lab }) => {
  const page = await context.newPage();
  const seven = new Lab(page, lab.folder);
  await writeCells(lab, 'seven.ipynb', [EVERY]);
  await page.goto(`notebooks/${lab.folder}/seven.ipynb`);
  await seven.idle();
  const train = form(page);
  const editor = seven.cell(0).locator('.jp-InputArea-editor');

  await train.getByLabel('lr').fill('0.5');
  await train.getByLabel('lr').press('Control+Enter');
  await expect(seven.output(0)).toContainText('lr 0.5', PATIENCE);
  await train.getByLabel('model').selectOption('vit_b_16');
  await expect.poll(() => line(seven, 'model')).toContain("'vit_b_16' #");
  await train.getByRole('button', { name: 'Hide code' }).click();
  await expect(editor).toBeHidden();
  await train.getByLabel('augment').focus();
  await page.keyboard.press('ControlOrMeta+s');
  await expect
    .poll(async () => (await lab.read('seven.ipynb'))?.includes('lr = 0.5'))
    .toBe(true);
  await context.close();
});
