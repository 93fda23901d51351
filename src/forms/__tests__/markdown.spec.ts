import { hasMarkup, plainText, withHeadings } from '../markdown';

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
