import { Widget } from '@lumino/widgets';

import {
  hasMarkup,
  MarkdownBlock,
  plainText,
  type RenderMime,
  withHeadings
} from '../markdown';

describe('MarkdownBlock', () => {
  it.each([
    ['in the page', true],
    ['after its notebook has left the page', false]
  ])('ends %s', async (_, isThere) => {
    const renderer = Object.assign(new Widget(), {
      renderModel: async () => undefined
    });
    const rendermime = {
      createModel: () => ({}),
      createRenderer: () => renderer
    } as unknown as RenderMime;
    const block = new MarkdownBlock(rendermime, '');
    document.body.append(block.node);
    block.show('**a**');
    await Promise.resolve();
    await Promise.resolve();
    expect(renderer.isAttached).toBe(true);
    if (!isThere) {
      block.node.remove();
    }
    block.dispose();
    expect(renderer.isDisposed).toBe(true);
    expect(renderer.isAttached).toBe(false);
    expect(block.node.childElementCount).toBe(isThere ? 0 : 1);
    block.node.remove();
  });
});

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
