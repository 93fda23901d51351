import { parseForm } from '../grammar';
import { languageOf, writingIn } from '../language';
import type { Writing } from '../literal';

describe('languageOf', () => {
  it.each<[object, object, Writing | null]>([
    [{ name: 'python' }, {}, 'python'],
    [{ name: 'R' }, { language: 'python' }, 'r'],
    [{ name: 'bash' }, {}, 'shell'],
    [{ name: 'zsh' }, {}, 'shell'],
    [{ name: 'pyspark' }, {}, 'python'],
    [{ name: 'julia' }, {}, null],
    [{ name: 'javascript' }, {}, null],
    [{}, { language: 'R' }, 'r'],
    [{}, {}, 'python'],
    [{ name: 7 }, { language: [] }, 'python']
  ])('%j %j', (info, spec, language) => {
    const metadata: Record<string, object> = {
      language_info: info,
      kernelspec: spec
    };
    expect(languageOf({ getMetadata: key => metadata[key] })).toBe(language);
  });

  it('is Python where nothing is known', () => {
    expect(languageOf(null)).toBe('python');
    expect(languageOf({ getMetadata: () => null })).toBe('python');
  });
});

describe('writingIn', () => {
  it.each<[string, Writing | null, Writing | null]>([
    ['x = 1', 'python', 'python'],
    ['%%time\nx = 1', 'python', 'python'],
    ['#@title T\n%%bash', 'python', 'shell'],
    ['%%script --bg sh', 'python', 'shell'],
    ['%%R -o x', 'python', 'r'],
    ['%%html', 'python', null],
    ['%%javascript', 'python', null],
    ['%%bash', 'r', 'r'],
    ['x=1', 'shell', 'shell'],
    ['x = 1', null, null]
  ])('%j in %s', (source, language, writing) => {
    expect(writingIn(source, language)).toBe(writing);
  });
});

describe('parseForm in other languages', () => {
  it.each<[string, Writing, unknown]>([
    ['x <- TRUE #@param {type:"boolean"}', 'r', true],
    ['x = T #@param {type:"boolean"}', 'r', true],
    ['%%R\nx = FALSE #@param {type:"boolean"}', 'python', false],
    ['x=true #@param {type:"boolean"}', 'shell', true],
    ["x='it'\\''s' #@param {type:\"string\"}", 'shell', "it's"],
    ['x="$HOME" #@param {type:"string"}', 'shell', null],
    ['declare -r x=3 #@param {type:"integer"}', 'shell', 3],
    ['x = TRUE #@param {type:"boolean"}', 'python', null]
  ])('%j in %s', (source, language, value) => {
    const [field] = parseForm(source, language).items;
    expect(field).toMatchObject({ name: 'x', value });
  });
});
