/* eslint-disable jupyter/no-untranslated-string -- cells speak for themselves */
import fc from 'fast-check';

import { parseForm } from '../../forms/grammar';
import { fieldsOf } from '../../forms/keys';
import { fieldLine } from '../../forms/write';
import {
  type DraftFault,
  draftOf,
  faultOfName,
  type FaultPart,
  type IDraft,
  NEW_DRAFT,
  readDraft,
  readOptions,
  withHidden,
  withType,
  writeOptions
} from '../draft';

const draft = (changes: Partial<IDraft>): IDraft => ({
  ...NEW_DRAFT,
  name: 'x',
  ...changes
});

describe('faultOfName', () => {
  it.each<[string, DraftFault | null]>([
    ['lr', null],
    ['_', null],
    ['größe2', null],
    ['名前', null],
    ['match', null],
    ['type', null],
    ['', 'missing'],
    ['2x', 'letters'],
    ['learning rate', 'letters'],
    ['a-b', 'letters'],
    ['a.b', 'letters'],
    ['x;import os', 'letters'],
    ['x\n', 'letters'],
    ['lambda', 'keyword'],
    ['None', 'keyword']
  ])('%j', (name, fault) => {
    expect(faultOfName(name)).toBe(fault);
  });

  it.each<[string, DraftFault | null, DraftFault | null]>([
    ['lambda', null, null],
    ['function', 'keyword', null],
    ['TRUE', 'keyword', null],
    ['_x', 'letters', null],
    ['größe', null, 'letters'],
    ['a-b', 'letters', 'letters']
  ])('%j in R and in a shell', (name, inR, inShell) => {
    expect(faultOfName(name, 'r')).toBe(inR);
    expect(faultOfName(name, 'shell')).toBe(inShell);
  });
});

describe('readDraft', () => {
  it.each<[string, Partial<IDraft>, string]>([
    ['text', {}, 'x = "" # @param {type:"string"}'],
    [
      'blanks about the name',
      { name: ' lr ' },
      'lr = "" # @param {type:"string"}'
    ],
    [
      'placeholder and value',
      { placeholder: 'you', value: 'me "too"' },
      'x = "me \\"too\\"" # @param {type:"string", placeholder:"you"}'
    ],
    [
      'a number as it was typed',
      { type: 'number', value: '1e-6', min: ' 0 ' },
      'x = 1e-6 # @param {type:"number", min:0}'
    ],
    [
      'a number that begins with its minimum',
      { type: 'integer', min: '3' },
      'x = 3 # @param {type:"integer", min:3}'
    ],
    [
      'slider',
      { type: 'slider', min: '0', max: '.5', step: '1e-2', value: 0.25 },
      'x = 0.25 # @param {type:"slider", min:0, max:0.5, step:0.01}'
    ],
    [
      'choice',
      { type: 'dropdown', options: ['a', 'b'], value: 'b' },
      'x = "b" # @param ["a", "b"]'
    ],
    [
      'a choice of code',
      { type: 'dropdown', options: ['1', 'None'], isCode: true },
      'x = 1 # @param ["1", "None"] {type:"raw"}'
    ],
    [
      'a choice that may be left',
      { type: 'dropdown', options: ['a'], allowInput: true, value: 'c' },
      'x = "c" # @param ["a"] {allow-input: true}'
    ],
    [
      'a value that is not offered',
      { type: 'dropdown', options: ['a'], value: 'c' },
      'x = "a" # @param ["a"]'
    ],
    [
      'what other types have',
      {
        type: 'boolean',
        min: '1',
        placeholder: 'p',
        options: ['a'],
        value: true
      },
      'x = True # @param {type:"boolean"}'
    ],
    [
      'code',
      { type: 'raw', value: '[1, 2]' },
      'x = [1, 2] # @param {type:"raw"}'
    ],
    ['no code', { type: 'raw', value: '' }, 'x = None # @param {type:"raw"}'],
    [
      'day',
      { type: 'date', value: '2024-02-29' },
      'x = "2024-02-29" # @param {type:"date"}'
    ],
    [
      'no day',
      { type: 'date', value: '2024-02-30' },
      'x = "" # @param {type:"date"}'
    ]
  ])('%s', (_, changes, line) => {
    const { spec, faults } = readDraft(draft(changes));
    expect([...faults]).toEqual([]);
    expect(fieldLine(spec)).toBe(line);
  });

  it.each<[Partial<IDraft>, [FaultPart, DraftFault][]]>([
    [{ name: '' }, [['name', 'missing']]],
    [{ type: 'dropdown' }, [['options', 'options']]],
    [{ type: 'number', min: 'one' }, [['min', 'number']]],
    [{ type: 'number', max: '0x10' }, [['max', 'number']]],
    [{ type: 'integer', min: '0.5' }, [['min', 'integer']]],
    [{ type: 'number', min: '1', max: '0' }, [['max', 'order']]],
    [{ type: 'number', step: '0' }, [['step', 'positive']]],
    [
      { type: 'slider', step: '-1' },
      [
        ['min', 'missing'],
        ['max', 'missing'],
        ['step', 'positive']
      ]
    ]
  ])('%j', (changes, faults) => {
    expect([...readDraft(draft(changes)).faults]).toEqual(faults);
  });

  it('describes only what can be written, whatever is put in', () => {
    const type = fc.constantFrom(
      ...([
        'string',
        'boolean',
        'number',
        'integer',
        'slider',
        'date',
        'raw',
        'dropdown'
      ] as const)
    );
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('1', '-2.5', '1e9', '"', '\\')
    );
    fc.assert(
      fc.property(
        fc.record({
          name: fc.constantFrom('x', 'lr', ' y '),
          type,
          options: fc.array(fc.string()),
          allowInput: fc.boolean(),
          isCode: fc.constant(false),
          min: text,
          max: text,
          step: text,
          placeholder: fc.string(),
          value: fc.oneof(fc.boolean(), fc.double(), fc.string())
        }),
        any => {
          const { spec, faults } = readDraft(any);
          fc.pre(faults.size === 0 && any.type !== 'raw');
          expect(fieldLine(spec)).not.toBeNull();
        }
      )
    );
  });
});

