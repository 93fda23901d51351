import fc from 'fast-check';

import { setFieldValue } from '../edit';
import { type IField, type IForm, parseForm } from '../grammar';
import type { IRepair } from '../reasons';

const piece = fc.constantFrom(
  ...' \t\n"\'#=:,.()[]{}\\!%<-',
  '\r\n',
  '\r',
  '"""',
  'x',
  '5',
  '😀',
  '\ud800',
  '\u00a0',
  'é',
  '%%bash\n',
  '@param',
  '#@param ',
  '# @param {type:"string"}',
  '#@param ["a", \'b\'] {type:"raw"}',
  'x = 1 #@param {type:"integer"}\n',
  'y = "a" #@param {type:\'string\'}\n',
  '#@title A {run: "auto"}\n',
  '#@markdown b\n',
  '<-',
  'type'
);
const texts = fc.oneof(
  fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join('')),
  fc.string16bits({ maxLength: 100 })
);

function apply(source: string, { start, end, text }: IRepair): string {
  return source.slice(0, start) + text + source.slice(end);
}

/** What of a form an edit of one field must not change. */
function others(form: IForm, field: IField): object {
  const { items, title, rejected } = form;
  const lines = items.map(item =>
    item.kind === 'markdown' ? item : { name: item.name, line: item.line }
  );
  const values = items.flatMap(item =>
    item.kind === 'field' && item.line !== field.line ? [item.value] : []
  );
  return { title, lines, values, rejected: rejected.map(({ line }) => line) };
}

describe('any text', () => {
  it('has a form whose parts stand where they say, in order', () => {
    fc.assert(
      fc.property(texts, source => {
        const { title, items, rejected } = parseForm(source);
        const physical = source.split(/\r\n|\r|\n/);
        expect(title === null || title.line < physical.length).toBe(true);
        let last = 0;
        let line = -1;
        for (const item of items) {
          expect(item.line).toBeGreaterThan(line);
          line = item.line;
          if (item.kind === 'markdown') {
            line += item.text.split('\n').length - 1;
            continue;
          }
          const { valueStart, valueEnd, text, name, annotation } = item;
          expect(valueStart).toBeGreaterThanOrEqual(last);
          expect(valueEnd).toBeGreaterThanOrEqual(valueStart);
          expect(source.slice(valueStart, valueEnd)).toBe(text);
          expect(text).not.toMatch(/^[ \t\f]|[ \t\f\r\n]$/);
          expect(physical[line]).toContain(`${name}`);
          expect(annotation?.start).toBeGreaterThanOrEqual(valueEnd);
          last = annotation?.end ?? source.length;
          expect(last).toBeLessThanOrEqual(source.length);
        }
        expect(line).toBeLessThan(physical.length);
        for (const { line: at, repair } of rejected) {
          expect(physical[at]).toContain('@param');
          if (repair) {
            expect(repair.start).toBeLessThanOrEqual(repair.end);
            expect(repair.end).toBeLessThanOrEqual(source.length);
          }
        }
      }),
      { numRuns: 2000 }
    );
  });

  it('is the same after it was given the values that it has', () => {
    fc.assert(
      fc.property(texts, source => {
        for (const item of parseForm(source).items) {
          if (item.kind === 'field' && item.value !== null) {
            const edit = setFieldValue(source, item, item.value);
            expect(edit && apply(source, edit)).toBe(source);
          }
        }
      }),
      { numRuns: 500 }
    );
  });

  it('has one line less that is wrong after a repair', () => {
    fc.assert(
      fc.property(texts, source => {
        const { rejected } = parseForm(source);
        for (const { line, repair } of rejected) {
          if (repair) {
            const after = parseForm(apply(source, repair));
            const again = after.rejected.find(one => one.line === line);
            expect(again?.repair).not.toEqual(repair);
          }
        }
      }),
      { numRuns: 2000 }
    );
  });
});

