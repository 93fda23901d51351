import { setFieldValue } from '../edit';
import { type IField, parseForm } from '../grammar';

type Value = string | number | boolean;

function firstField(source: string): IField {
  const [field] = parseForm(source).items;
  if (field?.kind !== 'field') {
    throw new Error(`no field in ${source}`);
  }
  return field;
}

/** A source after its first field was given a value; null where it cannot have it. */
function set(source: string, value: Value): string | null {
  const field = firstField(source);
  const edit = setFieldValue(source, field, value);
  if (!edit) {
    return null;
  }
  expect(edit.start).toBe(field.valueStart);
  expect(edit.end).toBe(field.valueEnd);
  return source.slice(0, edit.start) + edit.text + source.slice(edit.end);
}

describe('setFieldValue', () => {
  it.each<[string, string, Value, string]>([
    ['string', '"a"', 'b', '"b"'],
    ['string', "'a'", 'b', "'b'"],
    ['string', '"a"', 'say "b"', '"say \\"b\\""'],
    ['string', '"a"', "it's", '"it\'s"'],
    ['string', "'a'", 'it\'s "b"', "'it\\'s \"b\"'"],
    ['string', "'a'", '\\"', "'\\\\\"'"],
    ['string', '"a"', 'X:\\b', '"X:\\\\b"'],
    ['string', '"a"', 'a <b>', '"a \\u003Cb>"'],
    ['string', '"a"', '·日本｜😀\u2028', '"·日本｜😀\u2028"'],
    ['string', '"a"', '\n\r\t\0\ud800', '"\\n\\r\\t\\u0000\\ud800"'],
    ['string', '"a"', '', '""'],
    ['string', '"a"', 5, '"5"'],
    ['string', '', 'a', '"a"'],
    ['boolean', 'True', false, 'False'],
    ['boolean', 'False', true, 'True'],
    ['boolean', '', true, 'True'],
    ['slider', '0.05', 0, '0'],
    ['slider', '0', 0.1, '0.1'],
    ['slider', '0', 500, '500'],
    ['slider', '-1.0', -0, '0'],
    ['number', '1', 1e-7, '1e-7'],
    ['number', '1', 2 ** 60, '1.152921504606847e+18'],
    ['number', '1', '1e-6', '1e-6'],
    ['number', '1', ' .250 ', '.250'],
    ['number', '1', '7.', '7.'],
    ['number', '1', '', ''],
    ['number', '', '5', '5'],
    ['integer', '1', 5, '5'],
    ['integer', '1', '3e8', '3e8'],
    ['integer', '1', '12345678901234567890', '12345678901234567890'],
    ['date', '"2024-01-01"', '2024-02-29', '"2024-02-29"'],
    ['date', "''", '2024-02-29', "'2024-02-29'"],
    ['date', '"2024-01-01"', '', '""'],
    ['raw', 'None', '[1, "#"]', '[1, "#"]'],
    ['raw', 'None', ' a <b ', 'a <b'],
    ['raw', 'None', true, 'True'],
    ['raw', 'None', 0.5, '0.5'],
    ['raw', 'None', '', ''],
    ['raw', 'None', 'f(', 'f('],
    ['raw', '"a",', '"b"', '"b"']
  ])('%s: %s to %j', (type, from, value, to) => {
    for (const [before, after] of [
      ['x = ', '  #@param {type:"T"} so'],
      ['  a.x: int = ', ' # @param {type:"T"}\r\n  a.x = 1'],
      ['if a:\r\tx=', '\t#  @param{type:"T"}']
    ]) {
      const rest = after.replace('T', type);
      expect(set(before + from + rest, value)).toBe(before + to + rest);
    }
  });

  it.each<[string, Value, string]>([
    ['x = "a" #@param ["a","<b"]', '<b', 'x = "\\u003Cb" #@param ["a","<b"]'],
    ["x = 'a' #@param ['a','b']", 'b', "x = 'b' #@param ['a','b']"],
    ['x = 1 #@param [1, 2]', '2', 'x = "2" #@param [1, 2]'],
    ['x = 1 #@param [1, 2]', 2, 'x = "2" #@param [1, 2]'],
    [
      'x = 1 #@param [1, 2] {type:"raw"}',
      '2',
      'x = 2 #@param [1, 2] {type:"raw"}'
    ],
    ['x = 1 #@param', 'range(2)', 'x = range(2) #@param'],
    [
      'x = y = "a" #@param {type:"string"}',
      'b',
      'x = y = "b" #@param {type:"string"}'
    ],
    [
      'X <- "a" # @param {type:"string"}',
      'b',
      'X <- "b" # @param {type:"string"}'
    ],
    [
      'X <- FALSE # @param {type:"boolean"}',
      true,
      'X <- TRUE # @param {type:"boolean"}'
    ],
    [
      '%%sh\nX="a" # @param {type:"string"}',
      '$b <`"\\',
      '%%sh\nX="\\$b <\\`\\"\\\\" # @param {type:"string"}'
    ],
    [
      '%%sh\nX=\'a\' # @param {type:"string"}',
      "it's $b",
      "%%sh\nX='it'\\''s $b' # @param {type:\"string\"}"
    ],
    [
      '%%sh\nX=false # @param {type:"boolean"}',
      true,
      '%%sh\nX=true # @param {type:"boolean"}'
    ],
    [
      '%%sh\nX=False # @param {type:"boolean"}',
      true,
      '%%sh\nX=True # @param {type:"boolean"}'
    ],
    ['n = 5 #@param {type:"number"}', '', 'n =  #@param {type:"number"}'],
    ['n =  #@param {type:"number"}', 5, 'n = 5 #@param {type:"number"}'],
    ['n=#@param {type:"number"}', 5, 'n=5#@param {type:"number"}']
  ])('%j to %j', (source, value, wanted) => {
    expect(set(source, value)).toBe(wanted);
  });

  it.each<[string, string, Value]>([
    ['string', 'f"a"', 'b'],
    ['string', 'None', 'b'],
    ['string', '"a"', true],
    ['string', '"a"', NaN],
    ['boolean', 'True', 'False'],
    ['boolean', 'True', 0],
    ['number', '1', 'two'],
    ['number', '1', '1,5'],
    ['number', '1', '0x10'],
    ['number', '1', '1 2'],
    ['number', '1', NaN],
    ['number', '1', Infinity],
    ['number', '1', false],
    ['integer', '1', 0.5],
    ['integer', '1', '0.5'],
    ['integer', '1', 2 ** 53],
    ['integer', 'None', 1],
    ['date', '"2024-01-01"', '2024-02-30'],
    ['date', '"2024-01-01"', 'today'],
    ['raw', '1', 'a\nb'],
    ['raw', '1', '5 # five'],
    ['raw', '1', '"a'],
    ['raw', '1', '"""'],
    ['raw', '1', 'y = 5']
  ])('refuses, %s: %s to %j', (type, from, value) => {
    expect(set(`x = ${from} #@param {type:"${type}"}`, value)).toBeNull();
  });

  it.each<[string, Value]>([
    ['x = 1.0 #@param {type:"slider"}', 1],
    ['x = 1e3 #@param {type:"integer"}', 1000],
    ["x = '\\x41\\u0042' #@param {type:'string'}", 'AB'],
    ['x = 2 #@param [1, 2]', 2],
    ['x = [1,2] #@param', '[1,2]']
  ])('leaves a value that is there as it is spelled: %j', (source, value) => {
    expect(set(source, value)).toBe(source);
  });

  it('writes to a place, not to a name', () => {
    const line = 'Img = "a" #@param {type:"string"}';
    const source = `#${line}\nLoad${line}\n${line}\r\n${line}\n`;
    const items = parseForm(source).items as IField[];
    expect(items.map(({ name }) => name)).toEqual(['LoadImg', 'Img', 'Img']);
    const edit = setFieldValue(source, items[1], 'b');
    expect(edit?.start).toBe(source.indexOf('\nImg') + 7);
  });

  it('does nothing to a text that has changed', () => {
    const source = 'x = "a" #@param {type:"string"}';
    const field = firstField(source);
    expect(setFieldValue(`\n${source}`, field, 'b')).toBeNull();
    expect(setFieldValue('', field, 'b')).toBeNull();
  });

  it('takes a field that is described by the contract alone', () => {
    const source = 'x = "a" #@param {type:"string"}';
    const field = firstField(source);
    delete field.text;
    delete field.annotation;
    expect(setFieldValue(source, field, 'b')).toEqual({
      start: 4,
      end: 7,
      text: '"b"'
    });
  });
});