describe('withType', () => {
  it('fills in what a slider needs', () => {
    const { min, max, step } = withType(draft({ min: '5' }), 'slider');
    expect([min, max, step]).toEqual(['5', '100', '1']);
  });

  it.each<[Partial<IDraft>, IDraft['type'], unknown]>([
    [{ type: 'number', value: '0.5' }, 'slider', '0.5'],
    [{ type: 'number', value: '0.5' }, 'integer', undefined],
    [{ type: 'string', value: 'a' }, 'dropdown', 'a'],
    [{ type: 'string', value: 'a' }, 'date', undefined],
    [{ type: 'boolean', value: true }, 'string', undefined],
    [{ type: 'slider', value: 3 }, 'string', undefined]
  ])('%j to %s', (changes, type, value) => {
    expect(withType(draft(changes), type).value).toBe(value);
  });
});

describe('options', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['a\nb', ['a', 'b']],
    ['a\nb\n', ['a', 'b']],
    ['a\n\n b ', ['a', '', ' b ']],
    ['\n', ['']]
  ])('%j', (text, options) => {
    expect(readOptions(text)).toEqual(options);
  });

  it('come back as they went in', () => {
    const option = fc.string().filter(text => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(option), options => {
        expect(readOptions(writeOptions(options))).toEqual(options);
      })
    );
  });
});

describe('draftOf', () => {
  it.each([
    'x = "" # @param {type:"string", placeholder:"p"}',
    'x = 1 # @param {type:"slider", min:0, max:2, step:0.5}',
    'x = "a" # @param ["a", ""] {placeholder:"p", allow-input: true}',
    'x = 1 # @param ["1"] {type:"raw"}'
  ])('%s', line => {
    const [field] = fieldsOf(parseForm(line));
    const { spec, faults } = readDraft(draftOf(field));
    expect([...faults]).toEqual([]);
    expect(fieldLine({ ...spec, default: field.value ?? '' })).toBe(line);
  });
});

describe('withHidden', () => {
  const [field] = fieldsOf(
    parseForm('x = True # @param {type:"boolean", placeholder:"p", min:1}')
  );

  it('keeps what the dialog does not show', () => {
    expect(withHidden({ name: 'x', type: 'boolean' }, field)).toEqual({
      name: 'x',
      type: 'boolean',
      placeholder: 'p',
      min: 1
    });
  });

  it('keeps nothing for another type', () => {
    const spec = { name: 'x', type: 'date' } as const;
    expect(withHidden(spec, field)).toEqual(spec);
  });
});
