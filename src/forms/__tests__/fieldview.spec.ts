import { faultOf, refusalOf, viewField } from '../fieldview';
import { parseForm } from '../grammar';
import { fieldsOf } from '../keys';

/** What is shown of the field of a line. */
function shown(line: string, ran?: string) {
  return viewField(fieldsOf(parseForm(line))[0], ran);
}

describe('viewField', () => {
  it.each([
    ['s = "a\\n" #@param {type:"date"}', 'fixed', '"a\\n"'],
    ['s = "a" #@param {type:"string"}', 'text', 'a'],
    ['s = "\\u003Ca>" #@param {type:"string"}', 'text', '<a>'],
    ['s = "a\\nb" #@param {type:"string"}', 'fixed', '"a\\nb"'],
    ['s = f"{a}" #@param {type:"string"}', 'fixed', 'f"{a}"'],
    ['n = 1e-6 #@param {type:"number"}', 'number', '1e-6'],
    ['n =  #@param {type:"number"}', 'number', ''],
    ['n = None #@param {type:"integer"}', 'fixed', 'None'],
    ['n = 3 #@param {type:"integer"}', 'integer', '3'],
    ['n = .5 #@param {type:"slider", min:0, max:1}', 'slider', '.5'],
    ['b = True #@param {type:"boolean"}', 'checkbox', 'true'],
    ['d = "a" #@param ["a", "b"]', 'select', 'a'],
    ['d = 2 #@param [1, 2]', 'select', '2'],
    ['d = f(1) #@param ["f(1)", "g"] {type:"raw"}', 'select', 'f(1)'],
    ['d = "c" #@param ["a"] {allow-input: true}', 'combo', 'c'],
    ['d = "2026-03-01" #@param {type:"date"}', 'date', '2026-03-01'],
    ['r = f(x) #@param {type:"raw"}', 'code', 'f(x)'],
    ['r = [1] #@param', 'code', '[1]']
  ])('%s is a %s with %s', (line, kind, text) => {
    expect(shown(line)).toMatchObject({ kind, text });
  });

  it.each([
    ['n = 1 #@param {type:"number"}', null],
    ['n =  #@param {type:"number"}', { code: 'empty' }],
    ['n = 2 #@param {type:"number", max:1}', { code: 'above', limit: 1 }],
    ['n = -1 #@param {type:"slider", min:0}', { code: 'below', limit: 0 }],
    ['d = "c" #@param ["a"]', { code: 'among', options: ['a'] }],
    ['d = "c" #@param ["a"] {allow-input: true}', null],
    ['d = f"{a}" #@param ["a"]', null]
  ])('remarks on %s', (line, remark) => {
    expect(shown(line).remark).toEqual(remark);
  });

  it.each([
    ['{type:"slider", min:0, max:10}', { min: 0, max: 10, step: 1 }],
    ['{type:"slider", min:0, max:1}', { min: 0, max: 1, step: 0.01 }],
    ['{type:"slider", min:0, max:1, step:0.1}', { min: 0, max: 1, step: 0.1 }],
    ['{type:"slider"}', { min: 0, max: 100, step: 1 }],
    ['{type:"slider", min:5, max:1}', { min: 5, max: 1, step: 1 }]
  ])('gives %s a grid', (spec, range) => {
    expect(shown(`n = 1 #@param ${spec}`).range).toEqual(range);
  });

  it('tells what a value was', () => {
    expect(shown('n = 1 #@param {type:"number"}', '2').was).toBe('2');
    expect(shown('n = 1 #@param {type:"number"}', '1.0').was).toBeNull();
  });
});

describe('faultOf', () => {
  it.each([
    ['text', '', false, null],
    ['number', ' ', false, 'empty'],
    ['integer', '9007199254740991', false, null],
    ['integer', ' -9007199254740992', false, 'long'],
    ['slider', '12345678901234567', false, 'long'],
    ['code', '12345678901234567', true, null],
    ['text', '12345678901234567', false, null],
    ['code', '', true, 'empty'],
    ['code', '(1, [2])', true, null],
    ['code', '(1, 2', true, 'bracket'],
    ['code', '1)', true, 'bracket'],
    ['code', '(]', true, 'bracket'],
    ['code', '"(" + \')\'', true, null],
    ['text', '(', false, null],
    ['combo', '(', true, 'bracket']
  ] as const)('%s: %j', (kind, text, isCode, fault) => {
    expect(faultOf(kind, isCode, text)).toBe(fault);
  });

  it('takes no long time', () => {
    const start = performance.now();
    faultOf('code', true, '"\\'.repeat(200_000));
    faultOf('code', true, '([{'.repeat(200_000));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('refusalOf', () => {
  it.each([
    ['integer', false, 'integer'],
    ['slider', false, 'number'],
    ['date', false, 'date'],
    ['code', true, 'code'],
    ['text', false, 'value']
  ] as const)('%s', (kind, isCode, fault) => {
    expect(refusalOf(kind, isCode)).toBe(fault);
  });
});
