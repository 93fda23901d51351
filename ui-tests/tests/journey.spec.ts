import { DIGITS, expect, NET, PATIENCE, test } from './utils';

const TRAIN = '%preflight run --in digits-net python train.py --epochs 3';
const TRAINED = /epoch +3 +accuracy 0\.\d+/;

test.describe('From nothing to a trained model', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('with two links and one command', { tag: '@slow' }, async ({ cloud, lab, page }) => {
    const paste = async (text: string) => {
      await page.evaluate(text => navigator.clipboard.writeText(text), text);
      await page.keyboard.press('ControlOrMeta+v');
    };
    await lab.write('train.ipynb', [TRAIN]);
    await lab.open('train.ipynb');

    await test.step('insert the cells by the tool bar', async () => {
      await lab.toolbar
        .getByRole('button', { name: 'Insert bootstrap cells' })
        .click();
      await expect(lab.box).toBeFocused();
      expect(await lab.sources()).toEqual([
        expect.stringContaining('%load_ext jupyterlab_preflight'),
        expect.stringMatching(/^%%preflight\n/),
        TRAIN
      ]);
      await expect(
        lab.toolbar.getByRole('button', { name: 'Show bootstrap cells' })
      ).toBeVisible();
    });

    await test.step('paste what there is', async () => {
      await paste(DIGITS);
      await expect(lab.panel.getByText('Dropbox folder')).toBeVisible();
      await lab.panel.getByLabel('Folder').fill('data/digits');
      await page.keyboard.press('Enter');
      await expect(lab.row('data/digits')).toBeVisible();
      await expect(lab.box).toBeFocused();
      await paste(`git clone ${NET}`);
      await page.keyboard.press('Enter');
      await paste('ln -s ../../data/digits digits-net/data/input');
      await page.keyboard.press('Enter');
      await expect(lab.rows).toHaveCount(3);
      expect((await lab.sources())[1].split('\n').slice(2)).toEqual([
        `dataset ${DIGITS} data/digits`,
        `project ${NET} digits-net`,
        'link data/digits digits-net/data/input'
      ]);
      await expect(lab.sentence).toHaveText('Not prepared on this machine');
    });

    await test.step('prepare', async () => {
      await lab.prepare();
      await expect(lab.row('data/digits')).toContainText('1,798 files');
      await expect(lab.row('digits-net')).toContainText(/main@[0-9a-f]{7}/);
      expect(await lab.listing('data/digits')).toContain('train');
      expect(await lab.listing('digits-net')).toContain('train.py');
      expect(await lab.listing('digits-net/data/input')).toContain('test');
    });

    await test.step('train', async () => {
      await lab.run(2);
      await expect(lab.output(2)).toContainText(TRAINED, PATIENCE);
      await expect(lab.cell(2)).toContainText('[3]:');
    });

    await test.step('reload: still ready, and nothing has run', async () => {
      await lab.save();
      await cloud.clear();
      await page.reload();
      await expect(lab.sentence).toHaveText('Ready', PATIENCE);
      await expect(lab.row('data/digits')).toContainText('fetched once');
      await expect(lab.cell(2)).toContainText('[3]:');
      expect(await cloud.requests()).toEqual([]);
    });

    await test.step('prepare again: the dataset is not asked for', async () => {
      await lab.button('Prepare').click();
      await expect(lab.cell(1)).toContainText('[4]:', PATIENCE);
      await expect(lab.sentence).toHaveText('Ready');
      await expect(lab.row('data/digits')).toContainText(
        /fetched \d+ \w{3}, 1,798 files then/
      );
      const hosts = (await cloud.requests()).map(({ host }) => host);
      expect(new Set(hosts)).toEqual(new Set(['github.com']));
    });
  });

  test('with the example, in three clicks', async ({ cloud, lab }) => {
    await lab.write('try.ipynb', ['']);
    await lab.begin('try.ipynb');
    await lab.panel
      .getByRole('button', { name: 'Try with example digits' })
      .click();
    await expect(lab.row('data/uci-digits')).toBeVisible();
    await lab.prepare();
    await lab.run(2);
    await expect(lab.output(2)).toContainText(
      /epoch 5 +accuracy 0\.[89]\d/,
      PATIENCE
    );

    await lab.cell(2).getByLabel('epochs', { exact: true }).first().fill('2');
    await lab.run(2);
    await expect(lab.output(2)).not.toContainText('epoch 3', PATIENCE);
    await expect(lab.output(2)).toContainText('epoch 2', PATIENCE);
    expect(await cloud.requests('archive.ics.uci.edu')).not.toEqual([]);
  });
});

test('The whole way by keyboard', async ({ lab, page }) => {
  const press = (...keys: string[]) =>
    keys.reduce(
      (before, key) => before.then(() => page.keyboard.press(key)),
      Promise.resolve()
    );
  await lab.write('keys.ipynb', ['print(open("data/small/small.csv").read())']);
  await lab.open('keys.ipynb');

  await lab.command('Insert bootstrap cells');
  await expect(lab.box).toBeFocused();
  await page.keyboard.type('wget https://files.example.org/small.csv');
  await press('Enter');
  await expect(lab.row('data/small')).toBeVisible();
  await expect(lab.box).toBeFocused();

  await press('Shift+Tab');
  await expect(lab.button('Prepare')).toBeFocused();
  await press('Enter');
  await expect(lab.sentence).toHaveText('Ready', PATIENCE);
  await expect(lab.button('Prepare')).toBeFocused();

  await press('Tab', 'Tab', 'Tab');
  await expect(lab.row('data/small')).toBeFocused();
  await press('Shift+F10');
  await expect(lab.menuItem('Show in cell')).toBeVisible();
  await page.keyboard.type('sh');
  await press('Enter');
  await expect(lab.cell(1).getByRole('textbox')).toBeFocused();
  await press('Escape', 'ArrowDown', 'Control+Enter');
  await expect(lab.output(2)).toContainText('1,2', PATIENCE);
});
