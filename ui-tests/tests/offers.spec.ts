import { expect, FILES, NET, test } from './utils';

/** A notebook as people write it. */
const CELLS = [
  `!wget -nc ${FILES}/cats.zip && unzip -n cats.zip -d data/cats`,
  `!git clone ${NET}\n!pip install -r digits-net/requirements.txt`,
  '!ln -s ../../data/cats digits-net/data/input',
  'print("nothing to fetch")'
];

test('What is found in a notebook is offered, and stays where it is', async ({
  lab
}) => {
  const found = lab.panel.getByRole('list', { name: 'Found in this notebook' });
  const names = ['data/cats', 'digits-net', 'Packages', 'digits-net/data/input'];
  await lab.write('found.ipynb', CELLS);
  await lab.begin('found.ipynb');
  for (const name of names) {
    await found.getByRole('button', { name: `Use ${name}`, exact: true }).click();
    await expect(lab.row(name)).toBeVisible();
  }
  const [, steps, ...originals] = await lab.sources();
  expect(originals).toEqual(CELLS);
  expect(steps.split('\n').slice(2)).toEqual([
    `dataset ${FILES}/cats.zip data/cats`,
    `project ${NET} digits-net`,
    'pip -r digits-net/requirements.txt',
    'link data/cats digits-net/data/input'
  ]);

  await test.step('until the user has it commented out', async () => {
    await found
      .getByRole('listitem', { name: 'data/cats', exact: true })
      .getByRole('button', { name: 'Comment out' })
      .click();
    await expect(found.getByRole('listitem')).toHaveCount(3);
    expect((await lab.sources())[2]).toBe(`# ${CELLS[0]}`);
  });
});

test('A link that is there already is shown, and added all the same', async ({
  lab
}) => {
  const again = lab.panel.getByRole('button', { name: 'Add again' });
  await lab.write('twice.ipynb', ['']);
  await lab.begin('twice.ipynb');
  await lab.add(`${FILES}/small.csv`);
  await lab.add(`git clone ${NET}`);

  await lab.box.fill(`wget ${FILES}/small.csv`);
  await expect(lab.panel).toContainText(
    'This link is in the list already, as data/small.'
  );
  await lab.box.press('Enter');
  await expect(lab.row('data/small')).toBeFocused();
  await expect(lab.box).toHaveValue('');
  await expect(lab.rows).toHaveCount(2);

  await test.step('where the list is closed, in the cell', async () => {
    await lab.panel.getByRole('button', { name: 'Sources' }).click();
    await lab.box.fill(`${FILES}/small.csv`);
    await lab.panel.getByRole('button', { name: 'Show it' }).click();
    await expect(lab.cell(1).getByRole('textbox')).toBeFocused();
    await lab.openSection('Sources');
  });

  await lab.box.fill(`${FILES}/small.csv`);
  await again.click();
  await expect(lab.row('data/small-2')).toBeVisible();
  await expect(lab.box).toBeFocused();
});

test('My sources are there in every notebook', { tag: '@slow' }, async ({ lab, page }) => {
  const mine = lab.panel.getByRole('list', { name: 'My sources' });
  const line = `dataset ${FILES}/small.csv data/small`;
  await lab.write('one.ipynb', ['']);
  await lab.write('two.ipynb', ['']);
  await lab.begin('one.ipynb');
  await lab.add(`${FILES}/small.csv`);
  await lab.choose('data/small', 'Add to My sources');
  await lab.save();

  await lab.openToo('two.ipynb');
  await lab.openSection('My sources');
  await mine.getByRole('button', { name: 'Use data/small' }).click();
  await expect(lab.row('data/small')).toBeVisible();
  expect((await lab.sources())[1]).toContain(line);

  await test.step('and after a reload, until they are removed', async () => {
    await lab.save();
    await page.reload();
    await lab.openSection('My sources');
    await expect(mine).toContainText(line);
    await mine.getByRole('button', { name: 'Remove data/small' }).click();
    await expect(mine).toHaveCount(0);
    await expect(lab.row('data/small')).toBeVisible();
  });
});
