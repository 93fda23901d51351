/* eslint-disable jupyter/no-untranslated-string -- cells speak for themselves */
import { type IField, parseForm } from '../grammar';
import { HINTS, REASONS } from '../reasons';

/** The fields of a source. */
function fields(source: string): IField[] {
  return parseForm(source).items.filter(item => item.kind === 'field');
}

/** What of a field tells its place. */
const PLACES = ['kind', 'line', 'valueStart', 'valueEnd', 'text', 'annotation'];

/** What a field is, without its place. */
function shown(field: IField): object {
  return Object.fromEntries(
    Object.entries(field).filter(([key]) => !PLACES.includes(key))
  );
}

const string = { type: 'string', raw: false, editable: true };
const dropdown = { type: 'dropdown', raw: false, editable: true };
const code = { type: 'raw', raw: true, editable: true };
const number = { type: 'number', raw: false, editable: true };

describe('a field', () => {
  it.each<[string, string, object]>([
    ['text', 'x = "a" #@param {type:"string"}', { ...string, value: 'a' }],
    ['no spaces', "x='a'#@param{type:'string'}", { ...string, value: 'a' }],
    [
      'many spaces',
      '\tx  =\t"a" \t#  @param  { "type" : "string" } ',
      { ...string, value: 'a' }
    ],
    [
      'a placeholder',
      'x = "" #@param {type:"string", placeholder:"a, {b}"}',
      { ...string, value: '', placeholder: 'a, {b}' }
    ],
    [
      'unknown settings',
      'x = "a" #@param {type:"string", isTemplate: true, of: [1, {a: "]"}]}',
      { ...string, value: 'a' }
    ],
    [
      'a comma too many',
      'x = "a" #@param {type:"string",}',
      { ...string, value: 'a' }
    ],
    [
      'truth',
      'x = True #@param {type:"boolean"}',
      { type: 'boolean', raw: false, value: true, editable: true }
    ],
    [
      'untruth',
      'x = False #@param {type:"boolean"}',
      { type: 'boolean', raw: false, value: false, editable: true }
    ],
    [
      'a number',
      'x = 1.e-6 #@param {type:"number"}',
      { ...number, value: 1e-6 }
    ],
    [
      'a number with limits',
      'x = .25 #@param {type:"number", min:0, max:"1", step: 1e-2}',
      { ...number, value: 0.25, min: 0, max: 1, step: 0.01 }
    ],
    [
      'an integer',
      'x = -3 #@param {type:"integer"}',
      { type: 'integer', raw: false, value: -3, editable: true }
    ],
    [
      'a slider',
      'x = 0.5 #@param {type:"slider", min:-1, max:1.0, step:0.1}',
      {
        type: 'slider',
        raw: false,
        value: 0.5,
        editable: true,
        min: -1,
        max: 1,
        step: 0.1
      }
    ],
    [
      'a slider without a step',
      'x = 5 #@param {type:"slider", min:0, max:10}',
      { type: 'slider', raw: false, value: 5, editable: true, min: 0, max: 10 }
    ],
    [
      'a day',
      "x = '2024-02-29' #@param {type:'date'}",
      { type: 'date', raw: false, value: '2024-02-29', editable: true }
    ],
    [
      'code',
      'x = [1, "#", {2: 3}] #@param {type:"raw"}',
      { ...code, value: '[1, "#", {2: 3}]' }
    ],
    [
      'nothing said',
      'x = np.float64 #@param',
      { ...code, value: 'np.float64' }
    ],
    [
      'an object without a type',
      'x = 1 #@param {placeholder: "a"}',
      { ...code, value: '1', placeholder: 'a' }
    ],
    [
      'options',
      'x = "b" #@param ["a", \'b\',"c,]}"]',
      { ...dropdown, value: 'b', options: ['a', 'b', 'c,]}'] }
    ],
    [
      'a value that is no option',
      'x = "z" #@param ["a"]',
      { ...dropdown, value: 'z', options: ['a'] }
    ],
    [
      'options with escapes',
      String.raw`x = "\u003Ca" #@param ["<a", "\u003ca", "\"b\"", 'c\'', "\\d", "\e"]`,
      {
        ...dropdown,
        value: '<a',
        options: ['<a', '<a', '"b"', "c'", '\\d', '\\e']
      }
    ],
    [
      'options and free text',
      'x = "z" #@param ["a"] {allow-input: true}',
      { ...dropdown, value: 'z', options: ['a'], allowInput: true }
    ],
    [
      'options without free text',
      'x = "z" #@param["a"]{"allow-input":false}',
      { ...dropdown, value: 'z', options: ['a'], allowInput: false }
    ],
    [
      'options of a string',
      'x = "z" #@param ["a"] {type:"string"}',
      { ...dropdown, value: 'z', options: ['a'] }
    ],
    [
      'options of what has none',
      'x = "z" #@param ["a"] {type:"what"}',
      { ...dropdown, value: 'z', options: ['a'] }
    ],
    [
      'options that are code',
      'x = None #@param [1, 0.50, "None", "(\\"m\\", 2)", true] {type:"raw", allow-input: true}',
      {
        ...dropdown,
        raw: true,
        value: 'None',
        options: ['1', '0.50', 'None', '("m", 2)', 'true'],
        allowInput: true
      }
    ],
    [
      'numbers as options',
      "x = '2' #@param [1, 2]",
      { ...dropdown, value: '2', options: ['1', '2'], hint: HINTS.numbers }
    ],
    [
      'a number among texts',
      'x = 2 #@param [1, 2]',
      { ...dropdown, value: 2, options: ['1', '2'], hint: HINTS.numbers }
    ],
    [
      'a comma after the last option',
      'x = "a" #@param ["a", "b",] {allow-input: true}',
      { ...dropdown, value: 'a', options: ['a', 'b'], allowInput: true }
    ],
    [
      'no options',
      'x = "a" #@param []',
      { ...dropdown, value: 'a', options: [] }
    ]
  ])('%s', (_, source, wanted) => {
    expect(parseForm(source).rejected).toEqual([]);
    expect(fields(source).map(shown)).toEqual([
      { name: 'x', label: 'x', ...wanted }
    ]);
  });

  it.each([
    ['x', 'x', 'x'],
    ['größe', 'größe', 'größe'],
    ['名前', '名前', '名前'],
    ['root.models_path', 'root.models_path', 'models_path'],
    ['a.b.c_1', 'a.b.c_1', 'c_1'],
    ['os.environ["KEY"]', 'os.environ["KEY"]', 'KEY'],
    ["c['a = b'][0].d", "c['a = b'][0].d", 'd'],
    ['x: int', 'x', 'x'],
    ['x : Literal["=", \'a"\'] ', 'x', 'x'],
    ['self.x: Dict[str, "T"]', 'self.x', 'x'],
    ['prompt = prompt', 'prompt', 'prompt'],
    ['a = b.c = d["e"]', 'a', 'a']
  ])('is assigned to %j', (target, name, label) => {
    const source = `  ${target} = 5 #@param {type:"integer"}`;
    expect(fields(source)).toMatchObject([{ name, label, value: 5 }]);
    const [{ valueStart, valueEnd }] = fields(source);
    expect([valueStart, valueEnd]).toEqual([
      source.indexOf('5'),
      source.indexOf('5') + 1
    ]);
  });

  it.each([
    ['f"{a}"', 'string'],
    ['r"a"', 'string'],
    ['"""a"""', 'string'],
    ['"a" "b"', 'string'],
    ['"a" + b', 'string'],
    ['"a",', 'string'],
    ['("a")', 'string'],
    ['"a";', 'string'],
    ['5', 'string'],
    ['None', 'string'],
    ['True', 'string'],
    ['os.path.join(a, "b")', 'string'],
    ['"\\N{BULLET}"', 'string'],
    ['"\\u12"', 'string'],
    ['"\\U00110000"', 'string'],
    ['"2024-02-30"', 'date'],
    ['"tomorrow"', 'date'],
    ['"5"', 'number'],
    ['model_default', 'number'],
    ['0x10', 'integer'],
    ['1_000_', 'integer'],
    ['007', 'integer'],
    ['0.5', 'integer'],
    ['9007199254740993', 'integer'],
    ['12345678901234567890', 'number'],
    ['1e999', 'number'],
    [`1${'0'.repeat(500)}.5`, 'number'],
    ['None', 'integer'],
    ['""', 'boolean'],
    ['1', 'boolean'],
    ['true', 'boolean'],
    ['a or b', 'slider']
  ])('shows %s and does not edit it as %s', (value, type) => {
    const source = `x = ${value} #@param {type:"${type}"}`;
    expect(fields(source)).toMatchObject([
      { type, raw: false, value: null, editable: false, text: value }
    ]);
  });

  it.each([
    ['1_000', 1000],
    ['+5', 5],
    ['7.', 7],
    ['3e8', 3e8],
    ['-0', 0],
    ['9007199254740991', 9007199254740991]
  ])('reads %s as an integer', (value, wanted) => {
    const source = `x = ${value} #@param {type:"integer"}`;
    expect(fields(source)).toMatchObject([{ value: wanted, editable: true }]);
  });

  it.each([
    ['"a" "b"', '["a"]'],
    ['None', '["None"]'],
    ['model', '["a"]'],
    ['True', '["True", "False"]'],
    ['12345678901234567890', '[1]']
  ])('shows %s and does not replace it by an option', (value, options) => {
    const source = `x = ${value} #@param ${options}`;
    expect(fields(source)).toMatchObject([
      { type: 'dropdown', value: null, editable: false }
    ]);
  });

  it.each([
    [String.raw`\n\t\r\b\f\v\a`, '\n\t\r\b\f\v\x07'],
    [String.raw`\x41\101\u0042\U0001F600`, 'AAB😀'],
    [String.raw`\\n \"\'`, '\\n "\''],
    [String.raw`\d \( \ `, '\\d \\( \\ '],
    ['\u2028·日本', '\u2028·日本'],
    ['# @param', '# @param']
  ])('reads the text %j as Python does', (inner, wanted) => {
    const source = `x = "${inner}" #@param {type:"string"}`;
    expect(fields(source)).toMatchObject([{ value: wanted, editable: true }]);
  });

  it.each([
    ['n =  #@param {type:"number"}', 4],
    ['n = #@param {type:"number"}', 4],
    ['n=#@param {type:"number"}', 2],
    ['n=  #@param {type:"number"}', 2],
    ['n: int = #@param {type:"number"}', 9],
    ['n <-  #@param {type:"number"}', 5]
  ])('has a place for a value where there is none: %j', (source, at) => {
    expect(fields(source)).toMatchObject([
      { valueStart: at, valueEnd: at, value: null, editable: true }
    ]);
  });
});

