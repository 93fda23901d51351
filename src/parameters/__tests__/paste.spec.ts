import { readPasted } from '../paste';
import { readDict } from '../pydict';

function pasted(text: string): unknown {
  const read = readPasted(text);
  return (
    read && [
      Object.fromEntries(
        Array.from(read.values, ([name, given]) => [
          name,
          given.as === 'json'
            ? given.value
            : given.as === 'text'
              ? `text ${given.text}`
              : `code ${given.code}`
        ])
      ),
      ...read.strays
    ]
  );
}

describe('what is pasted', () => {
  it.each<[string, unknown]>([
    ['{"lr": 0.01, "a": [1, null]}', [{ lr: 0.01, a: [1, null] }]],
    ['  {}  ', [{}]],
    [
      "{'lr': .01, 'a': f(1, b={2: 3}),}",
      [{ lr: 'code .01', a: 'code f(1, b={2: 3})' }]
    ],
    ['params = {"a": True}', [{ a: 'code True' }]],
    ['{"a": 1, "b": None}', [{ a: 'code 1', b: 'code None' }]],
    ['-p lr=0.01 -p name="a b"', [{ lr: 'text 0.01', name: 'text a b' }]],
    ['-p lr 0.01 -p b x', [{ lr: 'text 0.01', b: 'text x' }]],
    ['lr=0.01 b=', [{ lr: 'text 0.01', b: 'text ' }]],
    ['-p a=b=c', [{ a: 'text b=c' }]],
    [`-p 'c["a=b"]=1'`, [{ 'c["a=b"]': 'text 1' }]],
    [
      'papermill in.ipynb out.ipynb -p lr 1 -k x',
      [{ lr: 'text 1' }, '-k', 'x']
    ],
    ['-p a=1 \\\n  -p b=2', [{ a: 'text 1', b: 'text 2' }]],
    ['-p a=1 -p', [{ a: 'text 1' }, '']],
    ['-p a -p', [{ a: 'text -p' }]],
    ['-p -p a=1', [{ a: 'text 1' }, '-p']],
    ['', null],
    ['hello world', null],
    ['{"a": }', null],
    ["{'a': 1", null],
    ['{a: 1}', null],
    ['[1, 2]', null],
    ["-p a='1", null]
  ])('%j', (text, expected) => {
    expect(pasted(text)).toEqual(expected);
  });
});

describe('a dict', () => {
  it.each<[string, [string, string][] | null]>([
    ['{}', []],
    ['{ }  # nothing\n', []],
    ['{"a":1}', [['a', '1']]],
    ['{"a": 1, "a": 2}', [['a', '2']]],
    [
      '{\n  # of the net\n  "a": x if y else z,  # why\n  "b": [1,\n 2],\n}',
      [
        ['a', 'x if y else z'],
        ['b', '[1,\n 2]']
      ]
    ],
    [
      `{'a': "}", 'b': r'\\\\'}`,
      [
        ['a', '"}"'],
        ['b', "r'\\\\'"]
      ]
    ],
    [
      '{"a": """x"},""", "b": 1}',
      [
        ['a', '"""x"},"""'],
        ['b', '1']
      ]
    ],
    ['{"a\\u0062": lambda: {1: 2}}', [['ab', 'lambda: {1: 2}']]],
    ['{"a": 1} + x', null],
    ['{"a": 1,, "b": 2}', null],
    ['{"a": (1]}', null],
    ['{"a": "x}', null],
    ['{"a"}', null],
    ['{1: 2}', null],
    ['{f"a": 2}', null]
  ])('%j', (text, items) => {
    const read = readDict(text);
    expect(read && [...read]).toEqual(items);
  });

  it('of a megabyte takes no time to speak of', () => {
    const start = performance.now();
    expect(readDict(`{"a": [${'1, '.repeat(300_000)}]}`)?.size).toBe(1);
    expect(readDict(`{"a": ${'"""'.repeat(300_000)}`)).toBe(null);
    expect(readDict(`{"a": ${'['.repeat(300_000)}`)).toBe(null);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
