/* eslint-disable jupyter/no-untranslated-string -- cells speak for themselves */
import fc from 'fast-check';

import { parseForm } from '../grammar';
import { TYPES } from '../annotation';
import { annotationOf, fieldLine, type IFieldSpec } from '../write';

describe('annotationOf', () => {
  it.each<[Omit<IFieldSpec, 'name'>, string]>([
    [{ type: 'string' }, '# @param {type:"string"}'],
    [
      { type: 'string', placeholder: 'a "b"' },
      '# @param {type:"string", placeholder:"a \\"b\\""}'
    ],
    [
      { type: 'slider', min: 0, max: 1, step: 0.1 },
      '# @param {type:"slider", min:0, max:1, step:0.1}'
    ],
    [{ type: 'dropdown', options: ['a', 'b'] }, '# @param ["a", "b"]'],
    [
      { type: 'dropdown', options: ['a'], allowInput: true },
      '# @param ["a"] {allow-input: true}'
    ],
    [
      { type: 'dropdown', options: ['1'], raw: true, allowInput: true },
      '# @param ["1"] {type:"raw", allow-input: true}'
    ],
    [{ type: 'raw' }, '# @param {type:"raw"}']
  ])('%j', (spec, wanted) => {
    expect(annotationOf({ name: 'x', ...spec })).toBe(wanted);
  });
});

describe('fieldLine', () => {
  it.each<[IFieldSpec, string]>([
    [{ name: 'x', type: 'string' }, 'x = "" # @param {type:"string"}'],
    [
      { name: 'x', type: 'boolean', default: true },
      'x = True # @param {type:"boolean"}'
    ],
    [
      { name: 'a.b', type: 'slider', min: 2 },
      'a.b = 2 # @param {type:"slider", min:2}'
    ],
    [
      { name: 'x', type: 'number', default: '1e-6' },
      'x = 1e-6 # @param {type:"number"}'
    ],
    [{ name: 'x', type: 'raw' }, 'x = None # @param {type:"raw"}'],
    [{ name: 'x', type: 'date' }, 'x = "" # @param {type:"date"}'],
    [
      { name: 'x', type: 'dropdown', options: ['<a'] },
      'x = "\\u003Ca" # @param ["<a"]'
    ],
    [
      { name: 'x', type: 'dropdown', options: [], raw: true },
      'x = None # @param [] {type:"raw"}'
    ]
  ])('%j', (spec, wanted) => {
    expect(fieldLine(spec)).toBe(wanted);
  });

  it.each<[IFieldSpec, string, string]>([
    [
      { name: 'x', type: 'boolean', default: true },
      'x <- TRUE # @param {type:"boolean"}',
      'x=true # @param {type:"boolean"}'
    ],
    [
      { name: 'x', type: 'string', default: '$a "b"' },
      'x <- "$a \\"b\\"" # @param {type:"string"}',
      'x="\\$a \\"b\\"" # @param {type:"string"}'
    ],
    [
      { name: 'x', type: 'slider', min: 1, max: 3 },
      'x <- 1 # @param {type:"slider", min:1, max:3}',
      'x=1 # @param {type:"slider", min:1, max:3}'
    ],
    [
      { name: 'x', type: 'dropdown', options: ['a b'] },
      'x <- "a b" # @param ["a b"]',
      'x="a b" # @param ["a b"]'
    ],
    [
      { name: 'x', type: 'raw' },
      'x <- NULL # @param {type:"raw"}',
      'x="" # @param {type:"raw"}'
    ]
  ])('%j in R and in a shell', (spec, inR, inShell) => {
    expect(fieldLine(spec, 'r')).toBe(inR);
    expect(fieldLine(spec, 'shell')).toBe(inShell);
    for (const [line, writing] of [
      [inR, 'r'],
      [inShell, 'shell']
    ] as const) {
      const [field] = parseForm(line, writing).items;
      expect(field).toMatchObject({ editable: true, writing });
    }
  });

  it.each<IFieldSpec>([
    { name: 'a b', type: 'string' },
    { name: 'a-b', type: 'string' },
    { name: '', type: 'string' },
    { name: '# a', type: 'string' },
    { name: 'a\nb', type: 'string' },
    { name: 'a', type: 'integer', default: 0.5 },
    { name: 'a', type: 'date', default: 'today' },
    { name: 'a', type: 'raw', default: 'a # b' },
    { name: 'a', type: 'raw', default: 'a\nb' }
  ])('refuses %j', spec => {
    expect(fieldLine(spec)).toBeNull();
  });

  it('is read as it was meant', () => {
    const texts = fc.fullUnicodeString({ maxLength: 12 });
    const limit = fc.double({ noNaN: true, min: -1e15, max: 1e15 });
    const some = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
    const specs = fc.record({
      name: fc.constantFrom('x', 'größe', 'a.b', 'c["d"]'),
      type: fc.constantFrom(...TYPES, 'dropdown' as const),
      raw: some(fc.boolean()),
      options: fc.array(texts, { maxLength: 5 }),
      allowInput: some(fc.boolean()),
      placeholder: some(texts),
      min: some(limit),
      max: some(limit),
      step: some(limit)
    });
    fc.assert(
      fc.property(specs, spec => {
        const given = { ...spec, default: spec.raw ? 'None' : undefined };
        const isDropdown = spec.type === 'dropdown';
        const line = fieldLine(isDropdown ? given : { ...spec, raw: false });
        expect(line).not.toBeNull();
        const [field] = parseForm(line ?? '').items;
        expect(field).toMatchObject({
          kind: 'field',
          name: spec.name,
          type: spec.type,
          raw: spec.type === 'raw' || (isDropdown && !!spec.raw),
          editable: true
        });
        expect(field).toEqual(
          expect.objectContaining(
            Object.fromEntries(
              (['allowInput', 'placeholder', 'min', 'max', 'step'] as const)
                .filter(key => spec[key] !== undefined)
                .map(key => [
                  key,
                  typeof spec[key] === 'number' ? spec[key] + 0 : spec[key]
                ])
            )
          )
        );
        expect('options' in field ? field.options : undefined).toEqual(
          isDropdown ? spec.options : undefined
        );
      })
    );
  });
});
