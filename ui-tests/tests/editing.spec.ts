import { expect, FILES, LOADER, steps, test } from './utils';

/** A cell as a person keeps it: with comments, and words under each other. */
const KEPT = steps(
  '#@title Data',
  '# the tables',
  `dataset ${FILES}/small.csv    data/small   # two rows`,
  `dataset ${FILES}/slow.bin     data/slow`,
  '',
  'env     A=1'
);
const NAMES = ['data/small', 'data/slow', 'Environment'];

test.beforeEach(async ({ lab }) => {
  await lab.write('edit.ipynb', [LOADER, KEPT]);
  await lab.begin('edit.ipynb');
  await expect(lab.rows).toHaveCount(3);
  expect(await lab.names()).toEqual(NAMES);
});

test('Each change of a row is one step that can be undone', async ({
  lab,
  page
}) => {
  const source = async () => (await lab.sources())[1];
  const changes = async (
    what: string,
    change: () => Promise<void>,
    after: string
  ) =>
    test.step(what, async () => {
      await change();
      await expect.poll(source).toBe(after);
      await lab.rows.first().focus();
      await page.keyboard.press('ControlOrMeta+z');
      await expect.poll(source).toBe(KEPT);
    });

  await changes(
    'add',
    () => lab.add('pip install tabulate'),
    `${KEPT}\npip     tabulate`
  );
  await changes(
    'edit by the menu',
    async () => {
      await lab.choose('data/slow', 'Edit…');
      const input = lab.panel.getByLabel('Line in the cell');
      await expect(input).toBeFocused();
      await expect(input).toHaveValue(
        `dataset ${FILES}/slow.bin     data/slow`
      );
      await input.fill(`dataset ${FILES}/slow.bin     data/big --optional`);
      await lab.panel.getByRole('button', { name: 'Save' }).click();
      await expect(lab.row('data/big')).toBeVisible();
    },
    KEPT.replace('data/slow', 'data/big --optional')
  );
  await changes(
    'edit by keys',
    async () => {
      await lab.row('Environment').focus();
      await page.keyboard.press('F2');
      await page.keyboard.type(' B=2');
      await page.keyboard.press('Enter');
      await expect(lab.row('Environment')).toBeFocused();
    },
    `${KEPT} B=2`
  );
  const [small, slow] = KEPT.split('\n').slice(3, 5);
  const swapped = KEPT.replace(`${small}\n${slow}`, `${slow}\n${small}`);
  await changes(
    'move by the menu',
    () => lab.choose('data/slow', 'Move up'),
    swapped
  );
  await changes(
    'move by keys',
    async () => {
      await lab.row('data/small').focus();
      await page.keyboard.press('Alt+ArrowDown');
      await expect(lab.row('data/small')).toBeFocused();
    },
    swapped
  );
  await changes(
    'remove by the menu',
    () => lab.choose('data/slow', 'Remove'),
    KEPT.replace(`${slow}\n`, '')
  );
  await changes(
    'remove by keys',
    async () => {
      await lab.row('Environment').focus();
      await page.keyboard.press('Delete');
      await expect(lab.row('data/slow')).toBeFocused();
    },
    KEPT.replace('\nenv     A=1', '')
  );
});

test('Inserting the cells is one step that can be undone', async ({
  lab,
  page
}) => {
  await lab.write('new.ipynb', ['a = 1']);
  await lab.openToo('new.ipynb');
  await lab.add(`${FILES}/small.csv`);
  await expect.poll(() => lab.sources()).toHaveLength(3);
  await lab.cell(2).locator('.jp-InputPrompt').click();
  await page.keyboard.press('z');
  await expect.poll(() => lab.sources()).toEqual(['a = 1']);
});

test('What is typed into the cell is in the panel at once', async ({
  lab,
  page
}) => {
  const editor = lab.cell(1).getByRole('textbox');
  await editor.click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('\nprojet https://github.com/a/b net');
  await expect(lab.rows).toHaveCount(4);
  await expect(lab.sentence).toHaveText('1 line is wrong');
  const wrong = lab.row('Line 8');
  const mark = lab.cell(1).locator('.jp-Preflight-wrong');
  await expect(wrong).toContainText('“projet” is no step');
  await expect(mark).toHaveText('projet');
  await expect(mark).toHaveAttribute('title', /is no step/);

  await lab.rows.first().focus();
  await lab.button('Show line').click();
  await expect(editor).toBeFocused();
  await page.keyboard.press('ControlOrMeta+Home');

  await wrong.getByRole('button', { name: 'Correct' }).click();
  await expect(lab.row('net')).toContainText('GitHub');
  await expect(mark).toHaveCount(0);
  expect((await lab.sources())[1]).toBe(
    `${KEPT}\nproject https://github.com/a/b net`
  );
});
