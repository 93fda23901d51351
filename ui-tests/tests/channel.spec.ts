import type { ISessionContext } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Page } from '@playwright/test';

import { expect, Lab, LOADER, PATIENCE, SMALL, steps, test } from './utils';

const LONG = 'import time\nfor _ in range(600):\n    time.sleep(0.1)';
const CELLS = [LOADER, steps(SMALL), 'print("ran")', LONG];
const UNPREPARED = 'Not prepared on this machine';

/** What a page asks kernels to do: the types of its messages, but for what JupyterLab asks itself. */
function sentBy(page: Page): string[] {
  const types: string[] = [];
  page.on('websocket', socket =>
    socket.on('framesent', ({ payload }) => {
      const type = /"msg_type":\s*"(\w+)"/.exec(payload.toString())?.[1];
      if (type && !/^(kernel_info|history|debug)_request$/.test(type)) {
        types.push(type);
      }
    })
  );
  return types;
}

async function changeKernel(page: Page, name: string): Promise<void> {
  await page.evaluate(async name => {
    const { currentWidget } = window.jupyterapp.shell;
    await (currentWidget as NotebookPanel).sessionContext.changeKernel({
      name
    });
  }, name);
}

test('Opening a notebook runs nothing, and a hidden panel asks nothing', async ({
  cloud,
  lab,
  page
}) => {
  const sent = sentBy(page);
  const run = async (count: number) => {
    await lab.run(2);
    await expect(lab.cell(2)).toContainText(`[${count}]:`, PATIENCE);
  };
  await lab.write('quiet.ipynb', CELLS);
  await lab.open('quiet.ipynb');
  await run(1);
  expect(sent).toEqual(['execute_request']);

  // One silent question, which is not counted as a run.
  await lab.showPanel();
  await expect(lab.sentence).toHaveText(UNPREPARED, PATIENCE);
  expect(sent).toEqual(Array(2).fill('execute_request'));

  await page.getByRole('tab', { name: 'Preflight' }).click();
  await expect(lab.panel).toBeHidden();
  await run(2);
  await run(3);
  expect(sent).toEqual(Array(4).fill('execute_request'));

  await lab.save();
  await page.reload();
  await lab.idle();
  await lab.showPanel();
  await expect(lab.sentence).toHaveText(UNPREPARED, PATIENCE);
  expect(
    await page.evaluate(() => {
      const { currentWidget } = window.jupyterapp.shell;
      return (currentWidget as NotebookPanel).content.model?.dirty;
    })
  ).toBe(false);
  expect(await cloud.requests()).toEqual([]);
});

test('A page that comes while the kernel is busy knows its state', { tag: '@slow' }, async ({
  lab,
  page
}) => {
  await lab.write('busy.ipynb', CELLS);
  await lab.begin('busy.ipynb');
  await lab.allow();
  await lab.run(3);
  await expect(lab.cell(3)).toContainText('[*]:');
  await lab.save();

  const sent = sentBy(page);
  await page.reload();
  await expect(lab.sentence).toHaveText('Ready', PATIENCE);
  await expect(lab.row('data/small')).toContainText('1 file');
  expect(sent).toEqual(['preflight_request']);
});

test('Two pages on one kernel show the same', { tag: '@slow' }, async ({
  baseURL,
  browser,
  lab,
  page
}) => {
  await lab.write('two.ipynb', CELLS);
  await lab.begin('two.ipynb');
  const context = await browser.newContext({ baseURL });
  const other = new Lab(await context.newPage(), lab.folder);
  await other.page.goto(`lab/tree/${lab.folder}/two.ipynb?reset`);
  await other.showPanel();
  await expect(other.sentence).toHaveText(UNPREPARED, PATIENCE);

  await lab.allow();
  await expect(other.sentence).toHaveText('Ready');
  await expect(other.row('data/small')).toContainText('1 file');

  await page.evaluate(() => {
    const { currentWidget } = window.jupyterapp.shell;
    void (currentWidget as NotebookPanel).sessionContext.restartKernel();
  });
  await expect(lab.sentence).toHaveText(UNPREPARED, PATIENCE);
  await expect(other.sentence).toHaveText(UNPREPARED, PATIENCE);
  await context.close();
});

test('The state is of the kernel: by a console, and of another one', { tag: '@slow' }, async ({
  lab,
  page
}) => {
  const prompt = page.locator('.jp-CodeConsole-promptCell');
  await lab.write('first.ipynb', ['']);
  await lab.write('later.ipynb', CELLS);
  await lab.begin('first.ipynb');
  const kernel = await page.evaluate(async path => {
    const panel: { sessionContext: ISessionContext } =
      await window.jupyterapp.commands.execute('console:create', {
        path,
        kernelPreference: { name: 'python3' }
      });
    await panel.sessionContext.ready;
    return { id: panel.sessionContext.session?.kernel?.id };
  }, lab.folder);
  await prompt.getByRole('textbox').click();
  await page.keyboard.type(`${LOADER}\n%preflight ${SMALL}`);
  await page.keyboard.press('Shift+Enter');
  await expect(page.locator('.jp-CodeConsole-content')).toContainText(
    '1 file · fetched once',
    PATIENCE
  );

  await test.step('a notebook that joins it', async () => {
    await page.evaluate(
      ([path, kernel]) =>
        void window.jupyterapp.commands.execute('docmanager:open', {
          path,
          kernel
        }),
      [`${lab.folder}/later.ipynb`, kernel] as const
    );
    await expect(lab.sentence).toHaveText('Ready', PATIENCE);
  });

  await test.step('another kernel', async () => {
    await changeKernel(page, 'bare');
    await expect(lab.sentence).toHaveText(
      'This kernel has no Preflight yet',
      PATIENCE
    );
    await changeKernel(page, 'python3');
    await expect(lab.sentence).toHaveText(UNPREPARED, PATIENCE);
  });
});
