import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';

import type { IField } from '../../src/forms/grammar';
import {
  type IFormCell,
  type INotebook,
  notebooks,
  notebookWith,
  upload,
  WITHOUT_CORPUS
} from './corpus';
import { closeCurrent, openAlone } from './forms';
import { expect, type Lab, test } from './utils';

test.skip(WITHOUT_CORPUS !== null, WITHOUT_CORPUS ?? '');

/** A kind of field, and how a person gives it another value. */
interface IKind {
  /** Whether a field is one of these. */
  fits(field: IField, code: string): boolean;
  /** Give it a value. */
  edit(row: Locator, field: IField): Promise<void>;
  /** The value as it is to stand in the code. */
  code(field: IField): string;
}

/** What is typed into texts, and what Colab would write. */
const TEXT = 'a "b" \\c <d> é';
const WRITTEN = String.raw`"a \"b\" \\c \u003Cd> é"`;

const isText = ({ type, raw, editable }: IField) =>
  type === 'string' && !raw && editable;
const hasEscapes = (field: IField) =>
  isText(field) && /\\["\\ut]/.test(field.text ?? '');
const isDouble = ({ text }: IField) => text?.startsWith('"') ?? false;
const other = ({ options, value }: IField) =>
  options?.find(option => option !== value && /^[\w ]+$/.test(option)) ?? '';

/** A field into which a text is typed. */
function typed(
  fits: IKind['fits'],
  text: string,
  code: (field: IField) => string
): IKind {
  return {
    fits,
    edit: async row => {
      const input = row.locator('input:not([type=range])');
      await input.fill(text);
      await input.blur();
    },
    code
  };
}

/** Those that are rare come first: each needs a cell of its own. */
const KINDS: Record<string, IKind> = {
  date: typed(({ type }) => type === 'date', '2031-12-31', () => '"2031-12-31"'),
  'text with a placeholder': typed(
    field => isText(field) && field.placeholder !== undefined,
    'typed',
    () => '"typed"'
  ),
  'text with escapes': typed(
    hasEscapes,
    TEXT,
    () => WRITTEN
  ),
  'dropdown of code with free text': typed(
    field => field.type === 'dropdown' && field.allowInput === true && field.raw,
    '7 * 8',
    () => '7 * 8'
  ),
  bare: typed(
    ({ type }, code) => type === 'raw' && !code.includes('type'),
    'f(1)',
    () => 'f(1)'
  ),
  raw: typed(
    ({ type }, code) => type === 'raw' && code.includes('type'),
    '[1, "#"]',
    () => '[1, "#"]'
  ),
  'dropdown with free text': typed(
    field => field.type === 'dropdown' && field.allowInput === true && !field.raw && isDouble(field),
    TEXT,
    () => WRITTEN
  ),
  'dropdown of code': {
    fits: field =>
      field.type === 'dropdown' && !field.allowInput && field.raw && other(field) !== '',
    edit: async (row, field) => {
      await row.getByRole('combobox').selectOption(other(field));
    },
    code: other
  },
  slider: {
    fits: ({ type, min = 0, max = 0, step = 0, value }) =>
      type === 'slider' && Number.isInteger((Number(value) - min) / step) && Number(value) < max,
    edit: row => row.getByRole('slider').press('ArrowRight'),
    code: ({ value, step }) =>
      String(Number((Number(value) + Number(step)).toFixed(9)))
  },
  'text in single quotes': typed(
    field => isText(field) && !isDouble(field),
    "it's",
    () => String.raw`'it\'s'`
  ),
  integer: typed(({ type }) => type === 'integer', '1234', () => '1234'),
  number: typed(({ type }) => type === 'number', '1e-6', () => '1e-6'),
  boolean: {
    fits: ({ type }) => type === 'boolean',
    edit: row => row.getByRole('checkbox').click(),
    code: ({ value }) => (value ? 'False' : 'True')
  },
  dropdown: {
    fits: field =>
      field.type === 'dropdown' && !field.allowInput && !field.raw && isDouble(field) && other(field) !== '',
    edit: async (row, field) => {
      await row.getByRole('combobox').selectOption(other(field));
    },
    code: field => `"${other(field)}"`
  },
  text: typed(field => isText(field) && isDouble(field), TEXT, () => WRITTEN)
};

/** What is to be edited of one notebook. */
interface IPlan {
  notebook: INotebook;
  edits: { name: string; kind: IKind; cell: IFormCell; field: IField }[];
}

/** The first field of each kind, each in a cell of its own, by notebook. */
function plans(): IPlan[] {
  const single = notebookWith('escapes.ipynb', hasEscapes);
  const all = [...notebooks(), single].map((notebook): IPlan => ({
    notebook,
    edits: []
  }));
  const fields = all.flatMap(({ notebook, edits }) =>
    notebook.cells.flatMap(cell =>
      cell.fields.map(field => ({ edits, cell, field }))
    )
  );
  const taken = new Set<IFormCell>();
  for (const [name, kind] of Object.entries(KINDS)) {
    const found = fields.find(
      ({ cell, field }) => !taken.has(cell) && kind.fits(field, annotation(cell, field))
    );
    if (!found) {
      throw new Error(`No field of the kind ${name}`);
    }
    const { edits, cell, field } = found;
    taken.add(cell);
    edits.push({ name, kind, cell, field });
  }
  return all.filter(({ edits }) => edits.length > 0);
}

function annotation({ source }: IFormCell, field: IField): string {
  return source.slice(field.annotation?.start, field.annotation?.end);
}

/** The row of a field, in what can be seen. */
async function rowOf(lab: Lab, { index, fields }: IFormCell, field: IField): Promise<Locator> {
  const row = lab.cell(index).locator('.jp-Preflight-field').nth(fields.indexOf(field));
  await expect(async () => {
    await lab.page.evaluate(async cell => {
      const { content } = window.jupyterapp.shell.currentWidget as NotebookPanel;
      await content.scrollToItem(cell, 'center');
    }, index);
    await expect(row.locator('input, select').last()).toBeVisible({ timeout: 1000 });
  }).toPass();
  return row;
}

/** The sources of a notebook's file. */
function sourcesOf(text: string): string[] {
  const { cells }: { cells: { source: string | string[] }[] } = JSON.parse(text);
  return cells.map(({ source }) => [source].flat().join(''));
}

/** What a file may become when one of the places with a text gets another one. */
function variants(file: string, from: string, to: string): string[] {
  const [old, now] = [from, to].map(text => JSON.stringify(text).slice(1, -1));
  const parts = file.split(old);
  return parts
    .slice(1)
    .map(
      (_, i) =>
        parts.slice(0, i + 1).join(old) + now + parts.slice(i + 1).join(old)
    );
}

test('A value of each type changes its own characters in the file', async ({
  lab,
  page
}) => {
  await page.goto(`tree/${lab.folder}`);
  for (const { notebook, edits } of plans()) {
    await upload(lab, notebook);
    await openAlone(lab, notebook.name);
    const sources = await lab.sources();
    for (const { index, source } of notebook.cells) {
      expect(sources[index]).toBe(source);
    }
    // As JupyterLab writes it, which is not always as its author's program did.
    await lab.save();
    let before = (await lab.read(notebook.name)) ?? '';
    expect(sourcesOf(before)).toEqual(sources);
    for (const { name, kind, cell, field } of edits) {
      await test.step(`${name}: ${field.name} of ${notebook.name}`, async () => {
        const { index, source } = cell;
        const { valueStart, valueEnd } = field;
        const code = kind.code(field);
        const edited =
          source.slice(0, valueStart) + code + source.slice(valueEnd);
        await kind.edit(await rowOf(lab, cell, field), field);
        await expect
          .poll(async () => (await lab.sources())[index])
          .toBe(edited);
        await lab.save();
        const after = (await lab.read(notebook.name)) ?? '';
        sources[index] = edited;
        expect(sourcesOf(after)).toEqual(sources);
        const head = /[^\r\n]*$/.exec(source.slice(0, valueStart))?.[0] ?? '';
        const old = head + source.slice(valueStart, valueEnd);
        const isValueAlone = variants(before, old, head + code).includes(after);
        expect(isValueAlone).toBe(true);
        before = after;
      });
    }
    await closeCurrent(lab);
  }
});
