import { quotedIn } from '../prose';

describe('quotedIn', () => {
  it.each([
    ['(see https://x.org/a)', 'https://x.org/a'],
    ['see https://x.org/a_(b)', 'https://x.org/a_(b)'],
    ['(see https://x.org/a_(b))', 'https://x.org/a_(b)'],
    ['(see https://x.org/a_(b)).', 'https://x.org/a_(b)'],
    ['[a](https://x.org/a)[b]', 'https://x.org/a'],
    ['see https://x.org/a(b', 'https://x.org/a(b']
  ])('%s', (text, link) => {
    expect(quotedIn(text)).toEqual([link]);
  });

  it.each([
    'fetch(https://x.org/a_(b))',
    'get("https://x.org/a_(b)")',
    '# https://x.org/a_(b)'
  ])('%s quotes nothing', text => {
    expect(quotedIn(text)).toEqual([]);
  });
});
