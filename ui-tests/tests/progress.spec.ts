import { DIGITS, expect, FILES, NET, PATIENCE, test } from './utils';

test('Bytes and speed are told; a stop is quick, and loses nothing', { tag: '@slow' }, async ({
  cloud,
  lab
}) => {
  const slow = lab.row('data/slow');
  await lab.write('slow.ipynb', ['']);
  await lab.begin('slow.ipynb');
  await lab.add(`${FILES}/slow.bin`);
  await lab.add('pip install packaging');

  await lab.button('Prepare').click();
  await expect(slow).toContainText(/1\.\d of 3\.0 MB/, PATIENCE);
  await expect(slow).toContainText(/[\d.]+ [kM]B\/s/);
  await expect(slow.getByRole('progressbar')).toBeVisible();
  await expect(lab.row('Packages')).toContainText('waiting');
  await expect(lab.sentence).toContainText('0 of 2');
  await expect(lab.toolbar.getByRole('button', { name: 'Stop' })).toBeVisible();

  await lab.button('Stop').click();
  await expect(lab.sentence).toHaveText('Stopped: 0 of 2 ready', {
    timeout: 2000
  });
  await expect(slow).toContainText('stopped');
  await expect(lab.row('Packages')).toContainText('not run');

  await lab.prepare();
  const [first, ...further] = await cloud.requests('files.example.org');
  expect(first.headers.range).toBeUndefined();
  expect(further.map(({ headers }) => headers.range)).toEqual([
    expect.stringMatching(/^bytes=[1-9]\d{5,}-2999999$/)
  ]);
});

test('What fails says why, leaves the others alone, and heals', async ({
  cloud,
  lab
}) => {
  const gone = lab.row('data/gone');
  const shared = lab.row('data/dropbox');
  await lab.write('fail.ipynb', ['']);
  await lab.begin('fail.ipynb');
  await lab.add(`${FILES}/gone.zip`);
  await lab.add(DIGITS);
  await lab.add(`git clone ${NET}`);
  await cloud.always('https://www.dropbox.com/scl/fo/*', ['page']);

  await lab.prepare('Failed: 2 of 3');
  await expect(gone).toContainText('has nothing there (status 404)');
  await expect(shared).toContainText('sent a page («Sign in»)');
  await expect(lab.row('digits-net')).toContainText('4 files');

  await test.step('the row that is tried again', async () => {
    await cloud.clear();
    await shared.getByRole('button', { name: 'Try again' }).click();
    await expect(shared).toContainText('1,798 files', PATIENCE);
    await expect(lab.sentence).toHaveText('Failed: 1 of 3');
    expect(await cloud.requests('files.example.org')).toEqual([]);
  });

  await test.step('the row whose link is corrected', async () => {
    await gone.getByRole('button', { name: 'Edit' }).click();
    await lab.panel
      .getByLabel('Line in the cell')
      .fill(`dataset ${FILES}/small.csv data/small`);
    await lab.panel.getByRole('button', { name: 'Save' }).click();
    await expect(lab.sentence).toHaveText('1 line not prepared yet');
    await lab.prepare();
    await expect(lab.row('data/small')).toContainText('1 file');
  });
});

test('Without a network what is here counts, and a command is offered', { tag: '@slow' }, async ({
  lab
}) => {
  await lab.write('away.ipynb', [
    'import os\nthere = os.environ["https_proxy"]',
    'os.environ["https_proxy"] = "http://127.0.0.1:9"',
    'os.environ["https_proxy"] = there'
  ]);
  await lab.begin('away.ipynb');
  await lab.add(`${FILES}/small.csv`);
  await lab.prepare();
  await lab.add(`${FILES}/slow.bin`);
  await lab.add(`git clone ${NET}`);

  await lab.run(2);
  await lab.run(3);
  await expect(lab.cell(3)).toContainText('[4]:');
  await lab.prepare('No network: 1 of 3 ready');
  await expect(lab.row('data/small')).toContainText('1 file');
  await expect(lab.row('data/slow')).toContainText('there is no network');
  await expect(lab.state).toContainText(
    'jupyter preflight prepare away.ipynb --fetch-only'
  );
  await lab.save();
  await lab.state.getByRole('button', { name: 'Copy command' }).click();

  await lab.run(4);
  await lab.prepare();
});