describe('a line that is no field', () => {
  it.each([
    ['commented out', '# x = 1 #@param {type:"integer"}'],
    ['commented out without spaces', '#x=0.4#@param {type:"number"}'],
    ['twice a comment', '# #@param ["0","25"] {type:"raw"}'],
    ['an annotation alone', '#@param {type:"integer"}'],
    [
      'in a docstring',
      'def f():\n  """\n  x = 1 #@param {type:"integer"}\n  """'
    ],
    ['in a string', "s = 'x = 1 #@param'"],
    ['in a string over lines', "s = 'x \\\n y = 1 #@param'"],
    ['another word', 'x = 1 #@params {type:"integer"}'],
    ['no comment', 'x = 1 @param'],
    ['a shell line', '!echo x = 1 #@param'],
    ['a continued shell line', '!echo \\\nx = 1 #@param {type:"integer"}'],
    ['a magic', '%env x=1 #@param']
  ])('is left alone: %s', (_, source) => {
    expect(parseForm(source)).toEqual({ title: null, items: [], rejected: [] });
  });

  it.each([
    ['x = (\n  1 #@param {type:"integer"}\n)', [1]],
    ['x = (\n  1\n) #@param {type:"integer"}', [2]],
    ['x = ( #@param {type:"integer"}\n  1)', [0]],
    ['f(\n  a=1, #@param {type:"integer"}\n  b=2 #@param\n)', [1, 2]],
    ['d = {\n a:0.5, #@param{type: "number"}\n}', [1]],
    ['x = \\\n  y = 1 #@param {type:"integer"}', [1]],
    ['%%bash\necho \\\nX=1 #@param', [2]],
    ['x = """a\n b""" #@param {type:"string"}', [1]],
    ['x = [ # )\n "]", # ]\n 1] #@param', [2]]
  ])('is told to be wrapped: %j', (source, lines) => {
    const { items, rejected } = parseForm(source);
    expect(items).toEqual([]);
    expect(rejected).toEqual(
      lines.map(line => ({ line, reason: REASONS.wrapped }))
    );
  });

  it.each([
    'foo(x=1) #@param {type:"integer"}',
    'return x #@param {type:"integer"}',
    'x += 1 #@param {type:"integer"}',
    'x -=1 #@param {type:"integer"}',
    'x == 1 #@param {type:"integer"}',
    'x := 1 #@param {type:"integer"}',
    'x: int #@param {type:"integer"}',
    'a, b = 1, 2 #@param',
    'if a: x = 1 #@param {type:"integer"}',
    '"x" = 1 #@param',
    'a[ = 1 #@param',
    ') = 1 #@param'
  ])('is told to be no assignment: %j', source => {
    const { items, rejected } = parseForm(source);
    expect(items).toEqual([]);
    expect(rejected).toEqual([{ line: 0, reason: REASONS.assignment }]);
  });

  it.each([
    ['a bracket that nothing closes', 'f(\nx = 1 #@param'],
    ['a bracket that nothing opens', ')]}\nx = 1 #@param'],
    ['brackets that do not match', '(]\nx = 1 #@param\n'],
    ['brackets that cross', '([)\nf[(]\nx = 1 #@param\n'],
    ['quotes that nothing closes', "s = 'it\nx = 1 #@param"],
    ['triple quotes that nothing closes', 's = """\nx = 1 #@param'],
    ['apostrophes of a comment', "# it's (\nx = 1 #@param"],
    ['apostrophes of a shell line', "!echo it's ( [\nx = 1 #@param"],
    ['apostrophes of a magic', "%cd it's (\nx = 1 #@param"],
    ['escaped triple quotes', 's = """\n\\""" (\nx = 1 #@param'],
    ['triple quotes of two kinds', 's = \'\'\'\nt = """\nx = 1 #@param'],
    ['a closed docstring', '"""\n"\n"""\nx = 1 #@param'],
    ['an escaped quote in a docstring', '"""\\""" ( \n"""\nx = 1 #@param'],
    ['closed brackets', 'f(a,\n  "(", # (\n  b)\nx = 1 #@param']
  ])('does not hide a field below: %s', (_, source) => {
    expect(fields(source)).toMatchObject([{ name: 'x', value: '1' }]);
  });
});

