import type { Page } from '@playwright/test';

import { EVERY, form, openForms } from './forms';
import { expect, test } from './utils';

const ATTACKS = [
  '#@title <img src=x onerror="window.hurt=1"> **Bold** <script>window.hurt=1</script>',
  '#@markdown <img src=x onerror="window.hurt=1"><svg onload="window.hurt=1">',
  '#@markdown [link](javascript:window.hurt=1) <iframe src="javascript:window.hurt=1"></iframe>',
  'a = "x" #@param ["<img src=x onerror=window.hurt=1>", "x"]',
  'b = "x" #@param ["<img src=x onerror=window.hurt=1>"] {allow-input: true}',
  'c = "" #@param {type:"string", placeholder:"<b>\\" onfocus=window.hurt=1 x=\\""}',
  "d = '<img src=x onerror=window.hurt=1>' #@param {type:\"string\"}",
  '#@title Second {form-width: "1px; background: url(x)"}'
].join('\n');

const TEXTS = [
  '#@title Texts',
  '#@markdown # Heading',
  '#@markdown',
  '#@markdown | a | b |',
  '#@markdown |---|---|',
  '#@markdown | 1 | 2 |',
  'x = 1 #@param {type:"integer"}',
  '#@markdown <center><b>last</b></center>'
].join('\n');

test('Markdown stands where it is written', async ({ lab, page }) => {
  await openForms(lab, 'texts.ipynb', TEXTS);
  const texts = form(page as Page, 'Texts');
  await expect(texts.getByRole('heading', { name: 'Heading' })).toBeVisible();
  await expect(texts.getByRole('cell', { name: '2' })).toBeVisible();
  const order = await texts
    .locator('h1, table, input, center')
    .evaluateAll(nodes => nodes.map(node => node.tagName));
  expect(order).toEqual(['H1', 'TABLE', 'INPUT', 'CENTER']);
});

test('Nothing of a notebook is run by its form', async ({ lab, page }) => {
  await openForms(lab, 'attacks.ipynb', ATTACKS);
  const attacked = lab.page.getByRole('form');
  await expect(attacked).toHaveCount(1);
  await attacked.getByRole('combobox', { name: 'b' }).click();
  await page.keyboard.press('ArrowDown');
  await expect(attacked.getByRole('listbox').getByRole('option')).toHaveText([
    '<img src=x onerror=window.hurt=1>'
  ]);
  await attacked.getByLabel('c', { exact: true }).focus();
  await expect(attacked.getByText('Bold')).toBeVisible();
  await expect(attacked.locator('script, iframe, svg[onload]')).toHaveCount(0);
  await expect(attacked.locator('[onerror], [href^=javascript]')).toHaveCount(
    0
  );
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
});

test('At home in every light, width and direction', async ({ lab, page }) => {
  await openForms(
    lab,
    'looks.ipynb',
    EVERY,
    {
      source: '#@title Hidden {run: "auto"}\na = 0.5 #@param {type:"slider", min:0, max:1, step:0.1}',
      metadata: { cellView: 'form' }
    },
    '#@title Beside {form-width: "280px"}\nfolder = "data" #@param {type:"string"}\nprint(folder)'
  );
  const train = form(page as Page);
  await page.setViewportSize({ width: 1280, height: 1500 });
  const shot = async (name: string) => {
    await page.screenshot({ path: `test-results/forms-${name}.png` });
  };
  const overflow = () =>
    lab.page
      .locator('.jp-Preflight-form')
      .evaluateAll(nodes =>
        nodes.filter(node => node.scrollWidth > node.clientWidth)
          .length
      );
  const besides = async () => {
    const code = await lab.cell(2).locator('.jp-InputArea-editor').boundingBox();
    const box = await form(page as Page, 'Beside').boundingBox();
    return [code, box] as const;
  };
  await train.getByLabel('batch_size').selectOption('64');
  await shot('light');
  expect(await overflow()).toBe(0);
  const editor = await lab.cell(0).locator('.jp-InputArea-editor').boundingBox();
  const place = await train.boundingBox();
  expect(place?.x).toBe(editor?.x);
  expect(place?.width).toBe(editor?.width);
  const [code, box] = await besides();
  expect(Math.round(box?.y ?? 0)).toBe(Math.round(code?.y ?? 1));
  expect(box?.width).toBe(280);

  await page.evaluate(() =>
    window.jupyterapp.commands.execute('apputils:change-theme', {
      theme: 'JupyterLab Dark'
    })
  );
  await shot('dark');
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  await shot('rtl');
  expect(await overflow()).toBe(0);
  await page.evaluate(() => {
    document.documentElement.dir = 'ltr';
  });

  await page.evaluate(() =>
    window.jupyterapp.commands.execute('application:toggle-left-area')
  );
  for (const width of [520, 360]) {
    await page.setViewportSize({ width, height: 1500 });
    await shot(`${width}`);
    expect(await overflow()).toBe(0);
    await expect(train.getByLabel('lr')).toBeVisible();
  }
  const [below, above] = await besides();
  expect(above?.y).toBeLessThan(below?.y ?? 0);
  expect(above?.width).toBe(below?.width);
});
