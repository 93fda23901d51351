import { parseForm } from '../../forms/grammar';
import type { IField } from '../../forms/types';
import { asCode, asJson, asJsonText, asText, pythonOf } from '../written';

function fieldOf(source: string): IField {
  const field = parseForm(source).items.find(item => item.kind === 'field');
  if (field?.kind !== 'field') {
    throw new Error(`No field: ${source}`);
  }
  return field;
}

describe('a value', () => {
  it.each<[string, string, unknown, string, string]>([
    // source, text, JSON value, JSON text, Python
    ['x = 0.01 #@param {type:"number"}', '0.01', 0.01, '0.01', '0.01'],
    ['x = 1e-6 #@param {type:"number"}', '1e-6', 1e-6, '1e-6', '1e-6'],
    ['x = .5 #@param {type:"number"}', '0.5', 0.5, '0.5', '.5'],
    ['x = 1_000 #@param {type:"integer"}', '1000', 1000, '1000', '1_000'],
    ["x = 'a\"b' #@param {type:'string'}", 'a"b', 'a"b', '"a\\"b"', "'a\"b'"],
    ['x = "" #@param {type:"string"}', '', '', '""', '""'],
    ['x = True #@param {type:"boolean"}', 'True', true, 'true', 'True'],
    ['x = "b" #@param ["a", "b"]', 'b', 'b', '"b"', '"b"'],
    ['x = "2024-02-29" #@param {type:"date"}', ...date()],
    ['x = None #@param {type:"raw"}', 'None', null, 'null', 'None'],
    ['x = True #@param {type:"raw"}', 'True', true, 'true', 'True'],
    ['x = 1e-3 #@param {type:"raw"}', '1e-3', 1e-3, '1e-3', '1e-3'],
    ['x = "a" #@param {type:"raw"}', '"a"', '"a"', '"\\"a\\""', '"a"'],
    ['x = [1, 2] #@param {type:"raw"}', '[1, 2]', [1, 2], '[1,2]', '[1, 2]'],
    ["x = ['a'] #@param {type:'raw'}", ...code("['a']")],
    ['x = (1, 2) #@param {type:"raw"}', ...code('(1, 2)')],
    ['x = np.pi #@param {type:"raw"}', ...code('np.pi')],
    ['x = [1e999] #@param {type:"raw"}', ...code('[1e999]')],
    ['x = 12345678901234567890 #@param {type:"raw"}', ...long()],
    ['x = f"{a}" #@param {type:"string"}', ...quoted()],
    ['x <- TRUE #@param {type:"boolean"}', 'True', true, 'true', 'True'],
    ['%%bash\nx="a b" #@param {type:"string"}', 'a b', 'a b', ...twice()]
  ])('%s', (source, text, json, jsonText, python) => {
    const field = fieldOf(source);
    expect(asText(field)).toBe(text);
    expect(asJson(field)).toEqual(json);
    expect(asJsonText(field)).toBe(jsonText);
    expect(asCode(field)).toBe(python);
  });
});

function date(): [string, string, string, string] {
  return ['2024-02-29', '2024-02-29', '"2024-02-29"', '"2024-02-29"'];
}

/** Code that is a text to JSON. */
function code(text: string): [string, string, string, string] {
  return [text, text, JSON.stringify(text), text];
}

function long(): [string, string, string, string] {
  return code('12345678901234567890');
}

function quoted(): [string, string, string, string] {
  return code('f"{a}"');
}

function twice(): [string, string] {
  return ['"a b"', '"a b"'];
}

it.each([
  [null, 'None'],
  [true, 'True'],
  [[1, 'a', [false]], '[1, "a", [False]]'],
  [{ a: null, 'b"': 1e-7 }, '{"a": None, "b\\"": 1e-7}'],
  [{}, '{}']
])('%j is %s in Python', (value, python) => {
  expect(pythonOf(value)).toBe(python);
});
