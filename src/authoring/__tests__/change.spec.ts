/* eslint-disable jupyter/no-untranslated-string -- cells speak for themselves */
import { parseForm } from '../../forms/grammar';
import { fieldsOf } from '../../forms/keys';
import type { IFieldSpec } from '../../forms/write';
import { changeAnnotation } from '../change';
import { draftOf, type IDraft, readDraft, withHidden } from '../draft';

/** The cell after the first field has been changed in the dialog; null where that cannot be. */
function changed(source: string, changes: Partial<IDraft>): string | null {
  const [field] = fieldsOf(parseForm(source));
  const { spec } = readDraft({ ...draftOf(field), ...changes });
  const edit = changeAnnotation(source, field, withHidden(spec, field));
  return (
    edit && source.slice(0, edit.start) + edit.text + source.slice(edit.end)
  );
}

describe('changeAnnotation', () => {
  it.each<[string, string, Partial<IDraft>, string]>([
    [
      'type',
      'x = 1 # @param {type:"number"}',
      { type: 'integer' },
      'x = 1 # @param {type:"integer"}'
    ],
    [
      'a bare annotation',
      'x = 1  #@param',
      { type: 'number' },
      'x = 1  #@param {type:"number"}'
    ],
    [
      'a bare annotation with prose',
      'x = 1 #@param in pixels',
      { type: 'number' },
      'x = 1 #@param {type:"number"} in pixels'
    ],
    ['code stays bare', 'x = f() #@param', { type: 'raw' }, 'x = f() #@param'],
    [
      'code with a placeholder',
      'x = f() #@param',
      { placeholder: 'g()' },
      'x = f() #@param {type:"raw", placeholder:"g()"}'
    ],
    [
      'a trailer',
      "x = 1 #@param{type: 'number'} # in pixels",
      { type: 'slider', min: '0', max: '2', step: '1' },
      'x = 1 #@param{type:"slider", min:0, max:2, step:1} # in pixels'
    ],
    [
      'the spelling of what stays',
      "x = 1 # @param {'type' : 'slider',  \"min\":0, max : 10, step: 1}",
      { max: '20' },
      "x = 1 # @param {'type' : 'slider', \"min\":0, max:20, step: 1}"
    ],
    [
      'settings of others',
      'x = "" # @param {type:"string", isTemplate: true, items: ["a, }", {b: 1}]}',
      { placeholder: 'p' },
      'x = "" # @param {type:"string", isTemplate: true, items: ["a, }", {b: 1}], placeholder:"p"}'
    ],
    [
      'limits go with the slider',
      'x = "a" # @param {type:"slider", min:0, max:1, step:0.1, isTemplate:true}',
      { type: 'string' },
      'x = "a" # @param {type:"string", isTemplate:true}'
    ],
    [
      'a setting that is cleared',
      'x = "" # @param {type:"string", placeholder:"p"}',
      { placeholder: '' },
      'x = "" # @param {type:"string"}'
    ],
    [
      'a setting that is not shown',
      'x = True # @param {type:"boolean", placeholder:"p"}',
      {},
      'x = True # @param {type:"boolean", placeholder:"p"}'
    ],
    [
      'options',
      "x = 'a' # @param ['a','b'] {type:\"string\"}",
      { options: ['a', 'b "c"'] },
      'x = \'a\' # @param ["a", "b \\"c\\""] {type:"string"}'
    ],
    [
      'the spelling of the options',
      "x = 'a' # @param ['a','b' , 3,]",
      { allowInput: true },
      "x = 'a' # @param ['a','b' , 3,] {allow-input: true}"
    ],
    [
      'a denial that stays',
      'x = "a" # @param ["a"] {allow-input: false}',
      { options: ['a', 'b'] },
      'x = "a" # @param ["a", "b"] {allow-input: false}'
    ],
    [
      'no other texts',
      'x = "a" # @param ["a"] {allow-input: true}',
      { allowInput: false },
      'x = "a" # @param ["a"]'
    ],
    [
      'a choice of code',
      'x = 1 # @param ["1"]',
      { isCode: true },
      'x = 1 # @param ["1"] {type:"raw"}'
    ],
    [
      'a choice of texts',
      'x = 1 # @param ["1"] {type:"raw", allow-input: true}',
      { isCode: false },
      'x = 1 # @param ["1"] {allow-input: true}'
    ],
    [
      'the list behind the braces',
      'x = "a" # @param {type:"string"} ["a", "b"]',
      { options: ['b'] },
      'x = "a" # @param ["b"] {type:"string"}'
    ],
    [
      'a choice becomes a text',
      'x = "a" # @param ["a"]',
      { type: 'string' },
      'x = "a" # @param {type:"string"}'
    ],
    [
      'a value that the type cannot show',
      'x = None # @param {type:"integer"}',
      { type: 'slider', min: '0', max: '9' },
      'x = None # @param {type:"slider", min:0, max:9}'
    ],
    [
      'a target that is no name',
      '  a["b"].c: int = 1 # @param {type:"integer"}',
      { type: 'number' },
      '  a["b"].c: int = 1 # @param {type:"number"}'
    ],
    [
      'another annotation behind it',
      'x = "" # @param {type:"string"}  # @param {type:"string"}',
      { type: 'date' },
      'x = "" # @param {type:"date"}  # @param {type:"string"}'
    ],
    [
      'its lines',
      '#@title T\r\nx = 1 #@param {type:"raw"}\r\ny = 2 #@param',
      { type: 'number' },
      '#@title T\r\nx = 1 #@param {type:"number"}\r\ny = 2 #@param'
    ]
  ])('%s', (_, source, changes, wanted) => {
    expect(changed(source, changes)).toBe(wanted);
  });

  it.each([
    'x = 1 # @param {type: "slider",min :0,max:  1,step:0.1,}  prose',
    "x = 'a' #@param[ 'a' ,\"b\"]{allow-input :false}",
    'x = "a" # @param {"type":"string"} ["a"] # c',
    'x = f()#@param'
  ])('leaves alone what is the same: %s', source => {
    expect(changed(source, {})).toBe(source);
  });

  it('refuses what is not the field of that text', () => {
    const [field] = fieldsOf(parseForm('x = 1 #@param'));
    const spec: IFieldSpec = { name: 'x', type: 'number' };
    expect(changeAnnotation('y = 22 + 3 #@param', field, spec)).toBeNull();
    expect(changeAnnotation('', field, spec)).toBeNull();
    expect(
      changeAnnotation(
        'x = 1 #@param',
        { ...field, annotation: undefined },
        spec
      )
    ).toBeNull();
  });
});
