import { nullTranslator } from '@jupyterlab/translation';
import fc from 'fast-check';

import { parse, quote } from '../../bootstrap/grammar';
import { tokenIn } from '../../bootstrap/language';
import { found, understand } from '../paste';

const trans = nullTranslator.load('');

const ID = '1aBcDeFgHiJkLmNoPqRsTuVwXyZ';
const TOKEN = `ghp_${'a1'.repeat(18)}`;

describe('whatever is pasted', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        'wget',
        'curl',
        '-O',
        '-d',
        'unzip',
        'git',
        'clone',
        'pip',
        'install'
      ],
      ...['&&', '|', ';', '$(', ')', '`', '"', "'", '\\', '\n', ' ', '{', '}'],
      ...['https://h.org/a.zip', 'a.zip', '%env', '!', '%%bash', 'A=B', '#'],
      ...['gdown', ID, 'snapshot_download(', 'os.environ["A"]=', 'f"', '"""'],
      ...['cd', '..', '~', '/content/', '-', '--', 'ln', '-s', '[', ']', TOKEN]
    ),
    fc.fullUnicodeString({ maxLength: 6 })
  );
  const text = fc
    .array(fc.tuple(piece, fc.constantFrom('', ' ')), { maxLength: 24 })
    .map(pieces => pieces.flat().join(''));

  it('is never offered where the grammar refuses it, and never thrown at', () => {
    fc.assert(
      fc.property(text, given => {
        for (const item of understand(given, trans)) {
          const { steps, problems } = parse(item.line);
          expect(item.line.split(/\s/).some(tokenIn)).toBe(false);
          if (!item.problem) {
            expect(problems).toEqual([]);
            expect(steps).toHaveLength(1);
            expect(item.role).toBe(steps[0].name);
          }
        }
        for (const find of found(given)) {
          expect(parse(find.line).problems).toEqual([]);
          const spans = find.spans.map(one => given.slice(one.start, one.end));
          expect(spans.join('\n')).toBe(find.text);
          expect(find.text).toBe(find.text.trim());
        }
      }),
      { numRuns: 500 }
    );
  });

  it('comes back as it is where it is a line of ours', () => {
    const word = fc.stringMatching(/^[a-z0-9 ._%,'-]{1,12}$/);
    fc.assert(
      fc.property(word, word, (name, folder) => {
        const words = ['dataset', `https://h.org/${encodeURIComponent(name)}`];
        const line = [...words, `in/${folder}`, '--optional']
          .map(quote)
          .join(' ');
        fc.pre(parse(line).problems.length === 0);
        const [item, ...others] = understand(line, trans);
        expect(others).toEqual([]);
        expect(item).toMatchObject({ line, problem: null });
      })
    );
  });

  it.each([
    ['slashes', `git clone ${'/'.repeat(200_000)}x`],
    ['brackets', `pip install -e ${'['.repeat(200_000)}`],
    ['open parameters', `wget ${'?confirm=$('.repeat(50_000)}`],
    ['quotes', `wget ${'"\''.repeat(100_000)}`],
    ['outputs', `wget ${'$('.repeat(100_000)}`],
    ['continued lines', 'x \\\n'.repeat(100_000)],
    ['a chain', 'pip install a && '.repeat(30_000)],
    ['calls', 'urlretrieve('.repeat(50_000)],
    ['arguments', `urlretrieve(${'a=b,'.repeat(100_000)}`],
    ['assignments', "os.environ['a' ".repeat(50_000)],
    ['archives', 'wget https://h.org/a.zip\nunzip a.zip\n'.repeat(10_000)],
    [
      'unpacking',
      'wget https://h.org/a.zip\n' + 'unzip a.zip\n'.repeat(20_000)
    ],
    ['links', 'https://h.org/a.zip\n'.repeat(20_000)],
    ['folders', `cd ${'a/'.repeat(100_000)} && pip install -r x`],
    ['words', `pip install ${'a '.repeat(100_000)}`]
  ])('is read in linear time: %s', (_, given) => {
    const before = process.cpuUsage();
    understand(given, trans);
    found(given);
    found(`%%bash\n${given}`);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(5000);
  });
});
