import { nullTranslator } from '@jupyterlab/translation';

import { parse } from '../grammar';
import { stepRows } from '../language';
import { aboutStep, isSource, nameOf, placeOf, placesOf } from '../names';

const trans = nullTranslator.load('');

describe('names', () => {
  it.each([
    [
      'dataset https://h.org/a.zip data/a --optional',
      'data/a',
      'fetched once · optional',
      'h.org'
    ],
    [
      'project github.com/me/net net --ref dev --on colab,kaggle',
      'net',
      'me/net · dev · updated every time · only on colab, kaggle',
      'GitHub'
    ],
    ['dataset ./cats data/cats', 'data/cats', 'fetched once', 'this machine'],
    ['link data/a net/in', 'net/in', '→ data/a', ''],
    ['pip -r a.txt b', 'Packages', '-r a.txt b', ''],
    ['apt git', 'System packages', 'git', ''],
    ['env A=B', 'Environment', 'A=B', ''],
    ['keep out drive:runs', 'Results', 'out → drive:runs', ''],
    ['require gpu', 'Machine', 'gpu', ''],
    ['run python x.py', 'Command', 'python x.py', '']
  ])('%s', (line, name, about, place) => {
    const [step] = parse(line).steps;
    expect(nameOf(step, trans)).toBe(name);
    expect(aboutStep(step, trans)).toBe(about);
    expect(placeOf(step, trans)).toBe(place);
    expect(isSource(step)).toBe(/^(dataset|project)/.test(line));
  });

  it('has a name for every step', () => {
    for (const name of stepRows.keys()) {
      const step = { ...parse('link a b').steps[0], name };
      expect(nameOf(step, trans)).not.toBe(name);
    }
  });

  it('names each place once', () => {
    const { steps } = parse(
      'dataset https://h.org/a a\ndataset https://h.org/b b\ndataset ./c c\npip d'
    );
    expect(placesOf(steps, trans)).toEqual(['h.org', 'this machine']);
  });
});
