import { wire } from '../../channel/__tests__/fakes';
import { readSnapshot } from '../../channel/messages';
import { parse } from '../grammar';
import { match } from '../match';

/** The names of the rows that belong to the lines of a text. */
function matched(text: string, rows: readonly (readonly string[])[]) {
  const snapshot = readSnapshot(
    wire({ rows: rows.map(([key, name]) => ({ key, name, state: 'ready' })) })
  );
  return match(parse(text).steps, snapshot).map(row => row?.name ?? null);
}

describe('match', () => {
  it('goes by the spelling, not by the place', () => {
    expect(
      matched("apt git\npip   'a'\nenv A=B", [
        ['env A=B', 'e'],
        ['pip a', 'p']
      ])
    ).toEqual([null, 'p', 'e']);
  });

  it('gives the first of equal steps the first of their rows', () => {
    expect(
      matched('pip a\npip b\npip a\npip a', [
        ['pip a', '1'],
        ['pip a', '2'],
        ['pip c', '3']
      ])
    ).toEqual(['1', null, '2', null]);
  });

  it('knows what other cells have ended with', () => {
    const said = (key: string, name: string) => ({ key, name, state: 'ready' });
    const snapshot = readSnapshot(
      wire({
        rows: [said('pip b', 'now')],
        others: [said('pip b', 'before'), said('pip a', 'a'), null]
      })
    );
    const { steps } = parse('pip a\npip b\npip c');
    expect(match(steps, snapshot).map(row => row?.name)).toEqual([
      'a',
      'now',
      undefined
    ]);
  });

  it('gives nothing where the kernel has said nothing', () => {
    expect(match(parse('pip a').steps, null)).toEqual([null]);
    expect(matched('', [['pip a', '1']])).toEqual([]);
  });
});
