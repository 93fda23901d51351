import fc from 'fast-check';

import {
  addStep,
  applyEdits,
  type ITextEdit,
  moveStep,
  removeStep,
  replaceStep
} from '../edit';
import { type IStep, parse } from '../grammar';

function stepOf(source: string, index: number): IStep {
  return parse(source).steps[index];
}

function keys(source: string): string[] {
  return parse(source).steps.map(step => step.key);
}

function apply(source: string, edits: readonly ITextEdit[] | null): string {
  return applyEdits(source, edits ?? [{ start: 0, end: 0, text: 'NULL' }]);
}

describe('addStep', () => {
  it.each([
    ['a new cell', '%%preflight', 'apt git', '%%preflight\napt git'],
    ['an empty text', '', 'apt git', 'apt git'],
    ['blank lines only', '\n\n', 'apt git', 'apt git\n\n\n'],
    [
      'after blank lines',
      '%%preflight\n\n',
      'apt git',
      '%%preflight\napt git\n\n'
    ],
    [
      'after a comment',
      '%%preflight\n# so',
      'apt git',
      '%%preflight\n# so\napt git'
    ],
    [
      'several lines',
      '%%preflight\r\napt git',
      'apt a\npip b',
      '%%preflight\r\napt git\r\napt a\r\npip b'
    ],
    [
      'columns',
      '%%preflight\ndataset ./a          data/a\nproject github.com/me/net  net',
      'dataset ./b data/b --optional',
      '%%preflight\ndataset ./a          data/a\nproject github.com/me/net  net\n' +
        'dataset ./b                data/b --optional'
    ],
    [
      'the columns that most steps have',
      'apt   git\npip   a\nenv       A=B',
      'pip b',
      'apt   git\npip   a\nenv       A=B\npip   b'
    ],
    [
      'columns of the names',
      'apt     git\npip     a',
      'env A=B',
      'apt     git\npip     a\nenv     A=B'
    ],
    [
      'a word too long for its column',
      'dataset ./a    data/a',
      'dataset ./a-longer-one data/b',
      'dataset ./a    data/a\ndataset ./a-longer-one data/b'
    ],
    [
      'a line with columns of its own',
      'dataset ./a    data/a',
      'dataset  ./b  data/b',
      'dataset ./a    data/a\ndataset  ./b  data/b'
    ],
    [
      'after a line that would be continued',
      'apt git \\',
      'apt vim',
      'apt git \\\n\napt vim'
    ]
  ])('%s', (_, source, line, wanted) => {
    const edit = addStep(source, line);
    expect(apply(source, [edit])).toBe(wanted);
  });
});

describe('removeStep', () => {
  it.each([
    ['the only one', '%%preflight\napt git', 0, '%%preflight'],
    ['the first', 'apt git\npip a', 0, 'pip a'],
    ['the last, with Windows ends', 'apt git\r\npip a', 1, 'apt git'],
    ['one with a comment', 'apt git # so\npip a\n', 0, 'pip a\n'],
    [
      'a continued one',
      '# c\n  apt git \\\n   vim # so\n\npip a',
      0,
      '# c\n\npip a'
    ],
    ['the last with an end', 'apt git\npip a\n', 1, 'apt git\n'],
    ['all there is', 'apt git', 0, '']
  ])('%s', (_, source, index, wanted) => {
    expect(apply(source, removeStep(source, stepOf(source, index)))).toBe(
      wanted
    );
  });
});

describe('replaceStep', () => {
  it.each([
    ['apt git', 'apt vim', 'apt vim'],
    [
      'dataset ./a  data/a # so',
      'dataset ./a data/b',
      'dataset ./a  data/b # so'
    ],
    [
      'dataset ./a      data/a',
      'dataset ./bcd data/a',
      'dataset ./bcd    data/a'
    ],
    [
      'dataset ./a  data/a',
      'dataset ./abcdefg data/a',
      'dataset ./abcdefg data/a'
    ],
    [
      'dataset ./a \\\n  data/a # so',
      'dataset ./a data/a --optional',
      'dataset ./a \\\n  data/a --optional # so'
    ],
    [
      'dataset ./a  data/a --optional # so',
      'dataset ./a data/a',
      'dataset ./a  data/a # so'
    ],
    ['pip a  b  c', 'pip a x y c', 'pip a  x y  c'],
    ['apt git', 'apt  git', 'apt  git'],
    ['apt git # so', 'pip git\npip b', 'pip git\npip b'],
    ["dataset './a b' c # so", "dataset './a b' d", "dataset './a b' d # so"],
    ['apt git', 'apt git', 'apt git']
  ])('%j by %j', (line, by, wanted) => {
    const source = `%%preflight\n  ${line}\npip z`;
    const edits = replaceStep(source, stepOf(source, 0), by);
    expect(apply(source, edits)).toBe(`%%preflight\n  ${wanted}\npip z`);
  });

  it('is the smallest edit', () => {
    const source = 'dataset ./cats  data/cats\npip z';
    expect(
      replaceStep(source, stepOf(source, 0), 'dataset ./cats data/cots')
    ).toEqual([{ start: 22, end: 23, text: 'o' }]);
    expect(replaceStep(source, stepOf(source, 1), 'pip z')).toEqual([]);
  });

  it('does nothing to a text that has changed', () => {
    const step = stepOf('pip a\napt git', 1);
    const source = 'pip a\n\nkeep a b';
    expect(replaceStep(source, step, 'apt vim')).toBeNull();
    expect(removeStep(source, step)).toBeNull();
    expect(moveStep(source, step, 0)).toBeNull();
  });
});

