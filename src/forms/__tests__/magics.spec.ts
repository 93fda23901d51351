import { cellMagic, magicBelowComments } from '../magics';

describe('cellMagic', () => {
  it.each([
    ['%%bash\nls', '%%bash'],
    ['\n#@title A\n  %%time', '%%time'],
    ['x = 1\n%%bash', null],
    ['', null]
  ])('%j', (source, magic) => {
    expect(cellMagic(source)).toBe(magic);
  });
});

describe('magicBelowComments', () => {
  it.each([
    ['#@title A\n%%bash\nls', '%%bash'],
    ['#@title A\r\n\r\n  # more\r\n%%time', '%%time'],
    ['%%bash\n#@title A', null],
    ['\n%%bash\n#@title A', null],
    ['#@title A\nx = 1\n%%bash', null],
    ['#@title A\n%time x', null],
    ['#@title A\n%%%x', null],
    ['#@title A', null],
    ['', null]
  ])('%j', (source, magic) => {
    expect(magicBelowComments(source)).toBe(magic);
  });

  it('takes no long time', () => {
    const start = performance.now();
    magicBelowComments('#\n \t'.repeat(300_000));
    magicBelowComments(' '.repeat(1_000_000));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
