/**
 * Says what a link is, before any request: its provider, its kind, and one spelling for it. All
 * that differs from one provider to the next stands in `links.json`, which the kernel reads too.
 */
import { isLinkLocal } from './addresses';
import { codePoint, codePoints, isHidden, visible } from './characters';
import { LinkProblem } from './problem';
import { gitAddress, isShortForm, longForm } from './shortforms';
import {
  classes,
  type IProvider,
  knownHosts,
  providers,
  wrappers
} from './table';
import {
  type Captures,
  fill,
  fits,
  type IRule,
  match,
  onHost,
  queried
} from './templates';
import {
  checkCharacters,
  cut,
  decode,
  encode,
  type IUrl,
  MAX_LENGTH,
  pairsOf,
  schemeOf,
  segmentsOf,
  split,
  urlText
} from './urls';

export { LinkProblem };

/** What a link is. */
export interface ISource {
  /**
   * `dropbox`, `gdrive`, `github`, `https`, `local`; known but not served by this version:
   * `kaggle`, `hf`, `zenodo`, `doi`, `s3`, `gcs`, `drive`, `rclone`.
   */
  provider: string;
  /** What the link gives in its provider's terms: `file`, `folder`, `repository` …. */
  kind: string;
  /**
   * One spelling for one thing, an https link or a local path. May hold a key that opens the thing
   * (Dropbox's `rlkey`): shown through `redact`.
   */
  canonical: string;
  /** The host, without a port; empty for what lies on the kernel's machine. */
  host: string;
  /** What the link names, decoded: `owner`, `repo`, `rest`, `id`, `rlkey` …. */
  parts: Record<string, string>;
}

/**
 * What a link is. Makes no request.
 *
 * @throws LinkProblem where it cannot be used, with what to do instead
 */
