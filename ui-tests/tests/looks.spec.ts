import type { Locator } from '@playwright/test';

import { expect, FILES, type Lab, LOADER, NET, steps, test } from './utils';

const LONG = 'data/a-name/that-goes-on/for-more-than-any-sidebar/is-wide';

/** Pixels of a name that can be told from others. */
const READABLE = 64;

/** Make the sidebar so wide, by its edge. */
async function widen(lab: Lab, width: number): Promise<void> {
  const { page } = lab;
  const edge = page.locator('#jp-main-split-panel > .lm-SplitPanel-handle');
  const before = await lab.panel.boundingBox();
  const at = await edge.first().boundingBox();
  const x = (at?.x ?? 0) + (at?.width ?? 0) / 2;
  await page.mouse.move(x, 400);
  await page.mouse.down();
  await page.mouse.move(x + width - (before?.width ?? 0), 400);
  await page.mouse.up();
  await expect.poll(async () => (await lab.panel.boundingBox())?.width).toBe(
    width
  );
}

/** What is too wide for the panel, out of sight, too small to be hit, or cut where nobody can read it. */
function faults(panel: Locator): Promise<string[]> {
  return panel.evaluate((root, least) => {
    const found: string[] = [];
    const edges = root.getBoundingClientRect();
    for (const node of root.querySelectorAll<HTMLElement>('*')) {
      const say = (what: string) =>
        found.push(`${node.className} “${node.textContent}” ${what}`);
      const { left, right, width, height } = node.getBoundingClientRect();
      const style = getComputedStyle(node);
      if (width === 0 || height === 0) {
        continue;
      }
      if (
        node.scrollWidth > node.clientWidth &&
        style.overflowX !== 'hidden' &&
        !node.matches('input') &&
        style.display !== 'inline'
      ) {
        say(`is ${node.scrollWidth} wide in ${node.clientWidth}`);
      }
      if (
        node.matches('.jp-Preflight-name') &&
        node.scrollWidth > Math.ceil(width) &&
        width < least
      ) {
        say(`has ${width}`);
      }
      if (node.matches('button, input, textarea')) {
        const isSmall = node.matches('[type=radio], [type=checkbox]');
        const target = (isSmall && node.closest('label')) || node;
        const size = target.getBoundingClientRect();
        if (left < edges.left || right > edges.right) {
          say('is out of sight');
        }
        if (size.width < 24 || size.height < 24) {
          say(`is ${size.width} x ${size.height}`);
        }
      }
    }
    return found;
  }, READABLE);
}

test.use({ viewport: { width: 2400, height: 900 } });

test('The panel at every width, light and dark, in both directions', async ({
  lab,
  page
}) => {
  await lab.write('looks.ipynb', [
    `!wget ${FILES}/${LONG}.csv -P ${LONG}`,
    `!wget ${FILES}/small.csv -P data/where-it-was-before`
  ]);
  await lab.open('looks.ipynb');
  await page.addStyleTag({
    content: ':root { --jp-sidebar-min-width: 0 !important; }'
  });
  await lab.showPanel();

  await test.step('with all that it can show', async () => {
    await lab.add(`${FILES}/small.csv`);
    await lab.add(`${FILES}/gone.zip`);
    await lab.add(`git clone ${NET}`);
    await lab.choose('data/small', 'Add to My sources');
    await lab.prepare('Failed: 1 of 3');
    await lab.add(`wget ${FILES}/endless.bin -P ${LONG}`);
    await lab.add('pip install packaging');
    await lab.choose('Packages', 'Edit…');
    await lab.openSection('My sources');
    await lab.box.fill(`${NET}/tree/main/some/folder`);
    await lab.panel.getByRole('button', { name: 'More options' }).click();
    await expect(lab.panel.getByLabel('Version')).toBeVisible();
    await expect(
      lab.panel.getByRole('button', { name: /^Comment out/ })
    ).toBeVisible();
  });

  await test.step('every control has a name', async () => {
    const controls = lab.panel
      .locator('button, input, textarea')
      .filter({ visible: true });
    for (const control of await controls.all()) {
      await expect(control).toHaveAccessibleName(/\w/);
    }
  });

  for (const theme of ['JupyterLab Dark', 'JupyterLab Light']) {
    await page.theme.setTheme(theme);
    for (const width of [1800, 900, 420, 240, 180]) {
      await widen(lab, width);
      for (const dir of ['rtl', 'ltr']) {
        await page.evaluate(dir => {
          document.documentElement.dir = dir;
        }, dir);
        expect(await faults(lab.panel), `${theme} ${width} ${dir}`).toEqual([]);
      }
    }
  }
});

test('Two hundred sources', async ({ lab, page }) => {
  const lines = Array.from(
    { length: 200 },
    (_, n) => `dataset ${FILES}/part-${n}.csv data/part-${n}`
  );
  await lab.write('many.ipynb', [LOADER, steps(...lines)]);
  await lab.begin('many.ipynb');
  await expect(lab.rows).toHaveCount(200);

  const times: number[] = [];
  for (let n = 200; n < 205; n++) {
    await lab.box.fill(`${FILES}/part-${n}.csv`);
    await lab.panel.getByRole('button', { name: 'Add' }).waitFor();
    times.push(
      await lab.panel.evaluate((panel, name) => {
        const began = performance.now();
        panel.querySelector<HTMLButtonElement>('[type=submit]')?.click();
        return new Promise<number>(resolve => {
          const look = () =>
            panel.querySelector(`[aria-label="${name}"]`)
              ? resolve(performance.now() - began)
              : requestAnimationFrame(look);
          look();
        });
      }, `data/part-${n}`)
    );
  }
  expect(Math.min(...times)).toBeLessThan(200);

  await lab.rows.first().focus();
  await page.keyboard.press('End');
  await expect(lab.row('data/part-204')).toBeFocused();
  await expect(lab.row('data/part-204')).toBeInViewport();
  await expect(lab.button('Prepare')).toBeInViewport();
});
