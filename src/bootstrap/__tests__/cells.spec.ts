import vectors from '../../../tests/vectors/cells.json';
import {
  askedFor,
  bodyOffset,
  bootstrapSource,
  installingEdit,
  isBootstrapCell,
  isLoaderCell,
  isPlainLoader,
  loaderSource,
  TITLE
} from '../cells';
import { parse } from '../grammar';

describe('a cell of steps', () => {
  it.each(vectors.map(row => [row.name, row] as const))(
    'is found as the kernel finds it: %s',
    (_, { source, steps }) => {
      expect(isBootstrapCell(source)).toBe(steps !== null);
      if (steps === null) {
        expect(bodyOffset(source)).toBe(0);
        return;
      }
      const { steps: read, problems } = parse(source);
      expect(read.map(step => step.key)).toEqual(steps);
      expect(problems).toEqual([]);
      const body = source.slice(bodyOffset(source));
      expect(parse(body).steps.map(step => step.key)).toEqual(steps);
      expect(body).not.toContain('%%preflight');
    }
  );

  it('is found again as it is written', () => {
    const source = bootstrapSource(['apt git', 'env A=B']);
    expect(isBootstrapCell(source)).toBe(true);
    expect(parse(source)).toMatchObject({
      title: TITLE,
      problems: []
    });
    expect(source.slice(bodyOffset(source))).toContain('apt git\nenv A=B');
    expect(bootstrapSource([], '')).toBe('%%preflight');
    expect(bootstrapSource([], 'Two\nlines')).toContain('#@title Two lines');
  });

  it.each([
    ['%%preflight\napt git', '\napt git'],
    ['# a\n  %%preflight  --root x \r\napt git', '--root x\napt git'],
    ['# %%preflight x\n%%preflight y %%preflight', 'y %%preflight\n'],
    ['%%preflight', '\n']
  ])('asks for words and steps: %j', (source, asked) => {
    expect(askedFor(source)).toBe(asked);
  });

  it('is looked for in linear time', () => {
    const before = process.cpuUsage();
    expect(isBootstrapCell('# \r\n'.repeat(200_000) + 'x')).toBe(false);
    expect(isLoaderCell(' '.repeat(200_000) + 'x')).toBe(false);
    expect(isLoaderCell('%load_ext' + ' '.repeat(200_000) + 'x')).toBe(false);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
  });
});

describe('the loader', () => {
  it.each([
    [loaderSource(), true],
    ['%load_ext jupyterlab_preflight', true],
    ['import x\n  %load_ext jupyterlab_preflight  # so\n', true],
    ['%reload_ext jupyterlab_preflight\r\n', true],
    ['# %load_ext jupyterlab_preflight', false],
    ['%load_ext jupyterlab_preflight_more', false],
    ['%load_ext autoreload', false],
    ['%%preflight\n%load_ext jupyterlab_preflight', false],
    ['', false]
  ])('%j: %s', (source, is) => {
    expect(isLoaderCell(source)).toBe(is);
  });

  it.each([
    [loaderSource(), true],
    [`# ours\n\n${loaderSource()}\n`, true],
    ['%load_ext jupyterlab_preflight', true],
    ['# so\r\n  %reload_ext jupyterlab_preflight  \r\n', true],
    ['%load_ext jupyterlab_preflight  # {x()}', false],
    ['%load_ext jupyterlab_preflight\nimport os', false],
    ['!sh x.sh\n%load_ext jupyterlab_preflight', false],
    ['%load_ext jupyterlab_preflight; x()', false],
    ['x()\u2028%load_ext jupyterlab_preflight', false],
    ['# a\u2028x()\n%load_ext jupyterlab_preflight', false],
    [loaderSource().replace('import glob', 'import glob, x'), false]
  ])('is run for the user where it only loads: %j, %s', (source, is) => {
    expect(isPlainLoader(source)).toBe(is);
  });

  it('asks for a version that this front end works with', () => {
    expect(loaderSource()).toMatch(/"jupyterlab-preflight>=[0-9.]+,<[0-9]+"/);
  });

  it.each([
    ['%load_ext jupyterlab_preflight', '', ''],
    ['# ours\n%reload_ext jupyterlab_preflight  # so\n', '# ours\n', '  # so\n']
  ])('installs what it loads where it did not: %j', (source, before, after) => {
    const edit = installingEdit(source);
    expect(source.slice(0, edit?.start)).toBe(before);
    expect(source.slice(edit?.end)).toBe(after);
    expect(edit?.text).toBe(loaderSource());
  });

  it('is left alone where it sees to that', () => {
    expect(installingEdit(loaderSource())).toBeNull();
  });
});
