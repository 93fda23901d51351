import type { Locator } from '@playwright/test';

import { expect, type Lab, PATIENCE, test } from './utils';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

const TRAIN = [
  '#@title Train',
  'lr = 0.01     #@param {type:"number"}',
  "model = 'resnet18' #@param [\"resnet18\", \"resnet50\"]",
  'augment = True  #@param {type:"boolean"}'
].join('\n');
const REST = 'layers = [64, 64] #@param {type:"raw"}\nprint("layers", layers)';

/** The section. */
function section(lab: Lab): Locator {
  return lab.panel.locator('.jp-Preflight-parameters');
}

async function choose(lab: Lab, item: string): Promise<void> {
  await section(lab)
    .getByRole('button', { name: 'Copy, paste and reset values' })
    .click();
  await lab.menuItem(item).click();
}

function clipboard(lab: Lab): Promise<string> {
  return lab.page.evaluate(() => navigator.clipboard.readText());
}

test('All fields stand in one section, by cell', async ({ lab, page }) => {
  const fields = section(lab);
  const lr = fields.getByLabel('lr');
  await lab.write('fields.ipynb', [TRAIN, 'x = 1', REST]);
  await lab.begin('fields.ipynb', false);
  await expect(fields.getByRole('group', { name: 'Train' })).toBeVisible();
  await expect(fields.getByRole('group', { name: 'Cell 3' })).toBeVisible();
  await expect(
    lab.panel.getByRole('button', { name: 'Parameters 4' })
  ).toBeVisible();

  await test.step('what is typed goes into the code', async () => {
    await lr.fill('0.5');
    await lr.press('Enter');
    await fields.getByLabel('model').selectOption('resnet50');
    await fields.getByLabel('augment').uncheck();
    expect((await lab.sources())[0]).toBe(
      TRAIN.replace('0.01', '0.5')
        .replace("'resnet18'", "'resnet50'")
        .replace('True', 'False')
    );
  });

  await test.step('what cannot be written is not', async () => {
    await lr.fill('fast');
    await lr.press('Enter');
    await expect(fields).toContainText('Not a number. The code still says 0.5.');
    await lr.fill('0.01');
    await lr.press('Enter');
    await expect(fields).not.toContainText('Not a number');
  });

  await test.step('code that is typed shows in the section', async () => {
    await lab.cell(2).locator('.cm-line').first().click();
    await page.keyboard.press('End');
    await page.keyboard.type('\nseed = 7 #@param {type:"integer"}');
    await expect(fields.getByLabel('seed')).toHaveValue('7');
  });

  await test.step('searching', async () => {
    await fields.getByRole('searchbox').fill('train l');
    await expect(fields.getByRole('group')).toHaveCount(1);
    await expect(fields.locator('label')).toHaveText(['lr', 'model']);
    await fields.getByRole('searchbox').fill('nothing');
    await expect(fields).toContainText('No field is called nothing.');
    await fields.getByRole('searchbox').fill('');
    await expect(fields.getByRole('group')).toHaveCount(2);
  });

  await test.step('a label shows the value in its cell', async () => {
    await fields.locator('label', { hasText: 'layers' }).click();
    await expect(lab.cell(2)).toHaveClass(/jp-mod-active/);
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(
      '[64, 64]'
    );
  });

  await test.step('Escape goes back to the cell', async () => {
    await lr.focus();
    await page.keyboard.press('Escape');
    await expect(lab.cell(0)).toHaveClass(/jp-mod-active/);
    await expect(lab.cell(0)).toBeFocused();
  });
});

