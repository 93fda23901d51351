import { expect, FILES, NET, PATIENCE, test } from './utils';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('What the menu of a row does', async ({ cloud, lab, page }) => {
  const small = lab.row('data/small');
  const files = page.locator('#filebrowser');
  await lab.write('menu.ipynb', ['']);
  await lab.begin('menu.ipynb');
  await lab.add(`${FILES}/small.csv`);
  await lab.add(`git clone ${NET}`);
  await lab.add('pip install packaging');

  await test.step('Get now: this one alone', async () => {
    await lab.choose('data/small', 'Get now');
    await expect(small).toContainText('1 file', PATIENCE);
    await expect(lab.sentence).toHaveText('2 lines not prepared yet');
    expect(await cloud.requests('github.com')).toEqual([]);
    expect(await lab.listing('data/small')).toEqual(['small.csv']);
  });

  await test.step('Check files', async () => {
    await lab.choose('data/small', 'Check files');
    await expect(small).toContainText('✔ 1 file as installed', PATIENCE);
    await expect(small.locator('.jp-mod-ready')).toBeVisible();
  });

  await test.step('Check files, where one was changed', async () => {
    await lab.overwrite('data/small/small.csv', 'x,y\n');
    await lab.choose('data/small', 'Check files');
    await expect(small).toContainText('1 changed: small.csv', PATIENCE);
    await expect(small.locator('.jp-mod-failed')).toBeVisible();
    await expect(lab.sentence).toHaveText('Failed: 1 of 3');
    await lab.overwrite('data/small/small.csv', 'x,y\n1,2\n');
    await small.getByRole('button', { name: 'Check again' }).press('Enter');
    await expect(small).toBeFocused();
    await expect(small).toContainText('✔ 1 file as installed', PATIENCE);
    await expect(small.locator('.jp-mod-ready')).toBeVisible();
    await expect(lab.sentence).toHaveText('2 lines not prepared yet');
  });

  await test.step('Copy link', async () => {
    await lab.choose('digits-net', 'Copy link');
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe(NET);
  });

  await test.step('Open folder', async () => {
    await lab.choose('data/small', 'Open folder');
    await expect(files.getByText('small.csv')).toBeVisible();
    await lab.showPanel();
  });

  await test.step('what does not fit is not offered', async () => {
    await lab.row('Packages').click({ button: 'right' });
    await expect(lab.menuItem('Get now')).toBeVisible();
    await expect(lab.menuItem('Copy link')).toHaveCount(0);
    await expect(lab.menuItem('Move down')).toHaveAttribute(
      'aria-disabled',
      'true'
    );
    await page.keyboard.press('Escape');
    await expect(lab.row('Packages')).toBeFocused();
  });

  await test.step('all by keys, too', async () => {
    await page.keyboard.press('Home');
    await expect(small).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(lab.row('digits-net')).toBeFocused();
    await page.keyboard.press('Shift+F10');
    await lab.menuItem('Remove').waitFor();
    await page.keyboard.press('r');
    await page.keyboard.press('Enter');
    await expect(lab.rows).toHaveCount(2);
    await expect(lab.row('Packages')).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(
      lab.panel.getByRole('button', { name: 'Actions for Packages' })
    ).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(lab.menuItem('Edit…')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(lab.row('Packages')).toBeFocused();
  });

  await test.step('a check that fails is no longer called ready', async () => {
    await lab.prepare();
    await lab.overwrite('data/small/small.csv', 'x,y\n');
    await lab.choose('data/small', 'Check files');
    await expect(lab.sentence).toHaveText('Failed: 1 of 2', PATIENCE);
    await lab.overwrite('data/small/small.csv', 'x,y\n1,2\n');
    await small.getByRole('button', { name: 'Check again' }).click();
    await expect(lab.sentence).toHaveText('Ready', PATIENCE);
  });
});
