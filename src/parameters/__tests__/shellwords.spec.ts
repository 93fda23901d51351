import * as fc from 'fast-check';

import { quoteWord, splitWords } from '../shellwords';

describe('words', () => {
  it.each<[string, string[] | null]>([
    ['', []],
    [' a  b\tc\n d ', ['a', 'b', 'c', 'd']],
    ["a'b c'd", ['ab cd']],
    ["''", ['']],
    ['""x', ['x']],
    ['"a\\"b\\n\\$c"', ['a"b\\n$c']],
    ["'a\\'", ['a\\']],
    ['a\\ b \\\n c', ['a b', 'c']],
    ['a \\\r\n b', ['a', 'b']],
    ['a\\', ['a']],
    ['"a\nb"', ['a\nb']],
    ['$HOME `x` a|b', ['$HOME', '`x`', 'a|b']],
    ["it's", null],
    ['"a\\"', null]
  ])('of %j are %j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it('are quoted only where they have to be', () => {
    expect(quoteWord('lr=1e-3')).toBe('lr=1e-3');
    expect(quoteWord('a=[1, 2]')).toBe("'a=[1, 2]'");
    expect(quoteWord("it's")).toBe("'it'\\''s'");
    expect(quoteWord('')).toBe("''");
    expect(quoteWord('é')).toBe("'é'");
  });

  it('come back from their quotes', () => {
    fc.assert(
      fc.property(fc.array(fc.string16bits()), words => {
        expect(splitWords(words.map(quoteWord).join(' '))).toEqual(words);
      })
    );
  });

  it('are split without an error, whatever they are', () => {
    const piece = fc.constantFrom(...'\'"\\ \n\ra$=');
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        const words = splitWords(pieces.join(''));
        expect(words === null || Array.isArray(words)).toBe(true);
      })
    );
  });
});
