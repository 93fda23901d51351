import fc from 'fast-check';

import { parseForm } from '../../forms/grammar';
import type { Writing } from '../../forms/literal';
import { completionsAt } from '../completions';

/** What is offered at the `|` of a cell: the texts, and what they take the place of. */
function offered(cell: string): { replaces: string; texts: string[] } {
  const at = cell.indexOf('|');
  const source = cell.slice(0, at) + cell.slice(at + 1);
  const { start, end, items } = completionsAt(source, at);
  expect(end).toBe(at);
  return {
    replaces: source.slice(start, end),
    texts: items.map(({ text }) => text)
  };
}

describe('completionsAt', () => {
  it.each<[string, string, string[]]>([
    ['#@|', '@', ['@title', '@markdown']],
    ['# @mark|', '@mark', ['@title', '@markdown']],
    ['  #  @|\nx = 1', '@', ['@title', '@markdown']],
    ['x = 1  #@|', '@', ['@param']],
    ['x = "#"#@pa| {type:"number"}', '@pa', ['@param']],
    ['x = "a" #@param ["a"] |', '', ['{allow-input: true}', '{type:"raw"}']],
    ['x = "a" #@param ["a"] {|}', '{', ['{allow-input: true', '{type:"raw"']]
  ])('%s', (cell, replaces, texts) => {
    expect(offered(cell)).toEqual({ replaces, texts });
  });

  it.each<[string, string, string]>([
    ['x = 1 #@param |', '', '{type:"integer"}'],
    ['x = 0.5 #@param   |', '', '{type:"number"}'],
    ['x = 1e3 #@param |', '', '{type:"number"}'],
    ['x = True #@param |', '', '{type:"boolean"}'],
    ['x = "a" #@param |', '', '{type:"string"}'],
    ['x = f(1) #@param |', '', '{type:"raw"}'],
    ['x = #@param |', '', '{type:"string"}'],
    ['x = 1 #@param {|', '{', '{type:"integer"}'],
    ['x = 1 #@param{ty|', '{ty', '{type:"integer"}'],
    // Brackets and quotes that the editor has closed already.
    ['x = 1 #@param {|}', '{', '{type:"integer"'],
    ['x = 1 #@param {type:"|"}', '"', '"string'],
    ['x = 1 #@param {type: |}', '', '"string"'],
    ["x = 1 #@param {'type': 'nu|", "'nu", "'string'"],
    ['x = 1 #@param {type:"nu|"} # c', '"nu', '"string']
  ])('%s', (cell, replaces, first) => {
    const { replaces: before, texts } = offered(cell);
    expect(before).toBe(replaces);
    expect(texts[0]).toBe(first);
    expect(texts.length).toBeGreaterThan(6);
  });

  it.each<[string, Writing, string]>([
    ['x <- TRUE #@param |', 'r', '{type:"boolean"}'],
    ['x = TRUE #@param |', 'r', '{type:"boolean"}'],
    ['x <- 0.5 #@param |', 'python', '{type:"number"}'],
    ['%%R\nx = FALSE #@param |', 'python', '{type:"boolean"}'],
    ['%%bash\nx=true #@param |', 'python', '{type:"boolean"}'],
    ['export x="a" #@param |', 'shell', '{type:"string"}']
  ])('%s in %s', (cell, language, first) => {
    const at = cell.indexOf('|');
    const source = cell.replace('|', '');
    expect(completionsAt(source, at, language).items[0].label).toBe(first);
  });

  it.each([
    'x = 1 |',
    'x = "#@|"',
    '"""\n#@|\n"""',
    '@|',
    '#|',
    '# mail me@|',
    'x = 1 #@param {type:"number"} |',
    'x = 1 #@param {type:"number"} # @|',
    'x = 1 #@parameter |',
    '#@param |',
    '#@title |',
    'f(\nx = 1, #@|\n)',
    '#@title T|\n#@'
  ])('offers nothing in %s', cell => {
    expect(offered(cell)).toEqual({ replaces: '', texts: [] });
  });

  it('offers nothing but annotations that are right', () => {
    for (const value of ['1', '0.5', 'True', '"a"', '"2020-01-01"', 'f()']) {
      const source = `x = ${value} #@param `;
      const { items } = completionsAt(source, source.length);
      for (const { text, label } of items) {
        expect(text).toBe(label);
        const { rejected, items: fields } = parseForm(source + text);
        expect([rejected.length, fields.length]).toEqual([0, 1]);
      }
    }
  });

  it('throws nothing, whatever the text', () => {
    const piece = fc.constantFrom(
      '#',
      '@param',
      ' ',
      '{',
      '[',
      '"',
      'x = 1',
      '\n',
      'type:',
      ']'
    );
    fc.assert(
      fc.property(fc.array(piece), fc.nat(40), (pieces, at) => {
        const source = pieces.join('');
        const { start, end } = completionsAt(
          source,
          Math.min(at, source.length)
        );
        expect(start).toBeLessThanOrEqual(end);
      })
    );
  });
});
