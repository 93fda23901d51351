import fc from 'fast-check';

import { parse } from '../grammar';
import { shellSource } from '../shell';

/** The lines for some steps, without the sentence at the head. */
function shell(text: string): string[] {
  const { steps, problems } = parse(text);
  expect(problems).toEqual([]);
  return shellSource(steps)
    .split('\n')
    .slice(1)
    .filter(line => line !== '');
}

const DRIVE = 'https://drive.google.com/file/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ';
const SHA = '0123456789abcdef0123456789abcdef01234567';
const UNZIP =
  'unzip -nq data/a.download -d data/a || [ $? -le 2 ]; }} && rm data/a.download';

describe('shellSource', () => {
  it.each<[string, ...string[]]>([
    [
      'apt git',
      '!apt-get install -y -q git || sudo -n apt-get install -y -q git'
    ],
    ["pip -r a.txt 'torch>=2'", "%pip install -r a.txt 'torch>=2'"],
    ['env A=B', '%env A=B'],
    ['env \'A=b "c"?\'', 'import os; os.environ["A"] = "b \\"c\\"?"'],
    [
      'env --secret WANDB_API_KEY --secret A=B',
      'import getpass, os',
      'os.environ["WANDB_API_KEY"] = getpass.getpass("WANDB_API_KEY: ")',
      'os.environ["A"] = getpass.getpass("B: ")'
    ],
    ['run python x.py --lr {lr}', '!python x.py --lr {lr}'],
    ["run --in net python 'a b{lr}'", "!cd net && python 'a b{lr}'"],
    ['require gpu ram>=12GB', '# Needs: gpu ram>=12GB', '!nvidia-smi -L'],
    [
      'dataset https://h.org/a.zip data/a',
      `!mkdir -p data/a && curl -fL --retry 3 -o data/a.download https://h.org/a.zip && {{ ${UNZIP}`
    ],
    [
      'dataset https://h.org/a.tgz data/a',
      '!mkdir -p data/a && curl -fL --retry 3 -o data/a.download https://h.org/a.tgz && ' +
        'tar -xf data/a.download -C data/a && rm data/a.download'
    ],
    [
      'dataset https://h.org/a.csv data/a --as b.csv --sha256 ' +
        'a'.repeat(64),
      '# Left out: --sha256.',
      '!mkdir -p data/a && curl -fL --retry 3 -o data/a/b.csv https://h.org/a.csv'
    ],
    [
      'dataset https://h.org/a.zip data/a --no-unpack --on colab --optional',
      '# Only on colab: take the next lines out elsewhere.',
      '# Optional: may fail.',
      '!mkdir -p data/a && curl -fL --retry 3 -o data/a/a.zip https://h.org/a.zip'
    ],
    [
      'dataset https://h.org/a data/a --unpack',
      '# Unpack it yourself.',
      '!mkdir -p data/a && curl -fL --retry 3 -o data/a/a https://h.org/a'
    ],
    [
      'dataset https://www.dropbox.com/scl/fo/9xk2/AAD1?rlkey=q7 data/a',
      "!mkdir -p data/a && curl -fL --retry 3 -o data/a.download 'https://www.dropbox.com/scl/fo/9xk2/AAD1?rlkey=q7&dl=1' && " +
        `{{ ${UNZIP}`
    ],
    [
      `dataset ${DRIVE} data/a`,
      '%pip install -q gdown',
      `!mkdir -p data/a && gdown --fuzzy -O data/a/ ${DRIVE}/view`
    ],
    [
      'project github.com/me/net net --ref dev',
      '!if [ -d net/.git ]; then git -C net pull --ff-only; ' +
        'else git clone --depth 1 --branch dev -- https://github.com/me/net.git net; fi'
    ],
    [
      `project github.com/me/net net --ref ${SHA}`,
      '!if [ -d net/.git ]; then true; else git clone -- https://github.com/me/net.git net && ' +
        `git -C net checkout -q ${SHA}; fi`
    ],
    [
      'project https://github.com/me/net/tree/dev/src net',
      '# A folder of a repository: the whole repository is fetched.',
      '!if [ -d net/.git ]; then git -C net pull --ff-only; ' +
        'else git clone --depth 1 --branch dev -- https://github.com/me/net.git net; fi'
    ],
    [
      'dataset ./in data/a',
      '!mkdir -p data && ln -sfn "`realpath ./in`" data/a'
    ],
    [
      "link data/a 'net/in put'",
      "!if [ -e 'net/in put' ] && [ ! -L 'net/in put' ]; then echo 'net/in put' is there already; " +
        'else mkdir -p net && ln -sfn "`pwd`"/data/a \'net/in put\'; fi'
    ]
  ])('%s', (text, ...lines) => {
    expect(shell(text)).toEqual(lines);
  });

  it.each([
    // What IPython 9 makes of these lines, and bash of that, was tried: the words come out again.
    ["a$HOME'", "%pip install 'a$$$HOME'\\'''"],
    ["$x it's", "%pip install '$$$x it'\\''s'"],
    ["it's $x", "%pip install 'it'\\''s $x'"],
    ["'$$x", "%pip install ''\\''$$x'"],
    ['{a,b}', "%pip install '{{{{a,b}}}}'"],
    ['a b', "%pip install 'a b'"]
  ])('pip %j', (word, line) => {
    const { steps } = parse(`pip '${word.replaceAll("'", "'\\''")}'`);
    expect(steps[0].args).toEqual([word]);
    expect(shellSource(steps).split('\n').pop()).toBe(line);
  });

  it('never lets a word end its line or begin another', () => {
    fc.assert(
      fc.property(fc.fullUnicodeString({ maxLength: 20 }), given => {
        const word = `'${given.replaceAll("'", "'\\''")}'`;
        for (const step of [
          'apt',
          'pip',
          'run',
          'env A=B',
          'link x',
          'require'
        ]) {
          const { steps } = parse(`${step} ${word}`);
          for (const line of shellSource(steps).split('\n')) {
            expect(line).toMatch(/^($|[!#%]|import os; )/);
          }
        }
      })
    );
  });
});
