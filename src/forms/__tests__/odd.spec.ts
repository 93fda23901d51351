import { parseForm } from '../grammar';
import { HINTS, REASONS } from '../reasons';

describe('an annotation with a slip', () => {
  it.each<[string, string, string | null]>([
    ['{type:"string"', REASONS.bracket, '{type:"string"}'],
    ['{type:"string"  # note', REASONS.bracket, '{type:"string"}  # note'],
    ['{type:"string"]', REASONS.bracket, '{type:"string"}'],
    ['{type:"string")', REASONS.bracket, '{type:"string"}'],
    ['type:"string"}', REASONS.bracket, '{type:"string"}'],
    ["['a','b'}", REASONS.bracket, "['a','b']"],
    ["['a','b'", REASONS.bracket, "['a','b']"],
    ['["a" {type:"raw"}', REASONS.bracket, '["a"] {type:"raw"}'],
    ['"a", "b"]', REASONS.bracket, '["a", "b"]'],
    ['["a"] {type:"raw"', REASONS.bracket, '["a"] {type:"raw"}'],
    ['["a", "b" "c"]', REASONS.comma, '["a", "b", "c"]'],
    ['["a",, "b"]', REASONS.comma, '["a", "b"]'],
    ['{type:"slider" min:0}', REASONS.comma, '{type:"slider", min:0}'],
    ['{,type:"slider"}', REASONS.comma, '{type:"slider"}'],
    ['{type "string"}', REASONS.colon, '{type: "string"}'],
    ['{type="string"}', REASONS.colon, '{type:"string"}'],
    ['{type:\'string"}', REASONS.quote, "{type:'string'}"],
    ['{type:"string}', REASONS.quote, '{type:"string"}'],
    ['["a", "b]', REASONS.quote, '["a", "b"]'],
    ['["a, "b"]', REASONS.comma, '["a, ","b"]'],
    ['{type:string}', REASONS.word, '{type:"string"}'],
    ['{type:string"}', REASONS.word, '{type:"string"}'],
    ['["a", b", c d]', REASONS.word, '["a", "b", "c d"]'],
    ['[True, False]', REASONS.word, '["True", "False"]'],
    ['[[1, 2], [3]]', REASONS.word, '["[1, 2]", "[3]"]'],
    ['[("a", 1), "b"]', REASONS.word, '["(\\"a\\", 1)", "b"]'],
    ['[a  ]', REASONS.word, '["a"  ]'],
    ['{"type":bool, "a":1}', REASONS.type, '{"type":"boolean", "a":1}'],
    ['[(1, 2', REASONS.unreadable, null],
    ['{type:"raw", a:[1', REASONS.unreadable, null],
    ['{type:\\"raw}', REASONS.unreadable, null],
    ['{type:"raw", a:, b:1}', REASONS.unreadable, null],
    ['["a"] {allow-input: True}', REASONS.word, '["a"] {allow-input: true}'],
    ['{type:\\"string\\"}"', REASONS.escaped, '{type:"string"}'],
    ["s {type:'string'}", REASONS.stray, "{type:'string'}"],
    ['{type:"bool"}', REASONS.type, '{type:"boolean"}'],
    ["{type:'String'}", REASONS.type, "{type:'string'}"],
    ['{type:"int"}', REASONS.type, '{type:"integer"}'],
    ['{type:"float"}', REASONS.type, '{type:"number"}'],
    [
      '{type: "list", itemType: "string"}',
      REASONS.type,
      '{type: "raw", itemType: "string"}'
    ],
    ['{type:"datetime"}', REASONS.type, '{type:"date"}'],
    ['{type:"password"}', REASONS.type, null],
    ['{type:5}', REASONS.type, null],
    ['{type:bool', REASONS.type, '{type:"boolean"}'],
    ['{type:"bool}', REASONS.type, '{type:"boolean"}'],
    ['{type:\\"int\\"}', REASONS.type, '{type:"integer"}'],
    ['{"a"}', REASONS.unreadable, null],
    ['{:}', REASONS.unreadable, null],
    ['{{type:"string"}}', REASONS.unreadable, null]
  ])('%j', (annotation, reason, right) => {
    const before = '  x = "a"  # @param ';
    const source = `y = 1\r\n${before}${annotation}\r\n#`;
    const { items, rejected } = parseForm(source);
    expect(items).toEqual([]);
    expect(rejected).toMatchObject([{ line: 1, reason }]);
    const { repair } = rejected[0];
    if (right === null) {
      expect(repair).toBeUndefined();
      return;
    }
    const { start, end, text } = repair ?? { start: 0, end: 0, text: '' };
    const after = source.slice(0, start) + text + source.slice(end);
    expect(after).toBe(`y = 1\r\n${before}${right}\r\n#`);
    expect(parseForm(after).items).toMatchObject([{ kind: 'field', line: 1 }]);
    expect(parseForm(after).rejected).toEqual([]);
  });
});

