import { readSnapshot } from '../messages';
import { readProbe } from '../probe';
import { wire } from './fakes';

describe('readSnapshot', () => {
  it('reads what a kernel sends', () => {
    const row = {
      key: 'dataset l d',
      line: 3,
      step: 'dataset',
      name: 'd',
      provider: 'https',
      state: 'failed',
      text: 'gone',
      notes: ['a', 2],
      bytes: 3,
      of: null,
      speed: -1,
      error: { code: 'gone', reason: 'r', action: 'a', person: true }
    };
    const snapshot = readSnapshot(wire({ rows: [row], text_sha256: 'ab' }));
    expect(snapshot?.textSha256).toBe('ab');
    expect(snapshot?.rows[0]).toMatchObject({
      key: 'dataset l d',
      state: 'failed',
      notes: ['a'],
      of: null,
      speed: null,
      error: { code: 'gone', source: '', person: true }
    });
  });

  it.each([null, 1, 'x', [], {}, { version: 1, boot: 'b' }])(
    'is null for %j',
    data => {
      expect(readSnapshot(data)).toBeNull();
    }
  );

  it('drops rows that are none, and keeps the others', () => {
    const good = { key: 'k', state: 'ready' };
    const snapshot = readSnapshot(
      wire({ rows: [null, 1, {}, { key: 'k', state: 'odd' }, good] })
    );
    expect(snapshot?.rows.map(row => row.key)).toEqual(['k']);
  });
});

describe('readProbe', () => {
  const hex = (data: unknown) =>
    `'${Buffer.from(JSON.stringify(data)).toString('hex')}'`;

  it('reads names in any script', () => {
    expect(
      readProbe(
        hex({ installed: true, environment: 'Umgebung-ä🌍', python: '3.13' })
      )
    ).toEqual({
      installed: true,
      loaded: false,
      environment: 'Umgebung-ä🌍',
      python: '3.13'
    });
  });

  it.each([undefined, '', "''", "'zz'", "'7b'", 'NameError'])(
    'is null for %j',
    repr => {
      expect(readProbe(repr)).toBeNull();
    }
  );
});
