import type { Page } from '@playwright/test';
import { readFileSync } from 'fs';
import * as path from 'path';

import { form, type ICell, writeCells } from './forms';
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
