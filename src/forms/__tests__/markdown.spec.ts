import { hasMarkup, isEndless, plainText, withHeadings } from '../markdown';

describe('withHeadings', () => {
  it.each([
    ['####Settings', '#### Settings'],
    ['# A\n##B', '# A\n## B'],
    ['#hash in a #line', '# hash in a #line'],
    ['#######seven', '#######seven'],
    ['```\n#include\n```\n#A', '```\n#include\n```\n# A'],
    ['a\n    #code', 'a\n    #code']
  ])('%j', (text, read) => {
    expect(withHeadings(text)).toBe(read);
  });
});

describe('isEndless', () => {
  it.each([
    ['*a_ '.repeat(4000), false],
    ['*a_ '.repeat(6000), true],
    [`![](data:image/png;base64,${'iVBOR0+/'.repeat(20_000)}==) one`, false],
    [`![](data:image/png;base64,${'iV*_'.repeat(6000)}) one`, true]
  ])('%.12s…', (text, is) => {
    expect(isEndless(text)).toBe(is);
  });
});

describe('a title', () => {
  it.each([
    ['Train', false, 'Train'],
    ['1. Train', false, '1. Train'],
    ['## **Train** the `net`', true, 'Train the net'],
    ['<b>Train</b>', true, 'Train'],
    ['a < b', true, 'a < b']
  ])('%s', (title, markup, plain) => {
    expect(hasMarkup(title)).toBe(markup);
    expect(plainText(title)).toBe(plain);
  });
});
