import { expect, FILES, Lab, PATIENCE, test } from './utils';

/** Notebook 7 is served beside JupyterLab; Galata's page is one of JupyterLab. */
test('The same in Notebook 7', async ({ context, lab }) => {
  const page = await context.newPage();
  const seven = new Lab(page, lab.folder);
  const menu = (name: string) =>
    page.getByRole('menuitem', { name, exact: true });
  await lab.write('seven.ipynb', ['print(open("data/small/small.csv").read())']);
  await page.goto(`notebooks/${lab.folder}/seven.ipynb`);

  await test.step('the panel is in the left sidebar', async () => {
    await menu('View').click();
    await menu('Show the Preflight panel').click();
    await expect(seven.box).toBeVisible();
  });

  await test.step('from nothing to data', async () => {
    await seven.toolbar
      .getByRole('button', { name: 'Insert bootstrap cells' })
      .click();
    await expect(seven.box).toBeFocused();
    await seven.add(`${FILES}/small.csv`);
    await seven.prepare();
    await seven.run(2);
    await expect(seven.output(2)).toContainText('1,2', PATIENCE);
  });

  await test.step('and the state is there after a reload', async () => {
    const saved = page.waitForResponse(
      response =>
        response.request().method() === 'PUT' &&
        response.url().includes('seven.ipynb')
    );
    await page.keyboard.press('ControlOrMeta+s');
    await saved;
    await page.reload();
    await seven.toolbar
      .getByRole('button', { name: 'Show bootstrap cells' })
      .click();
    await expect(seven.sentence).toHaveText('Ready', PATIENCE);
  });
  await context.close();
});