export function recognise(link: string): ISource {
  const text = trimmed(link);
  if (text === '') {
    throw new LinkProblem('link-empty');
  }
  if (text.length > MAX_LENGTH && codePoints(text) > MAX_LENGTH) {
    throw new LinkProblem('link-long', [String(MAX_LENGTH)]);
  }
  if (isLocal(text)) {
    return localSource(text);
  }
  const scheme = schemeOf(text);
  if (scheme === 'http' || scheme === 'https') {
    return web(split(unescaped(text)), false);
  }
  checkCharacters(text);
  const rest = text.slice(scheme.length + 1);
  if (isShortForm(scheme, rest)) {
    return web(split(longForm(scheme, rest)), false);
  }
  switch (scheme) {
    case 'drive':
    case 'rclone':
      return here(scheme, rest);
    case 's3':
    case 'gs':
    case 'hf':
      return bucket(scheme, rest);
    case 'file': {
      const path = rest.replace(/^\/\//, '');
      throw new LinkProblem('link-file', [], path.startsWith('/') ? path : '');
    }
  }
  const repository = gitAddress(text, scheme);
  if (repository) {
    return web(split(repository), false);
  }
  const host = /^[^/?#]*/.exec(text)?.[0] ?? '';
  const name = host.toLowerCase().replace(/\.$/, '');
  if (knownHosts.has(name)) {
    return web(split(unescaped(`https://${text}`)), false);
  }
  if (text.startsWith('//')) {
    const bare = text.replace(/^\/+/, '');
    throw new LinkProblem('link-bare-host', [bare], `https:${text}`);
  }
  if (scheme && !scheme.includes('.') && !/^[0-9]/.test(rest)) {
    throw new LinkProblem('link-scheme', [scheme]);
  }
  if (text.includes('/') && /[.:]/.test(name)) {
    const secure = name.startsWith('localhost:') ? 'http' : 'https';
    throw new LinkProblem('link-bare-host', [host], `${secure}://${text}`);
  }
  throw new LinkProblem('link-bare', [], `./${text}`);
}

/** A text without the ASCII blanks around it; other blanks are no part of a link and are told. */
function trimmed(text: string): string {
  const isOuter = (at: number) => ' \t\r\n'.includes(text[at]);
  let start = 0;
  let end = text.length;
  while (start < end && isOuter(start)) {
    start++;
  }
  while (end > start && isOuter(end - 1)) {
    end--;
  }
  return text.slice(start, end);
}

/**
 * A URL for showing: without userinfo, query and fragment; invisible letters made visible.
 *
 * @param url - any text; what is no URL comes back as it is
 */
export function redact(url: string): string {
  let text = url;
  if (!isLocal(text)) {
    text = cut(cut(text, '?')[0], '#')[0];
    const at = text.indexOf('://');
    if (at >= 0) {
      const rest = text.slice(at + 3);
      const slash = rest.indexOf('/');
      const authority = slash < 0 ? rest : rest.slice(0, slash);
      const path = slash < 0 ? '' : rest.slice(slash);
      const host = authority.slice(authority.lastIndexOf('@') + 1);
      text = `${text.slice(0, at)}://${host}${path}`;
    }
  }
  return visible(text);
}

function isLocal(text: string): boolean {
  return (
    /^(\.|\.\.|~)$/.test(text) ||
    /^(\.\/|\.\.\/|~\/|\/(?!\/))/.test(text) ||
    /^[A-Za-z]:[/\\]/.test(text)
  );
}

function localSource(text: string): ISource {
  for (const char of text) {
    if (isHidden(char)) {
      throw new LinkProblem('link-hidden', [codePoint(char)]);
    }
  }
  const plain = text[1] === ':' ? text.replaceAll('\\', '/') : text;
  const kept = plain
    .split('/')
    .filter((part, index) => index === 0 || (part !== '' && part !== '.'));
  let path = kept.join('/');
  if (kept.length === 1 && (path === '' || path.endsWith(':'))) {
    path += '/';
  }
  return {
    provider: 'local',
    kind: 'path',
    canonical: path,
    host: '',
    parts: { path }
  };
}

/** Undo what copying out of HTML does to a query's `&`. */
function unescaped(text: string): string {
  return text
    .replaceAll('&amp;', '&')
    .replaceAll('&#38;', '&')
    .replaceAll('&#x26;', '&');
}

/** `drive:PATH` and `rclone:REMOTE:PATH`. */
function here(scheme: string, rest: string): ISource {
  const at = scheme === 'rclone' ? rest.indexOf(':') : -1;
  if (scheme === 'rclone' && at < 1) {
    throw new LinkProblem('rclone-short');
  }
  const remote = at < 0 ? '' : rest.slice(0, at);
  const segments = rest
    .slice(at + 1)
    .split('/')
    .filter(segment => segment !== '' && segment !== '.');
  if (segments.includes('..') || (scheme === 'drive' && !segments.length)) {
    throw new LinkProblem('drive-short');
  }
  const path = segments.join('/');
  return {
    provider: scheme,
    kind: 'path',
    canonical: remote ? `${scheme}:${remote}:${path}` : `${scheme}:${path}`,
    host: '',
    parts: remote ? { remote, path } : { path }
  };
}

/** `s3://`, `gs://` and `hf://` addresses. */
function bucket(scheme: string, given: string): ISource {
  const rest = given.replace(/^\/\//, '');
  if (scheme === 'hf') {
    return web(split(longForm('hf', rest)), false);
  }
  const [name, key] = cut(rest, '/');
  if (name === '' || !fits(name, classes.repo)) {
    throw new LinkProblem('bucket-form', [scheme]);
  }
  return {
    provider: scheme === 's3' ? 's3' : 'gcs',
    kind: 'object',
    canonical: `${scheme}://${name}/${key}`,
    host: '',
    parts: { bucket: name, key }
  };
}

function web(url: IUrl, isWrapped: boolean): ISource {
  if (isLinkLocal(url.host)) {
    throw new LinkProblem('link-local-address', [url.host]);
  }
  const inner = isWrapped ? null : unwrapped(url);
  if (inner !== null) {
    if (!/^https?$/.test(schemeOf(inner))) {
      throw new LinkProblem('link-wrapper', [url.host]);
    }
    return web(split(inner), true);
  }
  if (url.port === null) {
    for (const [provider, row] of providers) {
      if (onHost(url.host, row.hosts)) {
        return byRules(provider, row, { ...url, scheme: 'https' });
      }
    }
  }
  return plainSource(url);
}

/** The link that a mail program, a search page or a chat has wrapped. */
function unwrapped(url: IUrl): string | null {
  for (const row of wrappers) {
    if (onHost(url.host, row.hosts)) {
      const path = segmentsOf(url);
      if (row.paths.some(one => match(one, path, classes))) {
        const pairs = pairsOf(url.query);
        for (const key of row.keys) {
          const found = pairs.find(([name]) => name === key);
          if (found) {
            return found[1];
          }
        }
      }
    }
  }
  return null;
}

function plainSource(url: IUrl, canonical = ''): ISource {
  const whole = canonical || urlText(url);
  const { path } = split(whole);
  const last = path.slice(path.lastIndexOf('/') + 1);
  let name = last;
  try {
    name = decode(last);
  } catch {
    // Other bytes than UTF-8 are shown as they are coded.
  }
  return {
    provider: 'https',
    kind: path.endsWith('.git') ? 'repository' : 'file',
    canonical: whole,
    host: url.host,
    parts: url.port === null ? { name } : { name, port: String(url.port) }
  };
}

function byRules(provider: string, row: IProvider, url: IUrl): ISource {
  const path = segmentsOf(url);
  for (const rule of row.rules) {
    if (rule.hosts && !onHost(url.host, rule.hosts)) {
      continue;
    }
    for (const template of rule.paths) {
      const inPath = match(template, path, classes);
      if (!inPath) {
        continue;
      }
      const { captured, missing, twice } = queried(rule, url, classes);
      if (twice.length > 0) {
        throw new LinkProblem('link-twice', [twice[0]]);
      }
      if (missing.length > 0 && rule.else) {
        throw new LinkProblem(rule.else);
      }
      if (missing.length === 0) {
        const found = new Map([...inPath, ...captured]);
        return outcome(provider, row, rule, url, found);
      }
    }
  }
  throw new LinkProblem(`${provider}-page`);
}

function outcome(
  provider: string,
  row: IProvider,
  rule: IRule,
  url: IUrl,
  found: Captures
): ISource {
  if (rule.problem) {
    const hint = rule.hint ? fill(rule.hint, found) : '';
    throw new LinkProblem(rule.problem, [], hint);
  }
  if (rule.moved) {
    return web(split(fill(rule.moved, found)), true);
  }
  if (rule.as) {
    return plainSource(url, fill(rule.canonical ?? '', found));
  }
  for (const name of ['rest', 'ref']) {
    const value = found.get(name) ?? '';
    if (value.startsWith('-')) {
      throw new LinkProblem('github-ref', [value]);
    }
  }
  const query = (rule.query ?? [])
    .filter(name => found.has(name) && found.get(name) !== rule.usual?.[name])
    .map(name => `${name}=${encode(found.get(name) ?? '', 'value')}`);
  const path = fill(rule.canonical ?? '', found, row.fold);
  const canonical = query.length > 0 ? `${path}?${query.join('&')}` : path;
  found.delete('any');
  return {
    provider,
    kind: rule.kind ?? '',
    canonical,
    host: split(canonical).host,
    parts: { ...Object.fromEntries(found), ...rule.set }
  };
}
