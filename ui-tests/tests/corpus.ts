/**
 * Notebooks of other people, which stand beside the project on the machines of those who have them;
 * no copy of the project has them.
 */
import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';


import { type IField, type IForm, parseForm } from '../../src/forms/grammar';
import type { Lab } from './lab';

const CORPUS = path.resolve(__dirname, '../../../shared/corpus');

/** Why tests with these notebooks are skipped; null where the notebooks are there. */
export const WITHOUT_CORPUS = existsSync(CORPUS)
  ? null
  : `the notebooks of other people are not at ${CORPUS}`;

/** A cell with a form. */
export interface IFormCell {
  /** Its place in the notebook. */
  index: number;
  source: string;
  form: IForm;
  /** In the order of lines. */
  fields: IField[];
}

/** A notebook with forms. */
export interface INotebook {
  /** Its file. */
  name: string;
  /** As the file has it. */
  content: IContent;
  cells: IFormCell[];
}

interface ICell {
  cell_type: string;
  source: string | string[];
  [key: string]: unknown;
}

interface IContent {
  cells: ICell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** All of the notebooks, in the order of their names. */
export function notebooks(): INotebook[] {
  const folder = path.join(CORPUS, 'notebooks');
  return readdirSync(folder)
    .filter(name => name.endsWith('.ipynb'))
    .sort()
    .map(name =>
      notebookOf(name, JSON.parse(readFileSync(path.join(folder, name), 'utf8')))
    );
}

/** One notebook of those of the many single cells whose form passes a test. */
export function notebookWith(
  name: string,
  test: (field: IField) => boolean
): INotebook {
  const cells = readFileSync(path.join(CORPUS, 'forms.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): ICell => ({ cell_type: 'code', ...JSON.parse(line) }))
    .filter(({ source }) => fieldsOf(parseForm(textOf(source))).some(test))
    .map(({ source, metadata }) => ({
      cell_type: 'code',
      source,
      metadata,
      outputs: [],
      execution_count: null
    }));
  return notebookOf(name, {
    cells,
    metadata: {},
    nbformat: 4,
    nbformat_minor: 0
  });
}

/** Put a notebook into the folder of a test. */
export async function upload(
  lab: Lab,
  { name, content }: INotebook
): Promise<void> {
  await lab.page.request.put(`api/contents/${lab.folder}/${name}`, {
    data: { type: 'notebook', format: 'json', content }
  });
}

/**
 * A notebook in the format that JupyterLab gives to those of older formats: when it is opened,
 * JupyterLab has nothing to change.
 */
export function modern({ content, ...rest }: INotebook): INotebook {
  const { cells, metadata } = content;
  return {
    ...rest,
    content: {
      cells: cells.map((cell, n) => ({ id: `cell-${n}`, ...cell })),
      metadata: {
        kernelspec: { name: 'python3', display_name: 'Python 3' },
        language_info: { name: 'python' },
        ...metadata
      },
      nbformat: 4,
      nbformat_minor: 5
    }
  };
}

function notebookOf(name: string, content: IContent): INotebook {
  const cells = content.cells.flatMap((cell, index) => {
    const source = textOf(cell.source);
    const form = parseForm(source);
    const { title, items, rejected } = form;
    const hasForm = title || items.length > 0 || rejected.length > 0;
    return cell.cell_type === 'code' && hasForm
      ? [{ index, source, form, fields: fieldsOf(form) }]
      : [];
  });
  return { name, content, cells };
}

function fieldsOf(form: IForm): IField[] {
  return form.items.filter(item => item.kind === 'field');
}

function textOf(source: string | string[]): string {
  return typeof source === 'string' ? source : source.join('');
}