describe('an assignment with a slip', () => {
  it.each([
    ['X < -"a"', REASONS.arrow, 'X <- "a"'],
    ['X <  - 5', REASONS.arrow, 'X <- 5'],
    ['single-speaker = True', REASONS.name, 'single_speaker = True'],
    ['x = "a', REASONS.quote, 'x = "a"'],
    ["  x = 'a", REASONS.quote, "  x = 'a'"],
    ['x = a"', REASONS.quote, 'x = "a"']
  ])('%j', (assignment, reason, right) => {
    const rest = '  # @param {type:"raw"}';
    const source = assignment + rest;
    const { items, rejected } = parseForm(source);
    expect(items).toEqual([]);
    expect(rejected).toMatchObject([{ line: 0, reason }]);
    const { start, end, text } = rejected[0].repair ?? {
      start: 0,
      end: 0,
      text: ''
    };
    const after = source.slice(0, start) + text + source.slice(end);
    expect(after).toBe(right + rest);
    expect(parseForm(after).items).toHaveLength(1);
  });

  it.each([
    "print('its) #@param",
    'x = """a #@param',
    "x =''' 'a #@param b'",
    "x = f('a) #@param"
  ])('has no repair that is sure: %j', source => {
    expect(parseForm(source)).toEqual({
      title: null,
      items: [],
      rejected: [{ line: 0, reason: REASONS.quote }]
    });
  });
});

describe('an odd annotation that is a field', () => {
  it.each<[string, string, object]>([
    [
      'an object before the list',
      'x = "a" # @param {type:"string", isTemplate:true} ["a", "a"]',
      { type: 'dropdown', options: ['a', 'a'], hint: HINTS.order }
    ],
    [
      'a comment behind',
      'x = 5 #@param {type:"number"} # in pixels',
      { type: 'number', value: 5, hint: HINTS.trailer }
    ],
    [
      'prose behind',
      'x = y#@param {type:"raw"} You can change it. ["no", option}',
      { type: 'raw', value: 'y', hint: HINTS.trailer }
    ],
    [
      'prose and a list',
      'x = "A" # @param {type:"string"} one of ["A", "B"]',
      { type: 'string', value: 'A', hint: HINTS.trailer }
    ],
    [
      'prose in brackets',
      'x = "A" # @param {type:"string"} [optional, or not]',
      { type: 'string', value: 'A', hint: HINTS.trailer }
    ],
    [
      'prose in braces',
      'x = "A" # @param ["A"] {see above}',
      { type: 'dropdown', options: ['A'], hint: HINTS.trailer }
    ],
    [
      'prose for options',
      'x = 5 # @param how many of {them}',
      { type: 'raw', value: '5', hint: HINTS.trailer }
    ],
    [
      'a second object',
      'x = "a" # @param {type:"string"} {isTemplate:true}',
      { type: 'string', hint: HINTS.trailer }
    ],
    [
      'two annotations',
      'x = "a"  # @param {type:"string"}  # @param {type:"raw"}',
      { type: 'string', hint: HINTS.trailer }
    ],
    [
      'two statements',
      "x = False #@param {type:\"boolean\"}    y = '1' #@param ['1']",
      { name: 'x', type: 'boolean', value: false, hint: HINTS.trailer }
    ],
    [
      'a statement directly behind',
      'x = "a"  # @param {type:"string"}y = "a"  # @param {type:"string"}',
      { name: 'x', type: 'string', value: 'a' }
    ],
    [
      'a comment before',
      'x = "a"  # j90w"  # @param {type:"string"}',
      { type: 'string', value: 'a' }
    ],
    [
      'a tuple that nobody wanted',
      'x = "a", # @param {type:"string"}',
      { type: 'string', value: null, editable: false, text: '"a",' }
    ],
    [
      'a value that is no Python',
      'x = [your-model-id]  # @param {type: "number"}',
      { type: 'number', value: null, editable: false }
    ],
    [
      'a bracket that is open',
      'x = [1, 2  # @param {type: "raw"}',
      { type: 'raw', value: '[1, 2', editable: true }
    ]
  ])('%s', (_, source, wanted) => {
    const { items, rejected } = parseForm(source);
    expect(rejected).toEqual([]);
    expect(items).toMatchObject([wanted]);
  });
});
