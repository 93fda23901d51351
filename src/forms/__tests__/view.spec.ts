import { parseForm } from '../grammar';
import { viewOf } from '../view';

describe('viewOf', () => {
  it.each([
    ['', undefined, 'both'],
    ['#@title A', null, 'both'],
    ['#@title A', 'form', 'form'],
    ['#@title A', 'code', 'code'],
    ['#@title A {display-mode: "form"}', undefined, 'form'],
    ['#@title A {display-mode: "form"}', 'both', 'both'],
    ['#@title A {display-mode: "code"}', 'sideways', 'code']
  ])('of %j with %j is %s', (source, cellView, wanted) => {
    expect(viewOf(parseForm(source).title, cellView)).toBe(wanted);
  });
});
