import { existsSync, readdirSync, readFileSync } from 'fs';
import { join, resolve } from 'path';

import { setFieldValue } from '../edit';
import { type IField, parseForm } from '../grammar';
import { REASONS } from '../reasons';

// Cells of other people's notebooks, which no copy of this repository has.
const FOLDER = resolve(__dirname, '..', '..', '..', '..', 'shared', 'corpus');
const isThere = existsSync(join(FOLDER, 'forms.jsonl'));
const withCorpus = isThere ? describe : describe.skip;

interface ICell {
  id: string;
  source: string;
}

function cells(): ICell[] {
  return readFileSync(join(FOLDER, 'forms.jsonl'), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as ICell);
}

interface INotebook {
  cells: { cell_type: string; source: string | string[] }[];
}

function notebooks(): ICell[] {
  const folder = join(FOLDER, 'notebooks');
  return readdirSync(folder)
    .filter(name => name.endsWith('.ipynb'))
    .flatMap(name => {
      const text = readFileSync(join(folder, name), 'utf8');
      return (JSON.parse(text) as INotebook).cells
        .filter(cell => cell.cell_type === 'code')
        .map(({ source }, n) => ({
          id: `${name} ${n}`,
          source: Array.isArray(source) ? source.join('') : source
        }));
    });
}

function fieldsOf(source: string): IField[] {
  return parseForm(source).items.filter(item => item.kind === 'field');
}

function count(words: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) {
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

/** Another value than the one that a field has. */
function another(field: IField): string | number | boolean {
  const { type, raw, options, value } = field;
  if (type === 'dropdown') {
    return options?.find(option => option !== value) ?? 'other';
  }
  if (raw) {
    return 'f("#", [1])';
  }
  return {
    string: 'a "b" \\c <d> \'e\' 日本\t',
    boolean: value !== true,
    number: 1.5e-7,
    integer: 1234,
    slider: 0.25,
    date: '2031-12-31'
  }[type as 'string'];
}

// The name of the suite says why it may be skipped.
withCorpus(`cells of the corpus${isThere ? '' : ` (not at ${FOLDER})`}`, () => {
  const all = isThere ? [...cells(), ...notebooks()] : [];

  it('keep every letter when a field is given what it has', () => {
    for (const { id, source } of all) {
      for (const field of fieldsOf(source)) {
        const { valueStart, valueEnd, value, text } = field;
        expect(source.slice(valueStart, valueEnd)).toBe(text);
        if (value === null) {
          continue;
        }
        const edit = setFieldValue(source, field, value);
        const same = { start: valueStart, end: valueEnd, text };
        expect({ id, edit: field.editable ? edit : same }).toEqual({
          id,
          edit: same
        });
      }
    }
  });

  it('change in one place when a field is given another value', () => {
    for (const { id, source } of all) {
      const form = parseForm(source);
      for (const field of fieldsOf(source)) {
        const value = another(field);
        const edit = setFieldValue(source, field, value);
        if (!field.editable) {
          expect(edit).toBeNull();
          continue;
        }
        if (!edit) {
          throw new Error(`${id}: ${field.name} does not take ${value}`);
        }
        const after = parseForm(
          source.slice(0, edit.start) + edit.text + source.slice(edit.end)
        );
        const by = edit.text.length - (field.valueEnd - field.valueStart);
        const wanted = form.items.map(item => {
          if (item.kind === 'markdown' || item.line < field.line) {
            return item;
          }
          const isIt = item.line === field.line;
          const start = item.valueStart + (isIt ? 0 : by);
          const { annotation } = item;
          return {
            ...item,
            valueStart: start,
            valueEnd: item.valueEnd + by,
            annotation: annotation && {
              start: annotation.start + by,
              end: annotation.end + by
            },
            ...(isIt && { value, text: edit.text })
          };
        });
        expect({ id, items: after.items }).toEqual({ id, items: wanted });
        expect(after.title).toEqual(form.title);
      }
    }
  });

  it('have as many parts as annotations', () => {
    const forms = cells().map(({ source }) => ({
      source,
      form: parseForm(source)
    }));
    const lines = forms.flatMap(({ source }) => source.split(/\r\n|\r|\n/));
    const items = forms.flatMap(({ form }) => form.items);
    const fields = items.filter(item => item.kind === 'field');
    const rejected = forms.flatMap(({ form }) => form.rejected);
    const params = lines.filter(line => /#\s*@param\b/.test(line));
    const commented = params.filter(line => /^\s*#/.test(line));
    expect(fields.length + rejected.length).toBe(
      params.length - commented.length
    );
    const marked = lines.filter(line => /^\s*#\s*@markdown\b/.test(line));
    expect(
      items.flatMap(item =>
        item.kind === 'markdown' ? item.text.split('\n') : []
      )
    ).toHaveLength(marked.length);
    const titled = forms.filter(({ source }) =>
      /^[ \t]*#\s*@title\b/m.test(source.replace(/\r\n?/g, '\n'))
    );
    expect(forms.filter(({ form }) => form.title)).toHaveLength(titled.length);
    expect({
      fields: count(
        fields.map(({ type, raw }) => (raw ? `${type}, raw` : type))
      ),
      shown: count(fields.filter(f => !f.editable).map(({ type }) => type)),
      rejected: count(rejected.map(({ reason }) => reason)),
      repairs: rejected.filter(({ repair }) => repair).length
    }).toEqual({
      fields: {
        string: 3250,
        boolean: 1294,
        dropdown: 1310,
        'dropdown, raw': 202,
        number: 1006,
        integer: 586,
        slider: 216,
        'raw, raw': 205,
        date: 1
      },
      // Calls, names, f-strings, numbers in fields for text …
      shown: { string: 132, number: 14, boolean: 3, integer: 2 },
      rejected: {
        [REASONS.wrapped]: 56,
        [REASONS.type]: 6,
        [REASONS.arrow]: 4,
        [REASONS.stray]: 3,
        [REASONS.bracket]: 2,
        [REASONS.escaped]: 2,
        [REASONS.assignment]: 1,
        [REASONS.comma]: 1,
        [REASONS.name]: 1,
        [REASONS.quote]: 1
      },
      repairs: 20
    });
  });

  it('are repaired as their authors repaired them', () => {
    const wrong = cells().flatMap(({ source }) =>
      parseForm(source).rejected.flatMap(({ reason, repair }) =>
        reason !== REASONS.wrapped && repair ? [{ source, repair }] : []
      )
    );
    expect(wrong.length).toBeGreaterThan(10);
    for (const { source, repair } of wrong) {
      const after =
        source.slice(0, repair.start) + repair.text + source.slice(repair.end);
      expect(fieldsOf(after).length).toBe(fieldsOf(source).length + 1);
    }
  });

  it('are read in no time', () => {
    const times = cells().map(({ source }) => {
      const runs = Array.from({ length: 5 }, () => {
        const start = performance.now();
        parseForm(source);
        return performance.now() - start;
      });
      return Math.min(...runs);
    });
    times.sort((a, b) => a - b);
    // Milliseconds.
    expect(times[times.length >> 1]).toBeLessThan(0.05);
  });
});
