import { nullTranslator } from '@jupyterlab/translation';
import { understand } from '../paste';

const trans = nullTranslator.load('');

const FILE = 'https://drive.google.com/file/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ/view';
const TOKEN = `ghp_${'a1'.repeat(18)}`;

describe('understand: what is told', () => {
  it('says what a source is and what will happen', () => {
    const [one] = understand('git clone https://github.com/me/net', trans);
    expect(one).toMatchObject({
      role: 'project',
      folder: 'net',
      what: 'GitHub repository',
      will: 'kept up to date in net',
      problem: null
    });
    expect(understand(FILE, trans)[0]).toMatchObject({
      what: 'Drive file',
      will: 'fetched once into data/drive'
    });
  });

  it.each([
    ['https://www.dropbox.com/scl/fo/9xk2/AAD1?preview=a.csv&rlkey=q7', true],
    ['https://www.dropbox.com/scl/fo/9xk2/AAD1?rlkey=q7&preview=a.csv', true],
    ['https://www.dropbox.com/sh/9xk2abc/AAD1?preview=a.csv', true],
    ['https://www.dropbox.com/scl/fo/9xk2/AAD1?rlkey=q7&dl=0', false],
    ['https://h.org/a?preview=a.csv', false]
  ])('%j: says whether more comes than is shown', (link, isMore) => {
    const [one] = understand(link, trans);
    expect(one.problem).toBeNull();
    expect(one.notice.includes('The whole folder')).toBe(isMore);
  });

  it.each([
    [
      'https://',
      'The link ends before its host: paste all of it, as in https://example.org/data.zip.'
    ],
    [
      'http:/',
      'The link ends before its host: paste all of it, as in http://example.org/data.zip.'
    ],
    [
      'http://example',
      'This link names a host, and no file on it. Paste all of it, as in http://example/data.zip'
    ]
  ])('%j: a link that is not whole', (text, sentence) => {
    const [{ problem }] = understand(text, trans);
    expect(`${problem?.message} ${problem?.hint}`.trim()).toBe(sentence);
  });

  it.each([
    [
      'kaggle competitions download -c dogs',
      'Kaggle is not in this version.',
      ''
    ],
    [
      'export WANDB_API_KEY=0123456789abcdef0',
      'This looks like a password',
      'env --secret WANDB_API_KEY'
    ],
    [
      `git clone https://${TOKEN}@github.com/me/net`,
      'This command holds a login',
      'https://github.com/me/net'
    ],
    [
      'https://me:pw@github.com/me/net',
      'The link holds a user name',
      'project https://github.com/me/net net --secret GITHUB_TOKEN'
    ],
    ['conda install numpy', '“conda” is no step', 'pip numpy']
  ])('%j: what is wrong, and what to paste instead', (text, message, fix) => {
    const [one] = understand(text, trans);
    expect(one.problem?.message).toContain(message);
    expect(one.problem?.fix ?? '').toBe(fix);
    expect(one.problem?.hint).not.toBe('');
  });
});