describe('the place of a field', () => {
  const line = 'x = 5  #@param {type:"integer"}';

  it.each([
    ['def f():', '    '],
    ['if True:\r\n  pass\r\nelse:', '\t'],
    ['try:\r  pass', ''],
    ['%%time', ''],
    ['#@title A\n%%capture --no-stderr out', ''],
    ['%%writefile -a it.py\nclass A:', '    '],
    ['\ufeff# 😀', ''],
    ['', '\f ']
  ])('is right after %j', (before, indentation) => {
    for (const eol of ['\n', '\r\n', '\r']) {
      const source = before + eol + indentation + line + eol + 'print(x)';
      const [field] = fields(source);
      expect(source.slice(field.valueStart, field.valueEnd)).toBe('5');
      expect(field.line).toBe(before.split(/\r\n|\r|\n/).length);
      const { start, end } = field.annotation ?? { start: 0, end: 0 };
      expect(source.slice(start, end)).toBe('#@param {type:"integer"}');
    }
  });
});

describe('other languages', () => {
  it.each([
    ['%%bash\nX="v" # @param {type:"string"}', 'v'],
    ["%%bash\nX='it'\\''s' # @param {type:\"string\"}", "it's"],
    ['%%bash\nexport X="a\\$b\\n" # @param {type:"string"}', 'a$b\\n'],
    ['#@title T\n\n%%capture\n%%bash -s\n X = "v" #@param ["v"]', 'v'],
    ['%%script bash\nX=5 #@param {type:"number"}', 5],
    ['%%sh\necho don\'t (\nX=true #@param {type:"boolean"}', true],
    ['%%writefile run.sh\nX=$# #@param', '$#'],
    ['%%writefile run.py\nX="\\x41" #@param {type:"string"}', 'A'],
    ['X <- "v"  # @param {type:"string"}', 'v'],
    ['X<-FALSE #@param {type:"boolean"}', false],
    ['x.y <- T #@param {type:"boolean"}', true]
  ])('%j', (source, value) => {
    expect(parseForm(source).rejected).toEqual([]);
    expect(fields(source)).toMatchObject([{ value, editable: true }]);
  });

  it.each([
    '%%bash\nX="$HOME" # @param {type:"string"}',
    '%%bash\nX="`ls`" # @param {type:"string"}',
    "%%bash\nX='a'b'c' # @param {type:\"string\"}",
    '%%bash\nX=a\\\\#b # @param {type:"string"}',
    '%%bash\nX=word # @param {type:"string"}',
    'X <- c(1, 2)  # @param {type:"string"}'
  ])('is shown only: %j', source => {
    expect(fields(source)).toMatchObject([{ value: null, editable: false }]);
  });

  it('has fields in a document that a shell is given', () => {
    const source = '%%bash\npython - <<E\nx = "it\'s" #@param ["a"]\nE';
    expect(fields(source)).toMatchObject([{ value: "it's" }]);
  });
});
