import { createHash } from 'crypto';
import { TextEncoder } from 'util';

import { sha256 } from '../digest';

Object.assign(globalThis, { TextEncoder });

describe('sha256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad']
  ])('gives the published digest of %j', (text, digest) => {
    expect(sha256(text)).toBe(digest);
  });

  it('agrees with another implementation at every length around a block', () => {
    for (let length = 0; length < 200; length++) {
      const text = 'dataset é🌍 '.repeat(20).slice(0, length);
      const expected = createHash('sha256').update(text, 'utf8').digest('hex');
      expect(sha256(text)).toBe(expected);
    }
  });
});
