/** Notebooks with forms, for their tests. */
import type { DocumentManager } from '@jupyterlab/docmanager';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator, Page } from '@playwright/test';

import type { Lab } from './lab';

/** A cell as a test writes it. */
export interface ICell {
  source: string;
  metadata?: Record<string, unknown>;
}

/** One field of every type, in the spellings of different authors. */
export const EVERY = [
  '#@title Train',
  'experiment = "cats"   #@param {type:"string"}',
  'lr = 0.01  # @param {type: "number"}',
  'epochs = 3#@param{type:\'integer\'}',
  '#@markdown **Regularisation.** See [the paper](https://example.org).',
  'dropout = 0.25 #@param {type:"slider", min:0, max:1, step:0.05}',
  'augment = True #@param {type:"boolean"}',
  'batch_size = 32 #@param [16, 32, 64] {type:"raw"}',
  "model = 'resnet18' #@param ['resnet18', 'vit_b_16']  # ours",
  'weights = "V1" #@param ["V1", "V2", "none"] {allow-input: true}',
  'since = "2026-03-01" #@param {type:"date"}',
  'shape = (1, 2) #@param {type:"raw"}',
  'print("lr", lr)',
  ''
].join('\n');

/** Write a notebook, with what JupyterLab would add to it when its kernel starts. */
export async function writeCells(
  lab: Lab,
  name: string,
  cells: readonly (ICell | string)[]
): Promise<void> {
  const content = {
    cells: cells.map((cell, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      metadata: {},
      outputs: [],
      execution_count: null,
      ...(typeof cell === 'string' ? { source: cell } : cell)
    })),
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
    nbformat: 4,
    nbformat_minor: 5
  };
  await lab.page.request.put(`api/contents/${lab.folder}/${name}`, {
    data: { type: 'notebook', format: 'json', content }
  });
}

/** Open a notebook whose first form is to be seen. */
export async function openForms(
  lab: Lab,
  name: string,
  ...cells: readonly (ICell | string)[]
): Promise<void> {
  await writeCells(lab, name, cells);
  await lab.open(name);
  await lab.page.locator('.jp-Preflight-formHead').first().waitFor();
}

/** Open a notebook without its kernel, which would write its name into the notebook. */
export async function openAlone(lab: Lab, name: string): Promise<void> {
  await lab.page.evaluate(async path => {
    const documents = (await window.galata.getPlugin(
      '@jupyterlab/docmanager-extension:manager'
    )) as DocumentManager;
    const panel = documents.open(path, 'default', undefined, undefined, {
      shouldStart: false
    }) as NotebookPanel;
    await panel.context.ready;
  }, `${lab.folder}/${name}`);
}

/** Whether the current notebook has something that is not saved. */
export async function isDirty({ page }: Lab): Promise<boolean> {
  return page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    return panel.context.model.dirty;
  });
}

/** Close the current notebook. */
export async function closeCurrent({ page }: Lab): Promise<void> {
  await page.evaluate(() => {
    window.jupyterapp.shell.currentWidget?.dispose();
  });
}

/** The form of a title. */
export function form(page: Page, name = 'Train'): Locator {
  return page.getByRole('form', { name, exact: true });
}

/** A line of a cell, by the name that it assigns. */
export async function line(
  lab: Lab,
  name: string,
  cell = 0
): Promise<string | undefined> {
  const sources = await lab.sources();
  return sources[cell].split('\n').find(text => text.startsWith(`${name} =`));
}

/** The metadata of a cell. */
export async function metadata(
  page: Page,
  cell = 0
): Promise<Record<string, unknown>> {
  return page.evaluate(index => {
    const { currentWidget } = window.jupyterapp.shell;
    const { model } = (currentWidget as NotebookPanel).content;
    return { ...model?.cells.get(index).metadata };
  }, cell);
}
