import { GroupReader, looksSame, searched } from '../groups';
import { cellOf, groupsOf } from './fields';

const LR = 'lr = 0.01 #@param {type:"number"}';
const TRAIN = `#@title Train\n${LR}\nepochs = 3 #@param {type:"integer"}`;

function names(groups: ReturnType<typeof groupsOf>): string[] {
  return groups.flatMap(({ title, parameters }) =>
    parameters.map(({ field }) => `${title}: ${field.name}`)
  );
}

describe('the groups of cells', () => {
  it('have the fields of each cell, in order', () => {
    const groups = groupsOf(cellOf('1', TRAIN), cellOf('2', LR));
    expect(names(groups)).toEqual(['Train: lr', 'Train: epochs', 'Cell 2: lr']);
  });

  it('leave out cells without a field', () => {
    expect(groupsOf(cellOf('1', '#@title Only a title\nx = 1'))).toEqual([]);
  });

  it('tell all fields apart', () => {
    const [{ parameters }] = groupsOf(cellOf('1', `${LR}\n${LR}`));
    expect(new Set(parameters.map(({ id }) => id)).size).toBe(2);
  });

  it.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ lr: '0.01' }, false],
    [{ lr: '1e-2' }, false],
    [{ lr: '0.003' }, true]
  ])('know what changed since the run with %j: %s', (ran, isChanged) => {
    const [{ parameters }] = groupsOf(cellOf('1', LR, ran));
    expect(parameters[0].isChanged).toBe(isChanged);
  });

  it('are read again only where a cell has changed', () => {
    const reader = new GroupReader();
    const cells = [cellOf('1', TRAIN), cellOf('2', LR)];
    const first = reader.read(cells, ({ id }) => id);
    const second = reader.read(cells, ({ id }) => id);
    expect(second[0].parameters).toBe(first[0].parameters);
    const other = { ...cells[0], form: cellOf('1', LR).form };
    Object.assign(cells[0], other);
    const third = reader.read(cells, ({ id }) => id);
    expect(third[0].parameters).not.toBe(first[0].parameters);
    expect(third[1].parameters).toBe(first[1].parameters);
  });
});

describe('searching', () => {
  const groups = groupsOf(
    cellOf('1', TRAIN),
    cellOf('2', '#@title Test set\nconf["Path"] = "" #@param {type:"string"}')
  );

  it.each<[string, string[]]>([
    ['', ['Train: lr', 'Train: epochs', 'Test set: conf["Path"]']],
    ['LR', ['Train: lr']],
    ['path', ['Test set: conf["Path"]']],
    ['  train ', ['Train: lr', 'Train: epochs']],
    ['tr e', ['Train: epochs']],
    ['e t', ['Train: epochs', 'Test set: conf["Path"]']],
    ['zzz', []]
  ])('%j finds %j', (query, found) => {
    expect(names(searched(groups, query))).toEqual(found);
  });
});

describe('two readings of a field', () => {
  const read = (source: string, ran = {}) =>
    groupsOf(cellOf('1', source, ran))[0].parameters[0];
  const field = read('x = "a" #@param ["a", "b"]');

  it('look the same in another place', () => {
    expect(looksSame(field, read('y = 1\n  x  = "a" #@param ["a", "b"]'))).toBe(
      true
    );
  });

  it.each([
    'x = "b" #@param ["a", "b"]',
    'x = \'a\' #@param ["a", "b"]',
    'y = "a" #@param ["a", "b"]',
    'x = "a" #@param ["a", "c"]',
    'x = "a" #@param ["a", "b", "c"]',
    'x = "a" #@param ["a", "b"] {allow-input: true}',
    'x = "a" #@param ["a", "b"] {type: "raw"}',
    'x = "a" #@param {type: "string"}'
  ])('look different: %s', source => {
    expect(looksSame(field, read(source))).toBe(false);
  });

  it('look different after a run', () => {
    const ran = read('x = "a" #@param ["a", "b"]', { x: '"b"' });
    expect(looksSame(field, ran)).toBe(false);
  });
});
