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
  /** From the command to the first cell. */
  first: number;
  /** From the command to the last cell. */
  all: number;
  /** Work of the page for each key, its longest tasks first. */
  keys: number;
  /** The tasks of the page while keys were pressed. */
  tasks: number[];
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
    const { widgets } = panel.content;
    await widgets[0].ready;
    const first = performance.now() - start;
    await Promise.all(widgets.map(cell => cell.ready));
    return { first, all: performance.now() - start };
  }, path);
  const typed = await type(browser, page);
  await page.close();
  return { ...opened, ...typed };
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
async function type(
  browser: Browser,
  page: Page
): Promise<Pick<IVisit, 'keys' | 'tasks'>> {
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
  const tasks = tasksOf(traceEvents);
  return { keys: tasks.reduce((sum, one) => sum + one, 0) / KEYS, tasks };
}

interface ITraceEvent {
  name: string;
  pid: number;
  tid: number;
  dur?: number;
  args: { name?: string };
}

/** Tasks of a millisecond and more of the page's main thread, the longest first. */
function tasksOf(events: ITraceEvent[]): number[] {
  const tasks = new Map<string, number[]>();
  const mains = new Set(
    events
      .filter(one => one.name === 'thread_name' && one.args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`)
  );
  for (const { name, pid, tid, dur = 0 } of events) {
    const thread = `${pid} ${tid}`;
    if (/RunTask$/.test(name) && mains.has(thread) && dur >= 1000) {
      tasks.set(thread, [...(tasks.get(thread) ?? []), dur / 1000]);
    }
  }
  const busy = (list: number[]) => list.reduce((sum, one) => sum + one, 0);
  const [most = []] = [...tasks.values()].sort((a, b) => busy(b) - busy(a));
  return most.sort((a, b) => b - a);
}

/** Microseconds that a cell takes to read, one after many. */
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
  const path = `bench-${Date.now()}.ipynb`;
  await request.put(`api/contents/${path}`, {
    data: {
      type: 'notebook',
      format: 'json',
      content: {
        cells: Array.from({ length: CELLS }, (_, i) => ({
          cell_type: 'code',
          id: `cell-${i}`,
          metadata: {},
          outputs: [],
          execution_count: null,
          source: CELL
        })),
        metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
        nbformat: 4,
        nbformat_minor: 5
      }
    }
  });
  const parse = parsing();
  const turns: { on: IVisit; off: IVisit }[] = [];
  for (let turn = -1; turn < TURNS; turn++) {
    const told: Partial<Record<'on' | 'off', IVisit>> = {};
    for (const which of turn % 2 ? (['on', 'off'] as const) : (['off', 'on'] as const)) {
      told[which] = await visit(browser, path, which === 'on');
    }
    if (turn >= 0) {
      turns.push(told as { on: IVisit; off: IVisit });
    }
    writeFileSync(OUT, JSON.stringify({ cells: CELLS, browser: browser.version(), parse, turns }));
  }
});
