import type { Page } from '@playwright/test';

import { expect, test } from './utils';

/** What a page may load of ours before it shows anything of it, in bytes. */
const BUDGET = 44_000;

/** Sums up what a page loads of our scripts. */
function loads(page: Page): () => Promise<number> {
  const sizes = new Map<string, Promise<number>>();
  page.on('response', response => {
    const { pathname } = new URL(response.url());
    if (/\/jupyterlab-preflight\/static\/.*\.js$/.test(pathname)) {
      sizes.set(
        pathname,
        response.body().then(body => body.length)
      );
    }
  });
  return async () =>
    (await Promise.all(sizes.values())).reduce((sum, size) => sum + size, 0);
}

test('Nothing is loaded before it is needed', async ({ lab, page }) => {
  const total = loads(page as Page);
  await lab.write('startup.ipynb', ['print("nothing of ours")']);

  await page.goto(`tree/${lab.folder}`);
  const alone = await total();
  expect(alone).toBeGreaterThan(0);
  expect(alone).toBeLessThan(BUDGET);

  await lab.openToo('startup.ipynb');
  await expect(
    lab.toolbar.getByRole('button', { name: 'Insert bootstrap cells' })
  ).toBeEnabled();
  const notebook = await total();
  expect(notebook).toBeGreaterThan(alone);

  await lab.showPanel();
  expect(await total()).toBeGreaterThan(2 * notebook);
});
