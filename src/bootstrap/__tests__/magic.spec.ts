import { sentenceOf } from '../messages';
import { magicProblem } from '../magic';
import { marksOf } from '../marks';
import { parsed } from '../parsed';

const SENTENCE = sentenceOf('magic-words');

describe('the line of %%preflight', () => {
  it.each([
    'pip --rot',
    '%%preflight',
    '%%preflight\npip a',
    '  %%preflight   # to train\npip a',
    '%%preflight --root data',
    "%%preflight --root 'my data'\r\npip a",
    '# %%preflight --rot a\n%%preflight\npip a',
    'x = 1\n%%preflight --rot a',
    '%%preflights --rot a'
  ])('%j is right', source => {
    expect(magicProblem(source)).toBeNull();
  });

  it.each([
    ['%%preflight --rot a', '--rot'],
    ['%%preflight --rot a\n', '--rot'],
    ['%%preflight --root', '--root'],
    ['%%preflight --root=a', '--root=a'],
    ["%%preflight --root ''", "''"],
    ['%%preflight --root my data', 'data'],
    ['%%preflight pip install torch\npip a', 'pip'],
    ['#@title Data 🙂\n\t%%preflight  🙂 a\r\npip a', '🙂']
  ])('%j is wrong at its word', (source, word) => {
    const [problem, ...others] = parsed(source).problems;
    expect(problem).toMatchObject({ code: 'magic-words', message: SENTENCE });
    expect(others).toEqual([]);
    const [{ start, end, text }] = marksOf(source);
    expect([source.slice(start, end), text]).toEqual([word, SENTENCE]);
  });

  it('says what else its words can have wrong', () => {
    expect(parsed("%%preflight --root 'a\npip b").problems).toMatchObject([
      { code: 'unclosed', line: 1, column: 20 }
    ]);
  });

  it('leaves the steps below it as they are', () => {
    const { steps, problems } = parsed('%%preflight x\npip a\nnonsense');
    expect(steps.map(step => [step.key, step.line])).toEqual([['pip a', 2]]);
    expect(problems.map(({ code, line }) => [code, line])).toEqual([
      ['magic-words', 1],
      ['unknown-step', 3]
    ]);
  });
});
