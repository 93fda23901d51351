import fc from 'fast-check';

import cells from '../../../tests/vectors/language.json';
import wordRows from '../../../tests/vectors/words.json';
import { folder } from '../folders';
import {
  type IParsed,
  MAX_PROBLEMS,
  parse,
  parseWords,
  quote
} from '../grammar';
import { distance, language, nearest } from '../language';
import { sentenceOf } from '../messages';

const VERSION = '0.1.0';

/** What was read, as the vectors write it. */
function shown(parsed: IParsed): object {
  return {
    steps: parsed.steps.map(({ line, key, args, options, source }) => ({
      line,
      key,
      args,
      ...(Object.keys(options).length > 0 ? { options } : {}),
      ...(source
        ? { source: `${source.provider} ${source.kind} ${source.canonical}` }
        : {})
    })),
    problems: parsed.problems.map(({ code, line, column, message, hint }) => ({
      code,
      line,
      column,
      message,
      ...(hint ? { hint } : {})
    })),
    ...(parsed.title ? { title: parsed.title } : {})
  };
}

describe('parse', () => {
  it.each(cells.map(row => [row.name, row] as const))('%s', (_, row) => {
    const { text, ...wanted } = row;
    const parsed = shown(parse(text, VERSION));
    expect({ name: row.name, ...parsed }).toEqual(wanted);
  });

  it.each(cells.map(row => [row.name, row] as const))(
    'a key is the same step: %s',
    (_, row) => {
      for (const step of parse(row.text).steps) {
        const [again] = parse(step.key).steps;
        expect(again.words).toEqual(step.words);
        expect(again.args).toEqual(step.args);
        expect(again.options).toEqual(step.options);
        expect(again.key).toBe(step.key);
      }
    }
  );

  it.each(cells.map(row => [row.name, row] as const))(
    'a step stands where it says: %s',
    (_, row) => {
      for (const step of parse(row.text).steps) {
        const text = row.text.slice(step.start, step.end);
        const [again] = parse(text).steps;
        expect(again.words).toEqual(step.words);
        expect(text.startsWith(step.name)).toBe(true);
        expect(['', '\r', '\n']).toContain(row.text.charAt(step.end));
      }
    }
  );

  it('does not ask for a version that it is not told', () => {
    expect(parse('require preflight>=99').problems).toEqual([]);
  });

  it('answers any text', () => {
    const words = fc.constantFrom(
      ...Object.keys(language.steps),
      ...Object.keys(language.like),
      ...Object.keys(language.options).map(name => `--${name}`),
      'https://x.org/a.zip',
      'github:o/r@main',
      'a/b',
      '..',
      '--on=!x',
      'A=b',
      "'",
      '$x',
      '>=1',
      'constructor',
      '--__proto__',
      '{x}'
    );
    const texts = fc.oneof(
      fc.string16bits({ maxLength: 120 }),
      fc
        .array(
          fc.array(words, { maxLength: 8 }).map(line => line.join(' ')),
          { maxLength: 6 }
        )
        .map(lines => lines.join('\n'))
    );
    fc.assert(
      fc.property(texts, text => {
        for (const problem of parse(text).problems) {
          expect(problem.message).not.toBe('');
          expect(problem.column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 }
    );
  });

  it('tells only so many problems', () => {
    const { problems } = parse('oops\n'.repeat(5000));
    expect(problems).toHaveLength(MAX_PROBLEMS + 1);
    expect(problems[MAX_PROBLEMS]).toMatchObject({
      code: 'too-many',
      line: MAX_PROBLEMS + 1
    });
  });

  it('reads ten thousand lines, and a megabyte in one', () => {
    const lines = Array.from(
      { length: 10_000 },
      (_, n) => `dataset https://x.org/${n}.zip data/${n}\n`
    );
    const parsed = parse(lines.join(''));
    expect(parsed.steps).toHaveLength(10_000);
    expect(parsed.problems).toEqual([]);
    const long = `dataset https://x.org/${'a'.repeat(1e6)} data/a`;
    expect(parse(long).problems.map(({ code }) => code)).toEqual(['link-long']);
    const deep = `dataset https://x.org/a data/${'a/'.repeat(5e5)}`;
    expect(parse(deep).problems.map(({ code }) => code)).toEqual([
      'folder-long'
    ]);
  });

  it.each([
    'dataset ./x y\n',
    'dataset ./x a/b/c/d --on colab\n',
    'run $x ',
    'env A=1 ',
    'pip x\\\n',
    'run ghp_',
    'env X=eyJ',
    'link a b\nlink c b/d\n',
    'run 😀 $x ',
    'dataset \u202e\n',
    'a  \u00a0 '
  ])('takes linear time for %j', piece => {
    const milliseconds = (count: number) => {
      const text = piece.repeat(count);
      // Of this process alone: the machine may do something else meanwhile.
      const start = process.cpuUsage();
      parse(text);
      return process.cpuUsage(start).user / 1000;
    };
    milliseconds(500);
    const short = Math.min(
      milliseconds(500),
      milliseconds(500),
      milliseconds(500)
    );
    const long = Math.min(milliseconds(8000), milliseconds(8000));
    expect(long).toBeLessThan(16 * 8 * Math.max(short, 3));
  });
});

describe('parseWords', () => {
  it.each(wordRows.map(row => [row.words.join(' '), row] as const))(
    'takes %j as it is',
    (_, row) => {
      const { words, ...wanted } = row;
      expect(shown(parseWords(words, VERSION))).toEqual(wanted);
    }
  );
});

describe('sentenceOf', () => {
  it('shows values short and plain', () => {
    expect(sentenceOf('no-command', ['%2\x1b[31m'])).toBe(
      '“%2\ufffd[31m” is no command.'
    );
    expect(sentenceOf('no-command', ['x'.repeat(1000)]).length).toBeLessThan(
      120
    );
  });

  it('speaks other languages', () => {
    expect(sentenceOf('no-command', ['x'], () => '»%1« ist kein Befehl.')).toBe(
      '»x« ist kein Befehl.'
    );
  });
});

describe('nearest', () => {
  const steps = Object.keys(language.steps);

  it.each([
    ['porject', 'project'],
    ['Datset', 'dataset'],
    ['xyz', ''],
    ['dataset'.repeat(100), '']
  ])('answers %s with %j', (word, wanted) => {
    expect(nearest(word, steps)).toBe(wanted);
  });

  it('measures a distance', () => {
    expect(distance('abc', 'acb')).toBe(1);
    expect(distance('', 'a')).toBe(1);
    expect(distance('abcd', 'dcba')).toBe(3);
  });
});

describe('folder', () => {
  it('takes only plain paths', () => {
    fc.assert(
      fc.property(fc.fullUnicodeString({ maxLength: 40 }), word => {
        let path: string;
        try {
          path = folder(word);
        } catch {
          return;
        }
        expect(folder(path)).toBe(path);
        expect(path).not.toMatch(/^[-/~]|[<>:"\\|?*]|(^|\/)\.{0,2}(\/|$)/);
        expect(quote(path)).not.toBe('');
      })
    );
  });
});
