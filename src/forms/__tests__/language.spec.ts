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

  it.each<[string, Writing | null, boolean]>([
    ['x = "a" #@param {type:"string"}', null, false],
    ['x = #@param {type:"string"}', null, false],
    ['x <- "a" #@param {type:"string"}', null, false],
    ['x = "a" #@param ["a", "b"]', null, false],
    ['x = "2026-03-01" #@param {type:"date"}', null, false],
    ['x = 1 #@param {type:"number"}', null, true],
    ['x = 1 #@param {type:"integer"}', null, true],
    ['x = 1 #@param {type:"slider"}', null, true],
    ['x = True #@param {type:"boolean"}', null, true],
    ['x = #@param {type:"boolean"}', null, false],
    ['x = f(1) #@param {type:"raw"}', null, true],
    ['x = 1 #@param [1, 2] {type:"raw"}', null, true],
    ['%%perl\nx = "a" #@param {type:"string"}', 'python', false],
    ['%%ruby\nx = 1 #@param {type:"number"}', 'python', true],
    ['%%perl\nx = "a" #@param {type:"string"}', 'r', true],
    ['%%time\nx = "a" #@param {type:"string"}', 'python', true]
  ])('%j in %s can be edited: %s', (source, language, editable) => {
    expect(parseForm(source, language).items).toMatchObject([{ editable }]);
  });
});
