import { parseForm } from '../grammar';
import { fieldsOf, keysOf, sameField, wasOf } from '../keys';

const TWICE = [
  'x = 1 #@param {type:"integer"}',
  'y = "a" #@param {type:"string"}',
  'x = 2 #@param {type:"integer"}'
].join('\n');

describe('keysOf', () => {
  it('tells fields of one name from each other', () => {
    expect([...keysOf(parseForm(TWICE)).values()]).toEqual(['x', 'y', 'x\n2']);
  });
});

describe('sameField', () => {
  it('finds a field in what the cell has become', () => {
    const before = parseForm(TWICE);
    const after = parseForm(`#@title New\n${TWICE.replace('2', '3')}`);
    const [, , x] = fieldsOf(before);
    expect(sameField(after, x)).toBe(fieldsOf(after)[2]);
    expect(sameField(parseForm('y = 1 #@param'), x)).toBeNull();
  });
});

describe('wasOf', () => {
  const was = (line: string, ran?: string) =>
    wasOf(fieldsOf(parseForm(line))[0], ran);

  it.each([
    ['lr = 0.01 #@param {type:"number"}', undefined, null],
    ['lr = 0.01 #@param {type:"number"}', '0.01', null],
    ['lr = 0.010 #@param {type:"number"}', '0.01', null],
    ['lr = 0.01 #@param {type:"number"}', '3e-3', '3e-3'],
    ['s = "a" #@param {type:"string"}', "'a'", null],
    ['s = "a" #@param {type:"string"}', "'b'", 'b'],
    ['s = "a" #@param {type:"string"}', 'f()', 'f()'],
    ['s = "a" #@param {type:"string"}', '', ''],
    ['b = True #@param {type:"boolean"}', 'False', 'False'],
    ['r = f(1) #@param {type:"raw"}', 'f(2)', 'f(2)']
  ])('%s ran with %s', (line, ran, told) => {
    expect(was(line, ran)).toBe(told);
  });
});
