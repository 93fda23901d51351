import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Page } from '@playwright/test';
import { readFileSync } from 'fs';
import * as path from 'path';

import { EVERY, form, type ICell, openForms, writeCells } from './forms';
import { expect, PATIENCE, test } from './utils';

const EXAMPLE = path.join(__dirname, '../../examples/digits/digits.ipynb');

/** The code of the example, and magics below titles. */
function cells(): string[] {
  const { cells }: { cells: (ICell & { cell_type: string })[] } = JSON.parse(
    readFileSync(EXAMPLE, 'utf8')
  );
  return [
    ...cells
      .filter(cell => cell.cell_type === 'code')
      .map(({ source }) => [source].flat().join('')),
    '#@title Build\n#@markdown In a **shell**.\n\n%%bash\necho built $((40 + 2))',
    '#@title Timed { display-mode: "form" }\n%%time\nprint("lr is", lr)'
  ];
}

test('What the form says reaches the program, and magics below titles run', async ({
  lab,
  page
}) => {
  const sources = cells();
  const at = (text: string) => sources.findIndex(one => one.includes(text));
  await writeCells(lab, 'digits.ipynb', sources);
  await lab.begin('digits.ipynb');
  await lab.allow();
  const train = form(page as Page);
  const field = (name: string) => train.getByLabel(name, { exact: true });
  const output = lab.output(at('train.py'));

  await test.step('as it was written', async () => {
    await train.getByRole('button', { name: 'Run' }).click();
    await expect(output).toContainText('train.py --lr 0.5 --epochs 20', PATIENCE);
    await expect(output).toContainText(/epoch +20 /, PATIENCE);
  });

  await test.step('with other values', async () => {
    await field('lr').fill('0.25');
    await field('epochs').fill('2');
    await field('activation').selectOption('relu');
    await field('mistakes').uncheck();
    await field('note').fill('it\'s "5 < 6"; $HOME');
    await field('note').press('Control+Enter');
    await expect(output).toContainText(
      'train.py --lr 0.25 --epochs 2 --hidden 48 --activation relu --mistakes False',
      PATIENCE
    );
    // As Python's shlex quotes it.
    await expect(output).toContainText(`'it'"'"'s "5 < 6"; $HOME'`);
    await expect(output).toContainText(/epoch +2 /, PATIENCE);
  });

  await test.step('below titles', async () => {
    await form(page as Page, 'Build').getByRole('button', { name: 'Run' }).click();
    await expect(lab.output(at('%%bash'))).toHaveText('built 42\n', PATIENCE);
    await form(page as Page, 'Timed').getByRole('button', { name: 'Run' }).click();
    await expect(lab.output(at('%%time'))).toContainText('lr is 0.25', PATIENCE);
    await expect(lab.output(at('%%time'))).toContainText('Wall time');
  });
});

test('A form is filled in and run by keys alone', async ({ lab, page }) => {
  await openForms(lab, 'keys.ipynb', EVERY);
  const { keyboard } = page;
  await page.evaluate(() => {
    const { currentWidget } = window.jupyterapp.shell;
    (currentWidget as NotebookPanel).content.activeCell?.node.focus();
  });
  /** Go on to what has this name. */
  const tab = async (name: string) => {
    await keyboard.press('Tab');
    const focused = page.locator(':focus');
    await expect(focused).toHaveAccessibleName(name);
    // What has the focus is seen to have it.
    const isMarked = await focused.evaluate(node => {
      const { outlineStyle, boxShadow, borderColor } = getComputedStyle(node);
      const other = document.createElement('input');
      other.className = node.className;
      node.after(other);
      const plain = getComputedStyle(other).borderColor;
      other.remove();
      return (
        outlineStyle !== 'none' || boxShadow !== 'none' || borderColor !== plain
      );
    });
    expect(isMarked, name).toBe(true);
  };
  await tab('Run');
  await tab('Hide code');
  await tab('experiment');
  await keyboard.type('dogs');
  await tab('lr');
  await keyboard.type('0.5');
  await tab('epochs');
  await keyboard.type('30');
  await tab('the paper');
  await tab('dropout');
  await keyboard.press('ArrowRight');
  await tab('dropout');
  await tab('augment');
  await keyboard.press('Space');
  await tab('batch_size');
  await keyboard.press('ArrowDown');
  await tab('model');
  await keyboard.press('v');
  await tab('weights');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await tab('since');
  await keyboard.press('ArrowUp');
  // The parts of a date, and the button for its calendar.
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await tab('shape');
  await keyboard.type('(3, 4)');
  await keyboard.press('Control+Enter');
  await expect(lab.output(0)).toContainText('lr 0.5', PATIENCE);
  expect(await lab.sources()).toEqual([
    EVERY.replace('"cats"', '"dogs"')
      .replace('0.01', '0.5')
      .replace('epochs = 3', 'epochs = 30')
      .replace('0.25 #', '0.3 #')
      .replace('True', 'False')
      .replace('= 32', '= 64')
      .replace("= 'resnet18'", "= 'vit_b_16'")
      .replace('"V1" #', '"V2" #')
      .replace('2026-03-01', '2026-04-01')
      .replace('(1, 2)', '(3, 4)')
  ]);
});
