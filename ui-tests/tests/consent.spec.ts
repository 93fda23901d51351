import { expect, LOADER, PATIENCE, steps, test } from './utils';

test('No code runs that the question was not about', async ({ lab }) => {
  await lab.write('theirs.ipynb', [
    `print('theirs')\n${LOADER}`,
    '%%preflight --root .\nenv A=1\nrun echo hello'
  ]);
  await lab.begin('theirs.ipynb');
  await lab.button('Prepare').click();
  await expect(lab.state).toContainText('Sets variables: A');
  await expect(lab.state).toContainText('Runs: echo hello');

  await test.step('and keys go on where the question was', async () => {
    await lab.button('Not now').press('Enter');
    await expect(lab.button('Prepare')).toBeFocused();
    await lab.page.keyboard.press('Enter');
  });
  await lab.button('Allow and prepare').click();
  await expect(lab.sentence).toHaveText('Ready', PATIENCE);
  await expect(lab.output(1)).toContainText('hello');
  await expect(lab.output(0)).not.toContainText('theirs');
});

test('What the user has run is not asked about', async ({ lab }) => {
  await lab.write('theirs.ipynb', [LOADER, steps('env A=1')]);
  await lab.begin('theirs.ipynb');
  await lab.button('Prepare').click();
  await expect(lab.button('Allow and prepare')).toBeVisible();
  await lab.run(0);
  await lab.run(1);
  await expect(lab.sentence).toHaveText('Ready', PATIENCE);
  await expect(lab.button('Allow and prepare')).toBeHidden();
});

test('Cells of steps are ready together', async ({ lab }) => {
  await lab.write('two.ipynb', [
    LOADER,
    steps('env A=1'),
    steps('env B=2', 'env C=3')
  ]);
  await lab.begin('two.ipynb');
  await lab.button('Prepare').click();
  await lab.button('Allow and prepare').click();
  await expect(lab.sentence).toHaveText('Ready', PATIENCE);
  await lab.run(1);
  await expect(lab.sentence).toHaveText('Ready', PATIENCE);
  await expect(lab.rows).toHaveCount(3);
});

test('Stop does not interrupt another cell unasked', async ({ lab }) => {
  await lab.write('busy.ipynb', [
    LOADER,
    steps('env A=1'),
    'import time\nprint("begun")\ntime.sleep(60)'
  ]);
  await lab.begin('busy.ipynb');
  await lab.button('Prepare').click();
  await lab.button('Allow and prepare').click();
  await expect(lab.sentence).toHaveText('Ready', PATIENCE);
  await lab.run(2);
  await expect(lab.output(2)).toContainText('begun');
  await lab.button('Prepare').click();
  await lab.button('Stop').click();
  const dialog = lab.page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(lab.sentence).toHaveText('Waiting for the kernel');
  await expect(lab.output(2)).not.toContainText('KeyboardInterrupt');
  await lab.button('Stop').click();
  await dialog.getByRole('button', { name: 'Interrupt' }).click();
  await expect(lab.output(2)).toContainText('KeyboardInterrupt');
  await expect(lab.button('Prepare')).toBeVisible();
});
