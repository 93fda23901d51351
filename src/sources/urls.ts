/**
 * One strict reading of a URL, the same here and in the kernel. The browser's `URL` and Python's
 * `urlsplit` name different hosts for the same hostile link, so neither is used: what RFC 3986 does
 * not allow is refused, the rest is written in one spelling.
 */
import { ipv6, ipv6Text, isOctet } from './addresses';
import { codePoint, codePoints, isBlank, isHidden } from './characters';
import { LinkProblem } from './problem';

/** Longest link that is read, in code points. */
export const MAX_LENGTH = 8192;

const UNRESERVED = /[A-Za-z0-9\-._~]/;
const SEGMENT = /[A-Za-z0-9\-._~!$&'()*+,;=:@]/;
const PATH = /[A-Za-z0-9\-._~!$&'()*+,;=:@/]/;
const QUERY = /[A-Za-z0-9\-._~!$&'()*+,;=:@/?]/;
const VALUE = /[A-Za-z0-9\-._~!$'()*,;:@/?]/;
const FORBIDDEN = /[ "<>\\^`{|}]/;
const PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443]
]);

/** An http or https URL in canonical spelling (RFC 3986 §6.2.2, §6.2.3). */
export interface IUrl {
  /** `http` or `https`. */
  scheme: string;
  /** Lower-case ASCII; an IPv6 address stands in brackets. */
  host: string;
  /** Null where it is the scheme's own. */
  port: number | null;
  /** Begins with `/`; without dot segments; percent-encoded. */
  path: string;
  /** Without `?`; empty where there is none. */
  query: string;
  /** Without `#`. */
  fragment: string;
}

/** A URL without its fragment, which is never sent. */
export function urlText(url: IUrl): string {
  const port = url.port === null ? '' : `:${url.port}`;
  const query = url.query ? `?${url.query}` : '';
  return `${url.scheme}://${url.host}${port}${url.path}${query}`;
}

/**
 * The segments of a URL's path, decoded; empty ones left out.
 *
 * @throws LinkProblem
 */
export function segmentsOf(url: IUrl): string[] {
  return url.path
    .split('/')
    .filter(part => part !== '')
    .map(decode);
}

/**
 * Names and values of a canonical query, `+` read as a blank.
 *
 * @throws LinkProblem
 */
export function pairsOf(query: string): [string, string][] {
  const found: [string, string][] = [];
  for (const part of query.split('&')) {
    const [name, value] = cut(part, '=');
    if (name !== '') {
      found.push([
        decode(name.replaceAll('+', ' ')),
        decode(value.replaceAll('+', ' '))
      ]);
    }
  }
  return found;
}

/** The scheme that a text begins with, in lower case, else an empty text. */
export function schemeOf(text: string): string {
  const found = /^[A-Za-z][A-Za-z0-9+.-]{0,62}(?=:)/.exec(text);
  return found ? found[0].toLowerCase() : '';
}

/** What stands before the first of some mark, and what after it. */
export function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0
    ? [text, '']
    : [text.slice(0, at), text.slice(at + mark.length)];
}

/**
 * Read a text as an http or https URL.
 *
 * @throws LinkProblem where a part of it is not plain RFC 3986, or the host can be read in two ways
 */
export function split(text: string): IUrl {
  checkCharacters(text);
  const scheme = schemeOf(text);
  if (!PORTS.has(scheme)) {
    throw new LinkProblem('link-scheme', [scheme]);
  }
  const rest = text.slice(scheme.length + 1);
  if (!rest.startsWith('//') || rest.length < 3 || rest[2] === '/') {
    const tail = rest.replace(/^\/+/, '');
    throw tail
      ? new LinkProblem('link-slashes', [scheme], `${scheme}://${tail}`)
      : new LinkProblem('link-no-host', [scheme]);
  }
  const length = rest.slice(2).search(/[/?#]/);
  const end = length < 0 ? rest.length : length + 2;
  const authority = rest.slice(2, end);
  const tail = rest.slice(end);
  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    const login = authority.slice(0, at);
    const bare = authority.slice(at + 1);
    const isPlain = bare !== '' && !/[.@]/.test(login);
    const hint = isPlain ? `${scheme}://${bare}${tail}` : '';
    throw new LinkProblem('link-userinfo', [], hint);
  }
  const [host, port] = hostAndPort(authority, scheme);
  const [body, fragment] = cut(tail, '#');
  const [path, query] = cut(body, '?');
  return {
    scheme,
    host,
    port,
    path: withoutDots(normal(path || '/', PATH)),
    query: normal(query, QUERY),
    fragment: normal(fragment, QUERY)
  };
}

/**
 * Refuse what no link holds: control and invisible letters, blanks, `<`, `\` ….
 *
 * @throws LinkProblem naming the first such letter
 */
export function checkCharacters(text: string): void {
  if (text.length > MAX_LENGTH && codePoints(text) > MAX_LENGTH) {
    throw new LinkProblem('link-long', [String(MAX_LENGTH)]);
  }
  for (const char of text) {
    if (isHidden(char) || isBlank(char)) {
      const clean = Array.from(text).filter(c => !isHidden(c) && !isBlank(c));
      throw new LinkProblem('link-hidden', [codePoint(char)], clean.join(''));
    }
    if (FORBIDDEN.test(char)) {
      const coded = Array.from(text, c => (FORBIDDEN.test(c) ? percent(c) : c));
      const hint = /[\\<>]/.test(text) ? '' : coded.join('');
      throw new LinkProblem('link-character', [char], hint);
    }
  }
}

/**
 * Percent-decode canonical text once, as UTF-8.
 *
 * @throws LinkProblem where the bytes are not UTF-8
 */
export function decode(text: string): string {
  if (!text.includes('%')) {
    return text;
  }
  let result: string;
  try {
    result = decodeURIComponent(text);
  } catch {
    throw new LinkProblem('link-encoding');
  }
  for (const char of result) {
    if (isHidden(char)) {
      throw new LinkProblem('link-hidden', [codePoint(char)]);
    }
  }
  return result;
}

/** Percent-encode a path's segment, or a query's value, in the one spelling that is written. */
export function encode(text: string, kind: 'segment' | 'value'): string {
  const allowed = kind === 'value' ? VALUE : SEGMENT;
  return Array.from(text, char =>
    allowed.test(char) ? char : percent(char)
  ).join('');
}

function hostAndPort(
  authority: string,
  scheme: string
): [string, number | null] {
  let host: string;
  let digits: string;
  if (authority.startsWith('[')) {
    const end = authority.indexOf(']');
    const groups = ipv6(end < 0 ? authority.slice(1) : authority.slice(1, end));
    const rest = end < 0 ? '' : authority.slice(end + 1);
    if (end < 0 || groups === null || (rest && !rest.startsWith(':'))) {
      throw new LinkProblem('link-address', [authority]);
    }
    host = `[${ipv6Text(groups)}]`;
    digits = rest.slice(1);
  } else {
    const [name, port] = cut(authority, ':');
    if (name === '') {
      throw new LinkProblem('link-no-host', [scheme]);
    }
    host = hostName(name);
    digits = port;
  }
  if (digits === '') {
    return [host, null];
  }
  const port = /^[0-9]{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > 65535) {
    throw new LinkProblem('link-port', [digits]);
  }
  return [host, port === PORTS.get(scheme) ? null : port];
}

function hostName(text: string): string {
  if (/[^\0-\x7f]/.test(text)) {
    throw new LinkProblem('link-host-letters', [text]);
  }
  const host = text.toLowerCase().replace(/\.$/, '');
  const labels = host.split('.');
  if (
    host.length > 253 ||
    !labels.every(label => /^[a-z0-9_][a-z0-9_-]{0,62}$/.test(label))
  ) {
    throw new LinkProblem('link-host', [text]);
  }
  const last = labels[labels.length - 1];
  if (/^([0-9]+|0x.*)$/.test(last)) {
    if (labels.length !== 4 || !labels.every(isOctet)) {
      throw new LinkProblem('link-address', [text]);
    }
  }
  return host;
}

function normal(text: string, allowed: RegExp): string {
  const out: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (char === '%') {
      const pair = text.slice(at + 1, at + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(pair)) {
        throw new LinkProblem('link-percent');
      }
      const plain = String.fromCharCode(parseInt(pair, 16));
      if (plain < ' ' || plain === '\x7f') {
        throw new LinkProblem('link-hidden', [codePoint(plain)]);
      }
      out.push(UNRESERVED.test(plain) ? plain : `%${pair.toUpperCase()}`);
      at += 2;
    } else {
      out.push(allowed.test(char) ? char : percent(char));
      at += char.length - 1;
    }
  }
  return out.join('');
}

function percent(char: string): string {
  return char < '\x80'
    ? `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
    : encodeURIComponent(char);
}

/** RFC 3986 §5.2.4. */
function withoutDots(path: string): string {
  const out: string[] = [];
  const parts = path.split('/').slice(1);
  for (const [index, part] of parts.entries()) {
    if (part === '..') {
      out.pop();
    } else if (part !== '.') {
      out.push(part);
      continue;
    }
    if (index === parts.length - 1) {
      out.push('');
    }
  }
  return `/${out.join('/')}`;
}
