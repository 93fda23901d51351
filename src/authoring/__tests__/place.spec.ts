import fc from 'fast-check';

import { parseForm } from '../../forms/grammar';
import { placeLine } from '../place';

const LINE = 'n = 1 # @param {type:"integer"}';

/** The source with the line in it; null where there is no place. */
function placed(source: string, cursor: number | null): string | null {
  const place = placeLine(source, LINE, cursor);
  if (!place) {
    return null;
  }
  const { start, end, text } = place.edit;
  const after = source.slice(0, start) + text + source.slice(end);
  expect(after.split(/\r\n|\r|\n/)[place.line].trim()).toBe(LINE);
  return after;
}

it("takes a shell's quotes for what they are", () => {
  const source = "a='it'\\''s' # @param {type:\"string\"}\necho";
  const line = 'b="" # @param {type:"string"}';
  const place = placeLine(source, line, null, 'shell');
  expect(place).toMatchObject({ line: 1 });
});

describe('placeLine', () => {
  it.each<[string, string, number | null, string]>([
    ['an empty cell', '', null, '@'],
    ['a blank first line', '\nprint()', null, '@\nprint()'],
    ['above the code', 'print()', null, '@\nprint()'],
    ['below the title', '#@title T\nprint()', null, '#@title T\n@\nprint()'],
    ['below the title alone', '#@title T\n', null, '#@title T\n@\n'],
    [
      'below the last field',
      'a = 1 #@param\nb = 2 #@param\nprint()',
      null,
      'a = 1 #@param\nb = 2 #@param\n@\nprint()'
    ],
    [
      'below the last text',
      '#@markdown a\n#@markdown b\nprint()',
      null,
      '#@markdown a\n#@markdown b\n@\nprint()'
    ],
    ['below a cell magic', '%%time\nprint()', null, '%%time\n@\nprint()'],
    [
      'below comments and a magic',
      '#@title T\n\n%%time\nprint()',
      null,
      '#@title T\n\n%%time\n@\nprint()'
    ],
    ['below the cursor', 'a = 1\nb = 2', 0, 'a = 1\n@\nb = 2'],
    ['on a blank line', 'a = 1\n\nb = 2', 1, 'a = 1\n@\nb = 2'],
    ['at the end', 'a = 1', 0, 'a = 1\n@'],
    ['beyond the end', 'a = 1', 9, 'a = 1\n@'],
    ['not above a magic', '# a\n%%time\nb', 0, '# a\n%%time\n@\nb'],
    [
      'in a block',
      'if a:\n    b = 1\n    c = 2',
      1,
      'if a:\n    b = 1\n    @\n    c = 2'
    ],
    ['at the beginning of a block', 'if a:\n\tb = 1', 0, 'if a:\n\t@\n\tb = 1'],
    ['at the end of a block', 'if a:\n    b\nc', 1, 'if a:\n    b\n    @\nc'],
    ['between blocks', 'if a:\n    b\n\nc', 2, 'if a:\n    b\n@\nc'],
    [
      'above what continues a block',
      'if a:\n    b\n\nelse:\n    c',
      2,
      'if a:\n    b\n    @\nelse:\n    c'
    ],
    [
      'with the blanks of its line',
      'if a:\n    b\n    ',
      2,
      'if a:\n    b\n    @'
    ],
    [
      'as the statement, not its last line',
      'f(a,\n  b)\nc',
      1,
      'f(a,\n  b)\n@\nc'
    ],
    ['behind a bracket', 'a = [\n1,\n2]\nb', 0, 'a = [\n1,\n2]\n@\nb'],
    ['behind a string', 'a = """\n\n"""\nb', 1, 'a = """\n\n"""\n@\nb'],
    ['behind a backslash', 'a = \\\n1\nb', 0, 'a = \\\n1\n@\nb'],
    ['with the breaks of the cell', 'a\r\nb\r\n', 0, 'a\r\n@\r\nb\r\n']
  ])('%s', (_, source, cursor, wanted) => {
    expect(placed(source, cursor)).toBe(
      wanted
        .replace('@\n', `${LINE}\n`)
        .replace('@\r', `${LINE}\r`)
        .replace(/@$/, LINE)
    );
  });

  it('finds a line below the form where there is none at the cursor', () => {
    const open = `a = 1 #@param\nb = (\n${'1,\n'.repeat(200)})`;
    expect(placed(open, 1)).toContain(`#@param\n${LINE}\nb = (`);
  });

  it.each<[string, string, number | null, string]>([
    [
      'below a comment with a backslash',
      'if a: # C:\\\n    b\nc',
      1,
      'if a: # C:\\\n    b\n    @\nc'
    ],
    ['below a command', 'if a:\n    !ls', 1, 'if a:\n    !ls\n    @'],
    [
      'below a command of two lines',
      'if a:\n    !ls \\\n -l\nb',
      1,
      'if a:\n    !ls \\\n -l\n    @\nb'
    ],
    [
      'below a long statement',
      `if a:\n    f(\n${'1,\n'.repeat(150)})\nb`,
      152,
      `if a:\n    f(\n${'1,\n'.repeat(150)})\n    @\nb`
    ]
  ])('%s', (_, source, cursor, wanted) => {
    expect(placed(source, cursor)).toBe(wanted.replace('@', LINE));
  });

  it.each([
    [
      'fields',
      `${'a = 1 #@param\n'.repeat(5000)}b = (\n${'1,\n'.repeat(500)})`
    ],
    ['a statement', `b = (\n${'1,\n'.repeat(50_000)})`],
    ['open strings', `${'a = "\n'.repeat(20_000)}'''\n`.repeat(2)]
  ])('takes no long time for %s', (_, source) => {
    const start = performance.now();
    placeLine(source, LINE, 5010);
    placeLine(source, LINE, null);
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('finds a place below very many texts', () => {
    const source = '#@markdown a\n\n'.repeat(130_000);
    expect(placeLine(source, LINE, null)?.line).toBe(259_999);
  });

  it('changes nothing else, whatever the cell', () => {
    const line = fc.constantFrom(
      '',
      '  ',
      'a = 1 #@param',
      '#@title T',
      'if a:',
      '    b = 2',
      '"""',
      '(',
      ')',
      '%%time',
      '!ls',
      'a = "\\'
    );
    fc.assert(
      fc.property(
        fc.array(line).map(lines => lines.join('\n')),
        fc.option(fc.nat(12)),
        (source, cursor) => {
          const after = placed(source, cursor);
          if (after !== null) {
            const count = (text: string) => parseForm(text).items.length;
            expect(count(after)).toBe(count(source) + 1);
          }
        }
      )
    );
  });
});
