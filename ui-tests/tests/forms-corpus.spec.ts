import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Page } from '@playwright/test';

import type { IField } from '../../src/forms/grammar';
import {
  type IFormCell,
  type INotebook,
  modern,
  notebooks,
  upload,
  WITHOUT_CORPUS
} from './corpus';
import { closeCurrent, isDirty, openAlone } from './forms';
import { expect, galata, type Lab, test } from './utils';

test.skip(WITHOUT_CORPUS !== null, WITHOUT_CORPUS ?? '');

/** What a form holds, line by line. */
type Shown = (string | { name: string; value: string; isVisible: boolean })[];

/** What the grammar says that a form holds. */
function expected({ form }: IFormCell): Shown {
  return form.items.map(item =>
    item.kind === 'markdown'
      ? 'text'
      : { name: item.label, value: valueOf(item), isVisible: true }
  );
}

function valueOf(field: IField): string {
  const { editable, raw, text = '', type, value } = field;
  const isOneLine = !/[\r\n]/.test(String(value));
  const isNumber = type === 'number' || type === 'integer' || type === 'slider';
  return raw || isNumber || !editable || !isOneLine ? text : String(value ?? '');
}

/** Go through the current notebook, and tell what the forms of these cells hold. */
async function shown(page: Page, cells: number[]): Promise<Shown[]> {
  return page.evaluate(async indices => {
    const { content } = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const told = [];
    for (const index of indices) {
      const { node } = content.widgets[index];
      const head = () => node.querySelector('.jp-Preflight-formHead');
      const end = performance.now() + 20000;
      do {
        // A cell without elements cannot be scrolled to: again, until it has some.
        await content.scrollToItem(index, 'center');
        await new Promise(requestAnimationFrame);
      } while (!head() && performance.now() < end);
      const items = node.querySelector('.jp-Preflight-formGrid')?.children ?? [];
      told.push(
        Array.from(items, item => {
          const control = item.querySelector<
            HTMLInputElement | HTMLSelectElement
          >('input:not([type=range]), select');
          if (!control) {
            return 'text';
          }
          const isBox = control instanceof HTMLInputElement && control.type === 'checkbox';
          return {
            name: control.labels?.[0]?.textContent ?? '',
            value: !isBox
              ? control.value
              : control.indeterminate
                ? ''
                : String(control.checked),
            isVisible: control.checkVisibility() && control.offsetWidth > 0
          };
        })
      );
    }
    return told;
  }, cells);
}

/** Open a notebook, and look for all that its forms should hold. */
async function check(lab: Lab, old: INotebook): Promise<number> {
  const notebook = modern(old);
  const { cells } = notebook;
  await test.step(notebook.name, async () => {
    await upload(lab, notebook);
    await openAlone(lab, notebook.name);
    const found = await shown(
      lab.page,
      cells.map(cell => cell.index)
    );
    expect(found).toEqual(cells.map(expected));
    expect(await isDirty(lab)).toBe(false);
  });
  return cells.flatMap(cell => cell.fields).length;
}

test('Notebooks show their fields, and are not changed by it', async ({
  lab,
  page
}) => {
  await page.goto(`tree/${lab.folder}`);
  let fields = 0;
  for (const notebook of notebooks()) {
    fields += await check(lab, notebook);
    await closeCurrent(lab);
  }
  expect(fields).toBeGreaterThan(500);
});

test.describe('with windowing mode full', () => {
  test.use({
    mockSettings: {
      ...galata.DEFAULT_SETTINGS,
      '@jupyterlab/notebook-extension:tracker': { windowingMode: 'full' }
    }
  });

  test('Long notebooks show their fields', async ({ lab, page }) => {
    await page.goto(`tree/${lab.folder}`);
    for (const notebook of notebooks()) {
      const { cells, content } = notebook;
      if (content.cells.length > 30 && cells.length > 10) {
        await check(lab, notebook);
      }
    }
  });
});
