import type { Page } from '@playwright/test';

import { EVERY, form, line, openForms } from './forms';
import { expect, PATIENCE, test } from './utils';

test('What is typed is run and saved, however soon', async ({ lab, page }) => {
  await openForms(lab, 'typed.ipynb', EVERY);
  const lr = form(page as Page).getByLabel('lr', { exact: true });
  await lr.focus();
  const run = lab.toolbar.locator('[data-jp-item-name="run"]');

  await lr.fill('0.5');
  await run.click();
  await expect(lab.output(0)).toContainText('lr 0.5', PATIENCE);

  await lr.fill('0.75');
  await page.keyboard.press('ControlOrMeta+s');
  await expect
    .poll(() => lab.read('typed.ipynb'), PATIENCE)
    .toContain('lr = 0.75');
});

test('Half a date is marked and not written', async ({ lab, page }) => {
  await openForms(lab, 'dates.ipynb', EVERY);
  const since = form(page as Page).getByLabel('since', { exact: true });
  await since.focus();
  await page.keyboard.press('Backspace');
  await expect(since).toHaveAttribute('aria-invalid', 'true');
  expect(await line(lab, 'since')).toContain('"2026-03-01"');
  await page.keyboard.type('04');
  await expect.poll(() => line(lab, 'since')).toContain('"2026-04-01"');
  await expect(since).not.toHaveAttribute('aria-invalid', 'true');
});