test('Values are copied, pasted and reset', async ({ lab, page }) => {
  const fields = section(lab);
  const box = fields.getByRole('textbox', { name: 'Values to paste' });
  await lab.write('values.ipynb', [TRAIN, REST]);
  await lab.begin('values.ipynb', false);

  const copies = [
    ['Copy as JSON', '{\n  "lr": 0.01,\n  "model": "resnet18",\n  "augment": true,\n  "layers": [64,64]\n}'],
    ['Copy as -p name=value', "-p lr=0.01 -p model=resnet18 -p augment=True -p 'layers=[64, 64]'"],
    ['Copy as Python dict', "{'lr': 0.01, 'model': 'resnet18', 'augment': True, 'layers': [64, 64]}"]
  ];
  for (const [item, text] of copies) {
    await test.step(item, async () => {
      await choose(lab, item);
      await expect(fields).toContainText('4 values copied.');
      expect(await clipboard(lab)).toBe(text);
    });
  }

  await test.step('menus are there for the keyboard, and give the focus back', async () => {
    const more = fields.getByRole('button', {
      name: 'Copy, paste and reset values'
    });
    await more.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(more).toBeFocused();
    for (const label of ['lr', 'augment']) {
      await fields.getByLabel(label).focus();
      await page.keyboard.press('Shift+F10');
      await expect(lab.menuItem('Reset to saved')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(fields.getByLabel(label)).toBeFocused();
    }
    // With the mouse it is the browser's own.
    await fields.getByLabel('lr').click({ button: 'right' });
    await expect(page.locator('.lm-Menu')).toHaveCount(0);
  });

  await test.step('what was copied changes nothing', async () => {
    await choose(lab, 'Paste values…');
    for (const [, text] of copies) {
      await box.fill(text);
      await expect(fields).toContainText('No value changes.');
    }
    await page.keyboard.press('Escape');
    await expect(box).toBeHidden();
  });

  await test.step('pasting, and what the notebook has not', async () => {
    await choose(lab, 'Paste values…');
    await box.fill("-p lr=1e-4 -p model=resnet50 -p 'layers=[8]' -p foo=1");
    await expect(fields).toContainText(
      '3 values change. Not in this notebook: foo.'
    );
    await page.keyboard.press('Control+Enter');
    await expect(fields).toContainText(
      '3 values set. Not in this notebook: foo.'
    );
    expect(await lab.sources()).toEqual([
      TRAIN.replace('0.01', '1e-4').replace('resnet18', 'resnet50'),
      REST.replace('64, 64', '8')
    ]);
  });

  await test.step('is one step of the history of a cell', async () => {
    await fields.getByLabel('augment').focus();
    await page.keyboard.press('ControlOrMeta+z');
    expect((await lab.sources())[0]).toBe(TRAIN);
    await page.keyboard.press('ControlOrMeta+Shift+z');
    await expect(fields.getByLabel('lr')).toHaveValue('1e-4');
  });

  await test.step('Reset to saved: one, then all', async () => {
    await fields.locator('label', { hasText: 'model' }).click({ button: 'right' });
    await lab.menuItem('Reset to saved').click();
    await expect(fields).toContainText('1 value as saved again.');
    expect((await lab.sources())[0]).toBe(TRAIN.replace('0.01', '1e-4'));
    await choose(lab, 'Reset to saved');
    await expect(fields).toContainText('2 values as saved again.');
    expect(await lab.sources()).toEqual([TRAIN, REST]);
  });
});

test('What has changed since the last run is run', async ({ lab }) => {
  const fields = section(lab);
  const lr = fields.getByLabel('lr');
  const run = fields.getByRole('button', { name: 'Run changes' });
  await lab.write('runs.ipynb', ['print("first")', TRAIN, REST]);
  await lab.begin('runs.ipynb');
  await lab.command('Run All Cells');
  await expect(lab.output(2)).toContainText('layers', PATIENCE);
  await lab.idle();
  await expect(run).toBeHidden();
  await lr.fill('0.003');
  await lr.press('Enter');
  await expect(fields).toContainText('was 0.01');
  await expect(
    lab.panel.getByRole('button', { name: 'Parameters 1 changed' })
  ).toBeVisible();
  await run.click();
  await expect(run).toBeHidden();
  await lab.idle();
  await expect(lab.cell(0).locator('.jp-InputPrompt')).toHaveText('[1]:');
  await expect(lab.cell(1).locator('.jp-InputPrompt').last()).toHaveText('[4]:');
  await expect(lab.cell(2).locator('.jp-InputPrompt').last()).toHaveText('[5]:');
});

test('A change runs the cell whose title says so, and the last one counts', async ({
  lab
}) => {
  const n = section(lab).getByLabel('n', { exact: true });
  await lab.write('auto.ipynb', [
    [
      '#@title Auto {run: "auto"}',
      'n = 1 #@param {type:"integer"}',
      'import time; time.sleep(0.4); print("n is", n)'
    ].join('\n')
  ]);
  await lab.begin('auto.ipynb');
  const count = lab.cell(0).locator('.jp-InputPrompt').last();
  await n.fill('2');
  await n.press('Enter');
  // Not before the user has run it.
  await expect(count).toHaveText('[ ]:');
  await n.press('Control+Enter');
  await expect(lab.output(0)).toContainText('n is 2', PATIENCE);
  for (const value of ['3', '4', '5']) {
    await n.fill(value);
    await n.press('Enter');
  }
  await expect(lab.output(0)).toContainText('n is 5');
  await expect(count).toHaveText('[3]:');

  await choose(lab, 'Reset to saved');
  await expect(lab.output(0)).toContainText('n is 1');
  await choose(lab, 'Paste values…');
  await section(lab)
    .getByRole('textbox', { name: 'Values to paste' })
    .fill('{"n": 7}');
  await section(lab)
    .getByRole('button', { name: 'Set values', exact: true })
    .click();
  await expect(lab.output(0)).toContainText('n is 7');

  await lab.cell(0).getByRole('switch', { name: 'Run on change' }).click();
  await n.fill('8');
  await n.press('Enter');
  await expect(section(lab)).toContainText('was 7');
  await expect(count).toHaveText('[5]:');
});

test('A notebook without a field says how to make one', async ({ lab }) => {
  await lab.write('none.ipynb', ['x = 1']);
  await lab.begin('none.ipynb', false);
  await expect(section(lab)).toHaveText(
    'A line such as lr = 0.01  #@param {type:"number"} in a code cell makes a field.',
    { useInnerText: true }
  );
});

test('A thousand fields', { tag: '@slow' }, async ({ lab }) => {
  const fields = section(lab);
  const lines = Array.from(
    { length: 1000 },
    (_, i) => `p${i} = ${i} #@param {type:"integer"}`
  );
  await lab.write('many.ipynb', [
    lines.slice(0, 500).join('\n'),
    lines.slice(500).join('\n')
  ]);
  await lab.begin('many.ipynb', false);
  await expect(
    lab.panel.getByRole('button', { name: 'Parameters 1000' })
  ).toBeVisible();
  await expect(fields.getByLabel('p0', { exact: true })).toBeVisible();
  expect(await fields.locator('label').count()).toBeLessThan(200);
  await fields.getByRole('searchbox').fill('p999');
  const last = fields.getByLabel('p999');
  await last.fill('5');
  await last.press('Enter');
  expect((await lab.sources())[1]).toContain('p999 = 5 #@param');
});
