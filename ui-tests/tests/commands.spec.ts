import { expect, FILES, PATIENCE, test } from './utils';

const LABELS = {
  'jupyterlab-preflight:add-form-field': 'Add a form field…',
  'jupyterlab-preflight:edit-form-field': 'Edit field…',
  'jupyterlab-preflight:insert-cells': 'Insert bootstrap cells',
  'jupyterlab-preflight:prepare': 'Prepare',
  'jupyterlab-preflight:show-panel': 'Show the Preflight panel',
  'jupyterlab-preflight:stop': 'Stop',
  'jupyterlab-preflight:toggle-form-code': 'Show or hide the code of the form'
};

test('Commands describe themselves, and stand in palette and menus', async ({
  lab,
  page
}) => {
  await lab.write('commands.ipynb', ['']);
  await lab.open('commands.ipynb');

  await test.step('each says what it does and takes', async () => {
    const known = await page.evaluate(() => {
      const { commands } = window.jupyterapp;
      return Promise.all(
        commands
          .listCommands()
          .filter(id => id.startsWith('jupyterlab-preflight:'))
          .map(async id => ({
            id,
            label: commands.label(id),
            caption: commands.caption(id),
            args: (await commands.describedBy(id)).args
          }))
      );
    });
    expect(Object.fromEntries(known.map(one => [one.id, one.label]))).toEqual(
      LABELS
    );
    for (const { args, caption } of known) {
      expect(args).toMatchObject({ type: 'object' });
      expect(caption).not.toBe('');
    }
  });

  await test.step('palette', async () => {
    const items = page.locator('.lm-CommandPalette-item');
    await page.keyboard.press('ControlOrMeta+Shift+c');
    await page.keyboard.type('preflight');
    for (const label of Object.values(LABELS)) {
      await expect(
        items.filter({ has: page.getByText(label, { exact: true }) })
      ).toHaveCount(1);
    }
    await page.keyboard.press('Escape');
  });

  await test.step('menus', async () => {
    await page.menu.clickMenuItem('Run>Insert bootstrap cells');
    await expect(lab.box).toBeFocused();
    await lab.add(`${FILES}/small.csv`);
    await page.menu.clickMenuItem('Run>Prepare');
    await expect(lab.sentence).toHaveText('Ready', PATIENCE);
    await page.sidebar.close('left');
    await expect(lab.panel).toBeHidden();
    await page.menu.clickMenuItem('View>Show the Preflight panel');
    await expect(lab.box).toBeVisible();
  });

  await test.step('the menu of the panel', async () => {
    await lab.panel.getByRole('button', { name: 'More' }).click();
    await expect(lab.menuItem('Show bootstrap cells')).toBeVisible();
    await expect(lab.menuItem('Stop')).toHaveAttribute('aria-disabled', 'true');
    await lab.menuItem('Settings Editor').click();
    await expect(page.getByRole('tab', { name: 'Settings' })).toBeVisible();
  });
});
