/**
 * What forms cost in the browser: the same notebook in pages with and without the extension, in
 * turns. Writes what it has measured to the file that the environment names.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type Browser, type Page, test } from '@playwright/test';
import { writeFileSync } from 'fs';

import { parseForm } from '../../src/forms/grammar';

const CELLS = Number(process.env.PREFLIGHT_BENCH_CELLS ?? '1000');
const TURNS = Number(process.env.PREFLIGHT_BENCH_TURNS ?? '10');
const OUT = process.env.PREFLIGHT_BENCH_OUT ?? 'forms.json';
const KEYS = 30;

/** A cell of middle size, as notebooks have them. */
const CELL = [
  '#@title Train',
  '#@markdown A network with **one** hidden layer.',
  'lr = 0.5  # @param {type:"number"}',
  'epochs = 20  # @param {type:"integer"}',
  'hidden = 48  # @param {type:"slider", min:8, max:128, step:8}',
  'activation = "tanh"  # @param ["tanh", "relu"]',
  'mistakes = True  # @param {type:"boolean"}',
  'print(lr, epochs, hidden, activation, mistakes)'
].join('\n');

/** What one page has told, in milliseconds. */
interface IVisit {
  /** From the command to the last cell. */
  open: number;
  /** Work of the page for each key that is typed. */
  key: number;
  /** The longest task meanwhile. */
  longest: number;
}

/** Load the application, with or without the extension, open the notebook and type into a cell. */
async function visit(
  browser: Browser,
  path: string,
  isOn: boolean
): Promise<IVisit> {
  const page = await browser.newPage();
  if (!isOn) {
    await page.addInitScript(withoutExtension);
  }
  // No kernel: it would work meanwhile.
  await page.route('**/api/sessions*', route =>
    route.request().method() === 'POST' ? undefined : route.continue()
  );
  await page.goto('lab?reset');
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await page.waitForTimeout(2000);
  const opened = await page.evaluate(async file => {
    const start = performance.now();
    const panel: NotebookPanel = await window.jupyterapp.commands.execute(
      'docmanager:open',
      { path: file }
    );
    await panel.context.ready;
    await Promise.all(panel.content.widgets.map(cell => cell.ready));
    return performance.now() - start;
  }, path);
  const tasks = await type(browser, page);
  await page.close();
  return {
    open: opened,
    key: tasks.reduce((sum, one) => sum + one, 0) / KEYS,
    longest: Math.max(...tasks)
  };
}

/** Run in the page, before its own scripts: the application finds one extension less. */
function withoutExtension(): void {
  new MutationObserver((_, observer) => {
    const config = document.getElementById('jupyter-config-data');
    if (config && document.body) {
      observer.disconnect();
      const data = JSON.parse(config.textContent ?? '');
      data.federated_extensions = data.federated_extensions.filter(
        (one: { name: string }) => one.name !== 'jupyterlab-preflight'
      );
      config.textContent = JSON.stringify(data);
    }
  }).observe(document, { childList: true, subtree: true });
}

/** Type into the code of a cell, and tell the tasks of the page meanwhile. */
async function type(browser: Browser, page: Page): Promise<number[]> {
  await page.waitForFunction(() => window.jupyterapp.shell.currentWidget);
  await page.evaluate(() => {
    const { content } = window.jupyterapp.shell.currentWidget as NotebookPanel;
    content.activeCellIndex = 1;
    content.mode = 'edit';
    content.activeCell?.editor?.setCursorPosition({ line: 7, column: 0 });
    content.activeCell?.editor?.focus();
  });
  await page.waitForTimeout(3000);
  await browser.startTracing(page, { categories: ['toplevel'] });
  for (let key = 0; key < KEYS; key++) {
    await page.keyboard.type('x');
    await page.waitForTimeout(60);
  }
  const { traceEvents } = JSON.parse(
    (await browser.stopTracing()).toString('utf8')
  );
  return tasksOf(traceEvents);
}

interface ITraceEvent {
  name: string;
  pid: number;
  tid: number;
  dur?: number;
  args: { name?: string };
}

/** The tasks of the page's main thread: that of all pages' which had most to do. */
function tasksOf(events: ITraceEvent[]): number[] {
  const tasks = new Map<string, number[]>();
  const mains = new Set(
    events
      .filter(
        one => one.name === 'thread_name' && one.args.name === 'CrRendererMain'
      )
      .map(({ pid, tid }) => `${pid} ${tid}`)
  );
  for (const { name, pid, tid, dur = 0 } of events) {
    const thread = `${pid} ${tid}`;
    if (/RunTask$/.test(name) && mains.has(thread)) {
      const list = tasks.get(thread) ?? [];
      list.push(dur / 1000);
      tasks.set(thread, list);
    }
  }
  const busy = (list: number[]) => list.reduce((sum, one) => sum + one, 0);
  const [most = []] = [...tasks.values()].sort((a, b) => busy(b) - busy(a));
  return most;
}

/** Microseconds that it takes to read a cell, after many. */
function parsing(): number[] {
  const times = Array.from({ length: 2000 }, (_, i) => {
    const source = `${CELL}${i}`;
    const start = performance.now();
    parseForm(source);
    return 1000 * (performance.now() - start);
  });
  return times.slice(1000);
}

test('forms', async ({ browser, request }) => {
  const path = 'bench.ipynb';
  const cells = Array.from({ length: CELLS }, (_, i) => ({
    cell_type: 'code',
    id: `cell-${i}`,
    metadata: {},
    outputs: [],
    execution_count: null,
    source: CELL
  }));
  const metadata = {
    kernelspec: { name: 'python3', display_name: 'Python 3' }
  };
  const content = { cells, metadata, nbformat: 4, nbformat_minor: 5 };
  await request.put(`api/contents/${path}`, {
    data: { type: 'notebook', format: 'json', content }
  });
  const on: IVisit[] = [];
  const off: IVisit[] = [];
  const both = [
    () => visit(browser, path, true).then(told => on.push(told)),
    () => visit(browser, path, false).then(told => off.push(told))
  ];
  for (let turn = -1; turn < TURNS; turn++) {
    for (const one of turn % 2 ? both : [...both].reverse()) {
      await one();
    }
    if (turn < 0) {
      // The caches are warm now.
      on.pop();
      off.pop();
    }
  }
  const told = { browser: browser.version(), parse: parsing(), on, off };
  writeFileSync(OUT, JSON.stringify(told));
});
