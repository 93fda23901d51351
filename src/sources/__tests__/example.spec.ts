import { readFileSync } from 'fs';
import { join } from 'path';

import { parse } from '../../bootstrap/grammar';
import { parseForm } from '../../forms/grammar';
import { EXAMPLE_CELL, EXAMPLE_LINES } from '../example';

const NOTEBOOK = join(__dirname, '../../../examples/digits/digits.ipynb');

const notebook: { cells: { id: string; source: string[] }[] } = JSON.parse(
  readFileSync(NOTEBOOK, 'utf8')
);

const TRAIN =
  notebook.cells.find(({ id }) => id === 'train')?.source.join('') ?? '';

const CELLS = { 'of the sidebar': EXAMPLE_CELL, 'of the notebook': TRAIN };

describe.each(Object.entries(CELLS))('the form %s', (_name, source) => {
  const form = parseForm(source);
  const fields = form.items.filter(item => item.kind === 'field');

  it('has a title and several types of field, all of which can be changed', () => {
    expect(form.title?.text).toBe('Train');
    expect(form.rejected).toEqual([]);
    expect(fields.every(field => field.editable)).toBe(true);
    expect(new Set(fields.map(field => field.type)).size).toBeGreaterThan(3);
  });
});

describe('the command of the notebook', () => {
  it('gets every field', () => {
    const fields = parseForm(TRAIN).items.filter(item => item.kind === 'field');
    const [command] = /^%preflight (.*\\\n)*.*/m.exec(TRAIN) ?? [''];
    for (const field of fields) {
      expect(command).toContain(`--${field.name} `);
      expect(command).toContain(`{${field.name}}`);
    }
    const step = parse(command.replace(/^%preflight /, ''));
    expect(step.problems).toEqual([]);
    expect(step.steps.map(({ args }) => args[0])).toEqual(['python']);
  });
});

describe('the steps of the example', () => {
  it('are right', () => {
    expect(parse(EXAMPLE_LINES.join('\n')).problems).toEqual([]);
  });
});
