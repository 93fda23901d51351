/** Short forms (`github:o/r@ref`) and git's own addresses (`git@github.com:o/r`), as https links. */
import { LinkProblem } from './problem';
import { shortForms } from './table';
import { cut } from './urls';

const GIT_SCHEMES = ['ssh', 'git', 'git+https', 'git+ssh', 'git+http'];

/** Whether a text that begins with a scheme is a short form, by what follows the colon. */
export function isShortForm(scheme: string, rest: string): boolean {
  return shortForms.has(scheme) && !rest.startsWith('//');
}

/**
 * The https link of a short form.
 *
 * @param scheme - what stands before its colon, one that has short forms
 * @param rest - what follows the colon
 * @throws LinkProblem where it is not complete
 */
export function longForm(scheme: string, rest: string): string {
  const row = shortForms.get(scheme) ?? { plain: '', at: '' };
  const at = rest.indexOf('@');
  let head = at < 0 ? rest : rest.slice(0, at);
  const tail = at < 0 ? '' : rest.slice(at + 1);
  if (scheme === 'hf' || scheme === 'kaggle') {
    head = head.replace(/^datasets\//, '');
  }
  if (scheme === 'kaggle' && !/^(competitions|models|code)\//.test(head)) {
    head = `datasets/${head}`;
  }
  const isComplete = head.split('/').length === 2 || scheme !== 'github';
  if (
    head === '' ||
    !isComplete ||
    head.endsWith('/') ||
    (at >= 0 && (tail === '' || row.at === ''))
  ) {
    throw new LinkProblem(`${scheme}-short`);
  }
  const link =
    at < 0
      ? row.plain + head
      : row.at.replace('%1', () => head).replace('%2', () => tail);
  return link.replaceAll('#', '%23').replaceAll('?', '%3F');
}

/**
 * The https link of a repository on GitHub that is written as git does, else an empty text.
 *
 * @param scheme - the scheme that the text begins with, or empty
 * @throws LinkProblem where it is a repository of another host
 */
export function gitAddress(text: string, scheme: string): string {
  let host: string;
  let path: string;
  const rest = text.slice(scheme.length + 1);
  if (GIT_SCHEMES.includes(scheme) && rest.startsWith('//')) {
    [host, path] = cut(rest.slice(2).replace(/^git@/, ''), '/');
  } else if (text.startsWith('git@')) {
    [host, path] = cut(text.slice(4), ':');
  } else {
    return '';
  }
  if (host.toLowerCase() !== 'github.com') {
    throw new LinkProblem('link-git');
  }
  return `https://github.com/${path}`;
}