describe('moveStep', () => {
  const source = '%%preflight\n# c\napt a\n\npip b \\\n  c\nenv D=E';

  it.each([
    [0, 0, source],
    [0, 1, '%%preflight\n# c\n\npip b \\\n  c\napt a\nenv D=E'],
    [0, 2, '%%preflight\n# c\n\npip b \\\n  c\nenv D=E\napt a'],
    [1, 0, '%%preflight\n# c\npip b \\\n  c\napt a\n\nenv D=E'],
    [2, 0, '%%preflight\n# c\nenv D=E\napt a\n\npip b \\\n  c'],
    [2, 1, '%%preflight\n# c\napt a\n\nenv D=E\npip b \\\n  c']
  ])('%d to %d', (from, to, wanted) => {
    expect(apply(source, moveStep(source, stepOf(source, from), to))).toBe(
      wanted
    );
  });

  it('has no place after the last', () => {
    expect(moveStep(source, stepOf(source, 0), 3)).toBeNull();
    expect(moveStep(source, stepOf(source, 0), -1)).toBeNull();
  });
});

describe('an edit', () => {
  const line = fc.constantFrom(
    'apt git',
    '  apt git vim  # why',
    'dataset ./cats          data/cats',
    'dataset https://h.org/日.zip  data/b # 🐱',
    "link   'a b'   c/d --on colab",
    'pip -r a.txt \\\n    einops',
    'env A=B C="d e"',
    'require gpu ram>=12GB',
    '# a comment',
    '#@title Data',
    '',
    '   ',
    'run python x.py --lr {lr}\t'
  );
  const eol = fc.constantFrom('\n', '\r\n');
  const cell = fc
    .tuple(
      fc.constantFrom('%%preflight', '# x\n%%preflight', ''),
      fc.array(line, { maxLength: 8 }),
      fc.constantFrom('', '\n', '\n\n'),
      eol
    )
    .map(([head, lines, tail, end]) =>
      ([...(head ? [head] : []), ...lines].join('\n') + tail).replaceAll(
        '\n',
        end
      )
    );
  const added = fc.constantFrom(
    'apt tree',
    'dataset ./dogs data/dogs --optional',
    'pip a b c',
    "link 'x y' z",
    'env  A=C # so'
  );
  const place = fc.nat({ max: 99 });

  /** Physical lines, which are the same whatever ends them. */
  const physical = (text: string) => text.split(/\r\n|\r|\n/);

  it('that adds, adds and changes nothing else', () => {
    fc.assert(
      fc.property(cell, added, (source, text) => {
        const edit = addStep(source, text);
        expect(edit.start).toBe(edit.end);
        const after = apply(source, [edit]);
        expect(keys(after)).toEqual([...keys(source), ...keys(text)]);
        expect(after.includes('\r\n')).toBe(source.includes('\r\n'));
      })
    );
  });

  it('that removes, takes whole lines and no other', () => {
    fc.assert(
      fc.property(cell, place, (source, at) => {
        const { steps } = parse(source);
        fc.pre(steps.length > 0);
        const step = steps[at % steps.length];
        const after = apply(source, removeStep(source, step));
        expect(keys(after)).toEqual(
          steps.filter(one => one !== step).map(one => one.key)
        );
        const first = step.line - 1;
        const count = physical(source.slice(step.start, step.end)).length;
        const wanted = physical(source);
        wanted.splice(first, count);
        expect(physical(after)).toEqual(wanted.length > 0 ? wanted : ['']);
      })
    );
  });

  it('that replaces, changes one step and no other line', () => {
    fc.assert(
      fc.property(cell, added, place, (source, text, at) => {
        const { steps } = parse(source);
        fc.pre(steps.length > 0);
        const step = steps[at % steps.length];
        const after = apply(source, replaceStep(source, step, text));
        expect(keys(after)).toEqual(
          steps.map(one => (one === step ? keys(text)[0] : one.key))
        );
        expect(after.slice(0, step.start)).toBe(source.slice(0, step.start));
        expect(after.endsWith(source.slice(step.end))).toBe(true);
      })
    );
  });

  it('that moves, keeps every line', () => {
    fc.assert(
      fc.property(cell, place, place, (source, from, to) => {
        const { steps } = parse(source);
        fc.pre(steps.length > 0);
        const step = steps[from % steps.length];
        const index = to % steps.length;
        const after = apply(source, moveStep(source, step, index));
        const wanted = steps.filter(one => one !== step).map(one => one.key);
        wanted.splice(index, 0, step.key);
        expect(keys(after)).toEqual(wanted);
        expect(physical(after).sort()).toEqual(physical(source).sort());
      })
    );
  });
});
