import fc from 'fast-check';

import quoteRows from '../../../tests/vectors/quote.json';
import { isBlank, isHidden } from '../../sources/characters';
import { lex } from '../lexer';
import { quote } from '../lines';

describe('quote', () => {
  it.each(quoteRows.map(row => [row.word, row.quoted] as const))(
    'writes %j as the kernel does',
    (word, quoted) => {
      expect(quote(word)).toBe(quoted);
    }
  );

  it('is undone by the lexer', () => {
    const words = fc
      .fullUnicodeString({ maxLength: 12 })
      .filter(
        word =>
          !Array.from(word).some(
            char => (isHidden(char) && char !== '\t') || isBlank(char)
          )
      );
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 6 }), given => {
        const { lines, inComments } = lex(given.map(quote).join(' '));
        expect(inComments).toEqual([]);
        expect(lines).toHaveLength(1);
        expect(lines[0].mistakes).toEqual([]);
        expect(lines[0].words.map(word => word.value)).toEqual(given);
      }),
      { examples: [[['', "'", "it's", '#a', '&', '&&', '\\', '$x', '\t']]] }
    );
  });
});

describe('lex', () => {
  it('answers any text, and every word stands where it says', () => {
    const odd = fc.array(
      fc.constantFrom(
        ...'ab \'"\\$|&#\t\r\n',
        '\u202e',
        '😀',
        '\ud800',
        '\\\n'
      ),
      { maxLength: 40 }
    );
    const texts = fc.oneof(
      odd.map(chars => chars.join('')),
      fc.string16bits({ maxLength: 100 })
    );
    fc.assert(
      fc.property(texts, text => {
        const physical = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
        for (const { words, mistakes, start, end } of lex(text).lines) {
          for (const word of words) {
            expect(word.start).toBeGreaterThanOrEqual(start);
            expect(word.end).toBeLessThanOrEqual(end);
            const letters = Array.from(physical[word.line - 1]);
            const first = String.fromCodePoint(
              text.codePointAt(word.start) ?? 0
            );
            expect(letters[word.column - 1]).toBe(first);
          }
          for (const mistake of mistakes) {
            expect(mistake.line).toBeLessThanOrEqual(physical.length);
          }
        }
      }),
      { numRuns: 500 }
    );
  });

  it.each([
    'a',
    "'",
    '"',
    '\\',
    '\\ ',
    '$',
    '$ ',
    'a\\\n',
    '# ',
    '\u202e',
    '\u202e ',
    '\u00a0',
    '😀 ',
    '&',
    ' ',
    "''",
    '"\\',
    '\\ \t',
    '#\u202e'
  ])('takes linear time for %j', piece => {
    const milliseconds = (count: number) => {
      const text = piece.repeat(count);
      // Of this process alone: the machine may do something else meanwhile.
      const start = process.cpuUsage();
      lex(text);
      return process.cpuUsage(start).user / 1000;
    };
    milliseconds(1000);
    const short = Math.min(
      milliseconds(10_000),
      milliseconds(10_000),
      milliseconds(10_000)
    );
    const long = Math.min(milliseconds(160_000), milliseconds(160_000));
    expect(long).toBeLessThan(16 * 10 * Math.max(short, 3));
  });
});
