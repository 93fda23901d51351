import { expect, LOADER, PATIENCE, SMALL, steps, test } from './utils';

const CELLS = [LOADER, steps(SMALL)];

test('A kernel without the package', { tag: '@slow' }, async ({ lab, request }) => {
  await lab.write('bare.ipynb', CELLS, 'bare');
  await lab.begin('bare.ipynb');
  await expect(lab.sentence).toHaveText('This kernel has no Preflight yet');
  await expect(lab.state).toContainText('the environment bare');

  await test.step('can do without', async () => {
    await lab.button('Use plain shell cells').click();
    await expect.poll(() => lab.sources()).toHaveLength(3);
    await lab.run(2);
    await expect(lab.cell(2)).toContainText('[1]:', PATIENCE);
    expect(await lab.read('data/small/small.csv')).toBe('x,y\n1,2\n');
  });

  await test.step('cannot install from nowhere', async () => {
    await lab.button('Install').click();
    await expect(lab.sentence).toHaveText('Installing Preflight');
    await expect(lab.output(0)).toContainText(
      'Preflight is not installed here and could not be fetched',
      PATIENCE
    );
    await expect(lab.sentence).toHaveText('This kernel has no Preflight yet');
  });

  await test.step('installs a wheel beside the notebook', async () => {
    const [wheel] = await lab.listing('../wheel');
    await lab.write('empty.ipynb', CELLS, 'empty');
    await request.post(`api/contents/${lab.folder}`, {
      data: { copy_from: `wheel/${wheel}` }
    });
    await lab.openToo('empty.ipynb');
    await lab.button('Install').click();
    await expect(lab.sentence).toHaveText('Not prepared on this machine', PATIENCE);
    await lab.allow();
  });
});
