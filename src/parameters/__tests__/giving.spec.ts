import * as fc from 'fast-check';

import { fieldLine, type IFieldSpec } from '../../forms/write';
import { type CopyFormat, copyText } from '../copy';
import { outcomeOf } from '../giving';
import type { IParameter } from '../groups';
import { readPasted } from '../paste';
import { asJson, asText } from '../written';
import { cellOf, after, groupsOf, parametersOf } from './fields';

const TRAIN = [
  '#@title Train',
  'lr = 0.01 #@param {type:"number"}',
  'epochs = 3 #@param {type:"integer"}',
  'model = "resnet18" #@param ["resnet18", "resnet50"]',
  'augment = True #@param {type:"boolean"}',
  'layers = [64, 64] #@param {type:"raw"}'
].join('\n');

function copied(format: CopyFormat, ...sources: string[]): string {
  const fields = parametersOf(...sources).map(({ field }) => field);
  return copyText(fields, format);
}

/** What pasting a text into a notebook does. */
function paste(text: string, ...sources: string[]): object {
  const read = readPasted(text);
  if (!read) {
    throw new Error(text);
  }
  const { changes, ...rest } = outcomeOf(parametersOf(...sources), read);
  return {
    ...rest,
    changes: changes.map(([{ field, cell }, value]) => [
      `${cell.id} ${field.name}`,
      value
    ])
  };
}

const NOTHING = { changes: [], same: 0, unknown: [], refused: [], strays: [] };

describe('copying', () => {
  it('as JSON', () => {
    expect(copied('json', TRAIN)).toBe(
      [
        '{',
        '  "lr": 0.01,',
        '  "epochs": 3,',
        '  "model": "resnet18",',
        '  "augment": true,',
        '  "layers": [64,64]',
        '}'
      ].join('\n')
    );
  });

  it('as words', () => {
    expect(copied('words', TRAIN)).toBe(
      "-p lr=0.01 -p epochs=3 -p model=resnet18 -p augment=True -p 'layers=[64, 64]'"
    );
  });

  it('as a dict, on one line where that is short', () => {
    expect(copied('python', 'a = "b" #@param {type:"string"}')).toBe(
      '{\'a\': "b"}'
    );
    expect(copied('python', TRAIN)).toBe(
      [
        '{',
        `  'lr': 0.01,`,
        `  'epochs': 3,`,
        `  'model': "resnet18",`,
        `  'augment': True,`,
        `  'layers': [64, 64],`,
        '}'
      ].join('\n')
    );
  });

  it('leaves out what has no value', () => {
    expect(copied('json', 'a = #@param {type:"number"}')).toBe('{}');
  });

  it('tells fields of one name apart where they differ', () => {
    const one = 'lr = 1 #@param {type:"number"}';
    const other = 'lr = 2 #@param {type:"number"}';
    expect(copied('python', one, one)).toBe("{'lr': 1}");
    expect(copied('python', one, other, one, other)).toBe(
      "{'lr': 1, 'lr#2': 2, 'lr#4': 2}"
    );
  });
});

describe('pasting', () => {
  it('sets what is another value', () => {
    expect(paste('{"lr": 0.1, "epochs": 3}', TRAIN)).toEqual({
      ...NOTHING,
      changes: [['0 lr', 0.1]],
      same: 1
    });
    expect(paste('-p lr=1e-1 -p augment=false -p epochs 5', TRAIN)).toEqual({
      ...NOTHING,
      changes: [
        ['0 lr', '1e-1'],
        ['0 augment', false],
        ['0 epochs', '5']
      ]
    });
    expect(paste("{'lr': 1e-1, 'layers': f(2)}", TRAIN)).toEqual({
      ...NOTHING,
      changes: [
        ['0 lr', '1e-1'],
        ['0 layers', 'f(2)']
      ]
    });
    expect(paste('{"layers": ["a", null]}', TRAIN)).toEqual({
      ...NOTHING,
      changes: [['0 layers', '["a", None]']]
    });
  });

  it('reports unknown names', () => {
    expect(paste('{"lr": 0.01, "foo": 1, "__proto__": 2}', TRAIN)).toEqual({
      ...NOTHING,
      same: 1,
      unknown: ['foo', '__proto__']
    });
  });

  it.each([
    '{"lr": "x"}',
    '{"lr": true}',
    '{"lr": null}',
    '{"lr": ""}',
    '{"epochs": 1.5}',
    '{"epochs": 1e400}',
    '{"model": true}',
    '{"augment": "x"}',
    '-p augment=maybe',
    '-p lr=',
    '-p layers=',
    '-p "layers=1 # x"',
    "{'lr': f(1)}",
    "{'augment': None}"
  ])('does not give a field what it cannot have: %s', text => {
    const [name] = readPasted(text)?.values.keys() ?? [];
    expect(paste(text, TRAIN)).toEqual({ ...NOTHING, refused: [name] });
  });

  it('changes no cell that is locked', () => {
    const cell = cellOf('0', TRAIN, {}, false);
    const [{ parameters }] = groupsOf(cell);
    const read = readPasted('{"lr": 1, "epochs": 3}');
    expect(read && outcomeOf(parameters, read)).toEqual({
      ...NOTHING,
      same: 1,
      refused: ['lr']
    });
  });

  it('is for all fields of a name, but for those with a value of their own', () => {
    const one = 'lr = 1 #@param {type:"number"}';
    expect(paste('{"lr": 5, "lr#2": 6}', one, one, one)).toEqual({
      ...NOTHING,
      changes: [
        ['0 lr', 5],
        ['2 lr', 5],
        ['1 lr', 6]
      ]
    });
    expect(paste('{"lr#4": 6}', one, one, one)).toEqual({
      ...NOTHING,
      unknown: ['lr#4']
    });
  });
});

