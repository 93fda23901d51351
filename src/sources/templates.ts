/**
 * Matches a link's parts against the rows of `links.json`. The rows hold no regular expressions,
 * because the two languages that read them differ there: a path template is a list of segments,
 * each literal or a named capture of one class of letters.
 */
import { codePoints } from './characters';
import { encode, type IUrl, pairsOf } from './urls';

/** A class of letters: which, how few and how many; no letters stand for any. */
export interface IClass {
  chars: string;
  least: number;
  most: number;
}

/** One row: which links it is for, and what they are. */
export interface IRule {
  hosts?: string[];
  paths: string[];
  need?: Record<string, string>;
  may?: Record<string, string>;
  else?: string;
  hash?: boolean;
  kind?: string;
  canonical?: string;
  query?: string[];
  usual?: Record<string, string>;
  set?: Record<string, string>;
  problem?: string;
  hint?: string;
  moved?: string;
  as?: string;
}

/** What was captured, by name. */
export type Captures = Map<string, string>;

/** All classes by name. */
export type Classes = Record<string, IClass>;

/** One segment of a template: `prefix{name:kind}suffix`. */
interface IPart {
  prefix: string;
  name: string;
  kind: string;
  /** Empty for exactly one segment of the path, `+` for one or more, `*` for any number. */
  many: string;
  suffix: string;
}

const known = new Map<string, IPart[]>();

/** Read a template such as `/{owner:word}/archive/{ref+}.zip`. */
function partsOf(template: string): IPart[] {
  let parts = known.get(template);
  if (!parts) {
    parts = template
      .split('/')
      .filter(segment => segment !== '')
      .map(segment => {
        const found = /^([^{]*)\{([a-z]+)(?::([a-z]+))?([+*]?)\}(.*)$/i.exec(
          segment
        );
        const [, prefix, name, kind, many, suffix] = found ?? [
          '',
          segment,
          '',
          '',
          '',
          ''
        ];
        return { prefix, name, kind: kind || 'any', many, suffix };
      });
    known.set(template, parts);
  }
  return parts;
}

/** Whether a text is of a class: its letters and its length. */
export function fits(text: string, kind: IClass): boolean {
  const length = codePoints(text);
  if (length < kind.least || length > kind.most || climbs(text)) {
    return false;
  }
  return (
    kind.chars === '' ||
    Array.from(text).every(char => kind.chars.includes(char))
  );
}

/** Whether a decoded text would be another path if it were read as one. */
function climbs(text: string): boolean {
  return text.split('/').some(segment => segment === '.' || segment === '..');
}

/** What a template captures of a path's segments, or null where it does not match. */
export function match(
  template: string,
  path: readonly string[],
  classes: Classes
): Captures | null {
  const wanted = partsOf(template);
  const many = wanted.findIndex(part => part.many !== '');
  let pieces = path.map(segment => [segment]);
  if (many >= 0) {
    const after = wanted.length - many - 1;
    const count = path.length - many - after;
    if (count < (wanted[many].many === '+' ? 1 : 0)) {
      return null;
    }
    pieces = [
      ...pieces.slice(0, many),
      path.slice(many, many + count),
      ...pieces.slice(many + count)
    ];
  }
  if (pieces.length !== wanted.length) {
    return null;
  }
  const captured: Captures = new Map();
  for (const [index, part] of wanted.entries()) {
    const text = pieces[index].join('/');
    if (part.name === '') {
      if (text !== part.prefix) {
        return null;
      }
      continue;
    }
    if (!text.startsWith(part.prefix) || !text.endsWith(part.suffix)) {
      return null;
    }
    const inner = text.slice(
      part.prefix.length,
      Math.max(part.prefix.length, text.length - part.suffix.length)
    );
    const fitting = part.many
      ? !climbs(inner) && (inner !== '' || (part.many === '*' && !part.suffix))
      : fits(inner, classes[part.kind]);
    if (!fitting) {
      return null;
    }
    captured.set(part.name, inner);
  }
  return captured;
}

/** Put captures into a template, percent-encoded; those named in `fold` in lower case. */
export function fill(
  template: string,
  captured: Captures,
  fold: readonly string[] = []
): string {
  let out = template;
  for (const [name, value] of captured) {
    if (out.includes(`{${name}}`)) {
      const text = fold.includes(name) ? value.toLowerCase() : value;
      const path = text
        .split('/')
        .map(segment => encode(segment, 'segment'))
        .join('/');
      out = out.replaceAll(`{${name}}`, () => path);
    }
  }
  return out;
}

/** Whether a host is one of some; an entry `.example.org` stands for all below it. */
export function onHost(host: string, hosts: readonly string[]): boolean {
  return hosts.some(
    one => host === one || (one.startsWith('.') && host.endsWith(one))
  );
}

/** What a rule captures of the query, what it lacks, and what is given twice, differently. */
export function queried(
  rule: IRule,
  url: IUrl,
  classes: Classes
): { captured: Captures; missing: string[]; twice: string[] } {
  const found = [
    ...pairsOf(url.query),
    ...(rule.hash ? pairsOf(url.fragment) : [])
  ];
  const wanted = new Map(Object.entries({ ...rule.need, ...rule.may }));
  const given: Captures = new Map();
  const twice: string[] = [];
  for (const [name, value] of found) {
    if (wanted.has(name)) {
      if (!given.has(name)) {
        given.set(name, value);
      } else if (given.get(name) !== value) {
        twice.push(name);
      }
    }
  }
  const captured: Captures = new Map();
  for (const [name, kind] of wanted) {
    const value = given.get(name);
    if (value !== undefined && fits(value, classes[kind])) {
      captured.set(name, value);
    }
  }
  const missing = Object.keys(rule.need ?? {}).filter(
    name => !captured.has(name)
  );
  return { captured, missing, twice };
}
