import { parseForm } from '../grammar';

describe('the title', () => {
  it.each<[string, object]>([
    ['#@title', { text: '' }],
    ['# @title A **b**  ', { text: 'A **b**' }],
    ['#@title A { display-mode: "form" }', { text: 'A', displayMode: 'form' }],
    [
      '#@title A.{display-mode: \'both\', run: "auto", form-width: "25%", vertical-output: true}',
      {
        text: 'A.',
        displayMode: 'both',
        runAuto: true,
        formWidth: '25%'
      }
    ],
    ["#@title {'form-width':'30%'}", { text: '', formWidth: '30%' }],
    ['#@title A {run: "never", display-mode: "x"}', { text: 'A' }],
    ['#@title A {font-size: 3}', { text: 'A' }],
    ['#@title A {b}', { text: 'A {b}' }],
    ['#@title A {}', { text: 'A {}' }],
    ['#@title A {run: "auto"', { text: 'A {run: "auto"' }],
    ['#@title A {run: "auto"} b', { text: 'A {run: "auto"} b' }],
    ['#@title $\\frac{a}{b}$ f()', { text: '$\\frac{a}{b}$ f()' }]
  ])('%j', (source, wanted) => {
    expect(parseForm(source).title).toEqual({ line: 0, ...wanted });
  });

  it('may stand anywhere, and is the first', () => {
    const source = 'import os\n\n  #@title A\n#@title B\n%%time';
    expect(parseForm(source).title).toEqual({ line: 2, text: 'A' });
  });

  it.each([
    '##@title A',
    '# #@title A',
    '"""\n#@title A\n"""',
    '#@titles',
    'x #@title A'
  ])('is not %j', source => {
    expect(parseForm(source).title).toBeNull();
  });
});

describe('Markdown', () => {
  it('is one block a run of lines, in its place among the fields', () => {
    const source = [
      '#@title T',
      '# @markdown ---',
      '#@markdown   - a  ',
      '  #@markdown',
      '#@markdown\u3000b {run: "auto"}',
      'x = 1 #@param',
      '#@markdown c',
      '',
      '#@markdown d'
    ].join('\r\n');
    expect(
      parseForm(source).items.map(item =>
        item.kind === 'field' ? item.name : item
      )
    ).toEqual([
      {
        kind: 'markdown',
        line: 1,
        text: '---\n  - a  \n\nb {run: "auto"}'
      },
      'x',
      { kind: 'markdown', line: 6, text: 'c' },
      { kind: 'markdown', line: 8, text: 'd' }
    ]);
  });

  it.each([
    '##@markdown a',
    '# #@markdown a',
    "'''\n#@markdown a'''",
    '#@markdowns'
  ])('is not %j', source => {
    expect(parseForm(source).items).toEqual([]);
  });
});
