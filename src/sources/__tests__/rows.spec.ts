import { nullTranslator } from '@jupyterlab/translation';

import { parsed } from '../../bootstrap/parsed';
import { wire } from '../../channel/__tests__/fakes';
import { type ISnapshot, readSnapshot } from '../../channel/messages';
import { type IRow, rowsOf } from '../rows';

const trans = nullTranslator.load('');
const LINE = 'dataset https://h.org/a.zip data/a';

function cell(source: string, id = 'c') {
  return { id, source, ...parsed(source) };
}

function snapshot(rows: object[]): ISnapshot | null {
  return readSnapshot(wire({ rows }));
}

/** The row of one dataset, with what the kernel said about it. */
function rowOf(said: object | null): IRow {
  const rows = said ? [{ key: LINE, step: 'dataset', ...said }] : [];
  return rowsOf([cell(`%%preflight\n${LINE}`)], snapshot(rows), trans)[0];
}

describe('rowsOf', () => {
  it('has a row for each line, where it stands', () => {
    const source = `%%preflight\n${LINE} # so\n\nnonsense\npip a \\\n  b`;
    const rows = rowsOf([cell(source)], null, trans);
    expect(rows.map(row => [row.name, row.index, row.glyph])).toEqual([
      ['data/a', 0, 'unknown'],
      ['Line 4', -1, 'failed'],
      ['Packages', 1, 'unknown']
    ]);
    expect(source.slice(rows[1].start, rows[1].end)).toBe('nonsense');
    expect(source.slice(rows[2].start, rows[2].end)).toBe('pip a \\\n  b');
    expect(rows[0]).toMatchObject({
      state: 'not prepared',
      meta: 'h.org',
      link: 'https://h.org/a.zip',
      line: `${LINE} # so`,
      buttons: []
    });
  });

  it.each<[object, Partial<IRow>]>([
    [{ state: 'waiting' }, { glyph: 'waiting', text: 'waiting' }],
    [
      { state: 'working', bytes: 31e6, of: 62e6, speed: 6e6, eta: 5 },
      { glyph: 'working', progress: 0.5, state: 'working' }
    ],
    [
      { state: 'working', bytes: 9, of: 3 },
      { glyph: 'working', progress: 1 }
    ],
    [{ state: 'working' }, { text: 'working', progress: null }],
    [
      { state: 'ready', text: '12 files' },
      { glyph: 'ready', text: '12 files' }
    ],
    [
      { state: 'warning', text: 'w' },
      { glyph: 'needs', wraps: true }
    ],
    [{ state: 'blocked' }, { glyph: 'waiting', state: 'not run' }],
    [{ state: 'skipped' }, { glyph: 'skipped', state: 'skipped' }],
    [{ state: 'needs' }, { glyph: 'needs', state: 'needs you' }],
    [{ state: 'failed' }, { glyph: 'failed', state: 'failed' }],
    [{ state: 'offline' }, { glyph: 'offline', state: 'no network' }]
  ])('%j', (said, wanted) => {
    expect(rowOf(said)).toMatchObject(wanted);
  });

  it('has one row for a step that is wrong, with all that is', () => {
    const source = [
      '%%preflight',
      'dataset https://www.dropbox.com/scl/fo/9xk2/AAD1?dl=0 data/a \\',
      '  --reff v1 # mine',
      'pip a',
      'dataset $LINK $HERE',
      'dataset https://h.org/b.zip data/a'
    ].join('\n');
    const { problems } = parsed(source);
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 5, 5, 6]);
    const rows = rowsOf(
      [cell(source)],
      snapshot([{ key: 'pip a', step: 'pip', state: 'ready' }]),
      trans
    );
    expect(rows.map(row => [row.name, row.index, row.isWrong])).toEqual([
      ['data/a', 0, true],
      ['Packages', 1, false],
      ['Line 5', -1, true],
      ['data/a', 2, true]
    ]);
    expect(rows[0]).toMatchObject({
      glyph: 'failed',
      state: 'wrong',
      text: `${problems[0].message} ${problems[1].message}`,
      title: source.split('\n').slice(1, 3).join('\n'),
      link: 'https://www.dropbox.com/scl/fo/9xk2/AAD1?dl=0'
    });
    expect(rows[0].buttons).toMatchObject([
      { verb: 'fix', value: problems[1].hint },
      { verb: 'edit' }
    ]);
    expect(rows[2].text).toBe(problems[2].message);
    expect(rows[3].text).toBe(problems[4].message);
    expect(new Set(rows.map(row => row.id)).size).toBe(4);
  });

  it.each([
    ['cell', ['edit']],
    ['gone', ['edit', 'again']],
    ['install', ['edit', 'again']],
    ['conflict', ['open-folder', 'edit', 'again']],
    ['network', ['again']],
    ['whatever comes', ['again']]
  ])('leads on from an error: %s', (code, verbs) => {
    const row = rowOf({ state: 'failed', error: { code } });
    expect(row.buttons.map(button => button.verb)).toEqual(verbs);
  });

  it('opens only an https page, without what ends its sentence', () => {
    const action = 'Accept them at https://h.org/rules?a=1. Then go on.';
    const error = { code: 'rules', action };
    expect(rowOf({ state: 'needs', error }).buttons[0]).toMatchObject({
      verb: 'open-page',
      value: 'https://h.org/rules?a=1'
    });
    const evil = { code: 'rules', action: 'Open javascript:alert(1) now' };
    const verbs = rowOf({ state: 'needs', error: evil }).buttons;
    expect(verbs.map(button => button.verb)).toEqual(['again']);
  });

  it('keeps a row its id while others come and go, in each cell', () => {
    const ids = (...sources: string[]) =>
      rowsOf(
        sources.map((source, index) => cell(source, `c${index}`)),
        null,
        trans
      ).map(row => row.id);
    const before = ids('pip a\npip a', 'pip a');
    expect(new Set(before).size).toBe(3);
    const after = ids('apt git\npip a\npip a', 'pip a');
    expect(after.slice(1)).toEqual(before);
  });

  it('gives each cell what belongs to it', () => {
    const rows = rowsOf(
      [cell('pip a', 'c0'), cell(`pip a\n${LINE}`, 'c1')],
      snapshot([
        { key: 'pip a', step: 'pip', state: 'ready', text: 'first' },
        { key: LINE, step: 'dataset', state: 'failed', path: '/r/data/a' },
        { key: 'pip a', step: 'pip', state: 'waiting', text: 'second' }
      ]),
      trans
    );
    expect(rows.map(row => [row.cell, row.glyph])).toEqual([
      ['c0', 'ready'],
      ['c1', 'waiting'],
      ['c1', 'failed']
    ]);
    expect(rows[2].path).toBe('/r/data/a');
  });
});