describe('what was copied', () => {
  const name = fc.constantFrom('a', 'lr', 'é', 'a.b', 'c["x=y"]', "c['z']");
  const text = fc.fullUnicodeString({ maxLength: 12 });
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  const code = fc.constantFrom(
    'None',
    'True',
    '1e-3',
    '[1, 2]',
    '[1,2]',
    "['a']",
    '{"a": [1, null]}',
    '{"a": [1, None]}',
    'f(a, b)',
    '"text"',
    "''",
    '12345678901234567890',
    '-0.0'
  );
  const kind = fc.oneof(
    fc.record({ type: fc.constant('string' as const), default: text }),
    fc.record({ type: fc.constant('number' as const), default: number }),
    fc.record({
      type: fc.constant('integer' as const),
      default: fc.maxSafeInteger()
    }),
    fc.record({
      type: fc.constant('boolean' as const),
      default: fc.boolean()
    }),
    fc.record({ type: fc.constant('raw' as const), default: code }),
    fc.record({
      type: fc.constant('dropdown' as const),
      options: fc.array(text, { minLength: 1 }),
      default: text
    }),
    fc.record({
      type: fc.constant('date' as const),
      default: fc.constantFrom('', '2024-02-29', '1999-12-31')
    })
  );
  /** A field, and a value that it has meanwhile. */
  const field = fc.tuple(name, kind, kind).map(([name, spec, other]) => {
    const is = (one: IFieldSpec) => fieldLine({ ...one, name });
    const line = is({ name, ...spec });
    const same = other.type === spec.type ? { ...spec, ...other } : spec;
    const meanwhile = is({ name, ...spec, default: same.default });
    return line !== null && meanwhile !== null
      ? { line, meanwhile }
      : { line: `${name} = 1 #@param`, meanwhile: `${name} = 2 #@param` };
  });
  const notebooks = fc.array(fc.array(field, { maxLength: 5 }), {
    maxLength: 4
  });
  const formats = fc.constantFrom<CopyFormat>('json', 'words', 'python');

  /** What fields are to a format: JSON knows no spelling of code. */
  function written(parameters: IParameter[], format: CopyFormat): string[] {
    return parameters.map(({ field }) =>
      format === 'json' ? JSON.stringify(asJson(field)) : asText(field)
    );
  }

  it('comes back as the same values', () => {
    fc.assert(
      fc.property(notebooks, formats, (cells, format) => {
        const before = cells.map(lines =>
          lines.map(({ line }) => line).join('\n')
        );
        const changed = cells.map(lines =>
          lines.map(({ meanwhile }) => meanwhile).join('\n')
        );
        const copy = copied(format, ...before);
        const read = readPasted(copy || '{}');
        if (!read) {
          throw new Error(copy);
        }
        const outcome = outcomeOf(parametersOf(...changed), read);
        expect(outcome).toMatchObject({ unknown: [], refused: [], strays: [] });
        const again = parametersOf(...after(changed, outcome.changes));
        expect(written(again, format)).toEqual(
          written(parametersOf(...before), format)
        );
      }),
      { numRuns: 300 }
    );
  });

  it('changes nothing where it came from', () => {
    fc.assert(
      fc.property(notebooks, formats, (cells, format) => {
        const sources = cells.map(lines =>
          lines.map(({ line }) => line).join('\n')
        );
        const copy = copied(format, ...sources);
        const read = readPasted(copy || '{}');
        const outcome = read && outcomeOf(parametersOf(...sources), read);
        expect(outcome).toMatchObject({
          changes: [],
          unknown: [],
          refused: []
        });
      }),
      { numRuns: 300 }
    );
  });
});
