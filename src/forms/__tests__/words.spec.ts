import { nullTranslator } from '@jupyterlab/translation';

import { HINTS, REASONS } from '../reasons';
import { faultText, remarkText, sentence } from '../words';

const trans = nullTranslator.load('');

describe('sentence', () => {
  it.each([...Object.values(REASONS), ...Object.values(HINTS)])(
    'has a translation: %s',
    text => {
      const asked: string[] = [];
      const bundle = Object.assign(Object.create(trans), {
        __: (key: string) => asked.push(key)
      });
      sentence(bundle, text);
      expect(asked).toEqual([text]);
    }
  );
});

describe('what is said', () => {
  it('names the first options of a long list', () => {
    const options = [...'abcdefgh'];
    expect(remarkText(trans, { code: 'among', options }, 'x')).toBe(
      'x is not among a, b, c, d, e, f ….'
    );
  });

  it('says what holds meanwhile', () => {
    expect(faultText(trans, 'integer', '3')).toBe(
      'Not a whole number. The code still says 3.'
    );
    expect(faultText(trans, 'empty', '')).toBe(
      'A value is needed. The code still has no value.'
    );
  });
});
