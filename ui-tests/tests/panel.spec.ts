import { expect, test } from '@jupyterlab/galata';

test('the panel opens', async ({ page }) => {
  await page.sidebar.openTab('jupyterlab-preflight-panel');
  await expect(page.locator('#jupyterlab-preflight-panel')).toBeVisible();
});