describe('a field', () => {
  const before = fc.constantFrom(
    '',
    '#@title A\n',
    'def f():\r\n',
    "# it's (\r",
    'a = "b" # @param {type:"string"}\n#@markdown c\n',
    's = """\n# @param "\n"""\n'
  );
  const target = fc.constantFrom('x', '  x', '\tx.y', 'x: int', 'x["#"]', 'é');
  const gap = fc.constantFrom('', ' ', '  ', '\t');
  const after = fc.constantFrom(
    '',
    '\n',
    '\r\nx = 1 #@param {type:"integer"}',
    '  # so\nf(\n)',
    ' prose\r'
  );
  const strings = fc.fullUnicodeString({ maxLength: 20 });
  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true });
  const days = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2200-01-01') })
    .map(day => day.toISOString().slice(0, 10));
  const codes = fc.constantFrom('None', '[1, "#"]', 'f(a)', "'b'", '(', '-1');
  const quoted = fc.constantFrom('"a"', "''", "'\\''", '"\\u003C#"');
  const kinds = fc.oneof(
    fc.tuple(fc.constant('{type:"string"}'), quoted, strings),
    fc.tuple(fc.constant('["a", "b"]'), quoted, strings),
    fc.tuple(fc.constant('[1, 2]'), fc.constantFrom('1', '"2"'), strings),
    fc.tuple(
      fc.constant("{'type':'boolean'}"),
      fc.constantFrom('True', 'False'),
      fc.boolean()
    ),
    fc.tuple(
      fc.constant('{type:"number"}'),
      fc.constantFrom('1', '1e-6', '', '-.5'),
      numbers
    ),
    fc.tuple(
      fc.constant('{type:"slider", min:0, max:1}'),
      fc.constantFrom('0', '0.50'),
      numbers
    ),
    fc.tuple(
      fc.constant('{type:"integer"}'),
      fc.constantFrom('0', '-5', '1_000'),
      fc.maxSafeInteger()
    ),
    fc.tuple(
      fc.constant('{type:"date"}'),
      fc.constantFrom('""', "'2024-02-29'"),
      days
    ),
    fc.tuple(fc.constantFrom('', '{type:"raw"}'), codes, codes),
    fc.tuple(fc.constant('["1", "f(a)"] {type:"raw"}'), codes, codes)
  );

  it('has the value that it was given, and nothing else is changed', () => {
    fc.assert(
      fc.property(
        fc.tuple(before, target, gap, gap, gap, after),
        kinds,
        ([head, name, a, b, c, tail], [spec, from, value]) => {
          const source = `${head}${name}${a}=${b}${from}${c}#@param ${spec}${tail}`;
          const line = head.split(/\r\n|\r|\n/).length - 1;
          const find = (form: IForm) =>
            form.items.find(
              (item): item is IField =>
                item.kind === 'field' && item.line === line
            );
          const form = parseForm(source);
          const field = find(form);
          expect(field?.editable).toBe(true);
          if (!field) {
            return;
          }
          const edit = setFieldValue(source, field, value);
          expect(edit).toMatchObject({
            start: field.valueStart,
            end: field.valueEnd
          });
          const changed = apply(source, edit ?? { start: 0, end: 0, text: '' });
          const again = parseForm(changed);
          const wanted = typeof value === 'number' ? value + 0 : value;
          expect(find(again)?.value).toBe(wanted);
          expect(others(again, field)).toEqual(others(form, field));
        }
      ),
      { numRuns: 3000 }
    );
  });

  it('keeps a number as it was typed', () => {
    const typed = fc.constantFrom('1e-6', '.25', '3e8', '7.', '+1', '007.5');
    fc.assert(
      fc.property(typed, text => {
        const source = 'x = 1 #@param {type:"number"}';
        const [field] = parseForm(source).items as IField[];
        expect(setFieldValue(source, field, text)?.text).toBe(text);
      })
    );
  });
});
