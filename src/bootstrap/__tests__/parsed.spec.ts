import { parse } from '../grammar';
import { parsed } from '../parsed';

describe('parsed', () => {
  it('says what parse says, and reads a text once', () => {
    const source = '%%preflight\napt git\nnonsense';
    expect(parsed(source)).toEqual(parse(source));
    expect(parsed(source)).toBe(parsed(source));
  });

  it('forgets old texts', () => {
    const first = parsed('pip first');
    for (let n = 0; n < 200; n++) {
      parsed(`pip n${n}`);
    }
    expect(parsed('pip first')).not.toBe(first);
    expect(parsed('pip first')).toEqual(first);
  });
});
