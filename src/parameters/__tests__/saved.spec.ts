import { parseForm } from '../../forms/grammar';
import { editsToSaved, type ISavedCell } from '../saved';

function reset(
  now: readonly { id: string; source: string }[],
  saved: readonly ISavedCell[]
): string[] {
  const edits = editsToSaved(
    now.map(cell => ({ ...cell, form: parseForm(cell.source) })),
    saved
  );
  return now.map(({ id, source }) =>
    (edits.get(id) ?? []).reduceRight(
      (text, edit) =>
        text.slice(0, edit.start) + edit.text + text.slice(edit.end),
      source
    )
  );
}

const SAVED = `a = 'x'  #@param {type:"string"}\nb = 1 #@param {type:"integer"}`;

describe('resetting', () => {
  it.each<[string, string, string]>([
    ['puts the letters of the file back', SAVED.replace("'x'", '"y"'), SAVED],
    [
      'keeps other code',
      SAVED.replace('1', '22') + '\nnew()',
      SAVED + '\nnew()'
    ],
    [
      'keeps another annotation',
      SAVED.replace('1', '5').replace('integer', 'number'),
      SAVED.replace('integer', 'number')
    ],
    ['replaces code that no control can', SAVED.replace('1', 'f(2)'), SAVED],
    [
      'keeps fields that are new',
      `${SAVED}\nc = 1 #@param`,
      `${SAVED}\nc = 1 #@param`
    ],
    ['does nothing where nothing has changed', SAVED, SAVED]
  ])('%s', (_, now, then) => {
    const saved = [
      { id: 'other', source: SAVED.replace('1', '9') },
      { id: 'one', source: SAVED }
    ];
    expect(reset([{ id: 'one', source: now }], saved)).toEqual([then]);
  });

  it('finds a cell that was moved', () => {
    const other = 'b = 3 #@param';
    const saved = [
      { id: 'one', source: SAVED },
      { id: 'two', source: other }
    ];
    const now = [
      { id: 'two', source: 'b = 4 #@param' },
      { id: 'one', source: SAVED.replace('1', '2') }
    ];
    expect(reset(now, saved)).toEqual([other, SAVED]);
  });

  it('leaves a cell alone that the file has not', () => {
    const now = [{ id: 'new', source: SAVED.replace('1', '2') }];
    expect(reset(now, [{ id: 'one', source: SAVED }])).toEqual([now[0].source]);
  });

  it('finds cells of a file without ids by what stands around their values', () => {
    const saved = [
      { source: 'x = 1 #@param' },
      { source: 'y = 1 #@param' },
      { source: 'x = 2 #@param' }
    ];
    const now = [
      { id: 'a', source: 'x = 5 #@param' },
      { id: 'b', source: 'x = 6 #@param' },
      { id: 'c', source: 'z = 7 #@param' }
    ];
    expect(reset(now, saved)).toEqual([
      'x = 1 #@param',
      'x = 2 #@param',
      'z = 7 #@param'
    ]);
  });
});
