/**
 * What an option's value, a condition, a variable or a package may look like. Everything that later
 * reaches a command line is of a form that cannot be taken for an option.
 */
import { codePoint, isHidden } from '../sources/characters';
import { checkName, folder, FolderProblem } from './folders';
import { isSecretName, looksSecret, tokenIn } from './language';

/** How a condition may compare. */
export const OPERATORS: readonly string[] = ['>=', '<=', '==', '!=', '~='];

/** The value of an option. */
export type Value = string | true | string[];

const HOST = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Why a value cannot be taken. */
export class ValueProblem extends Error {
  /**
   * @param code - name of the sentence in `messages.json`
   * @param values - what the sentence's `%1` and `%2` stand for
   * @param fix - the value that would do, where there is one
   */
  constructor(
    readonly code: string,
    readonly values: readonly string[] = [],
    readonly fix: string | null = null
  ) {
    super(code);
    this.name = 'ValueProblem';
  }
}

/**
 * Check one condition of `require`.
 *
 * @param text - the condition
 * @param version - version of this package, or empty where that is not asked
 * @throws ValueProblem where it could never be checked; code `newer` where it asks for a later
 *   version of this very package
 */
export function checkCondition(text: string, version: string): void {
  const found = /[><=!~]=/.exec(text);
  if (!found) {
    if (text.split(',').every(one => HOST.test(one.replace(/^!/, '')))) {
      return;
    }
    throw new ValueProblem('condition', [text]);
  }
  const left = text.slice(0, found.index);
  const value = text.slice(found.index + 2);
  const subject = left.endsWith(']') ? left.split('[', 1)[0] : left;
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(subject)) {
    throw new ValueProblem('condition', [text]);
  }
  const lower = subject.toLowerCase();
  if (lower === 'ram' || lower === 'disk') {
    if (found[0] !== '>=') {
      throw new ValueProblem('condition-least', [lower], `${left}>=${value}`);
    }
    if (!/^[0-9]+(\.[0-9]+)?[kmgt](i?b)?$/i.test(value)) {
      throw new ValueProblem('condition-size', [value]);
    }
  } else if (lower === 'gpu' || lower === 'cpu') {
    throw new ValueProblem('condition-plain', [lower], lower);
  } else if (!/^[0-9][A-Za-z0-9_.+!*-]*$/.test(value)) {
    throw new ValueProblem('condition-version', [value]);
  } else if (lower === 'preflight' && found[0] === '>=' && version !== '') {
    if (isNewer(value, version)) {
      throw new ValueProblem('newer', [value, version]);
    }
  }
}

/**
 * The target of a `link` line, normalised. May be absolute, and above the root.
 *
 * @throws FolderProblem where it is empty or holds what no path holds
 */
export function linkTarget(text: string): string {
  for (const char of text) {
    if (isHidden(char)) {
      throw new FolderProblem('folder-character', codePoint(char));
    }
  }
  if (['', '/', '.', './'].includes(text)) {
    throw new FolderProblem(text ? 'folder-root' : 'folder-empty', text);
  }
  const kept = text
    .split('/')
    .filter((part, index) => index === 0 || (part !== '' && part !== '.'));
  return (kept[0] === '.' && kept.length > 1 ? kept.slice(1) : kept).join('/');
}

/** Whether a text is a place for results: a path, `drive:PATH` or `rclone:REMOTE:PATH`. */
export function isPlace(text: string): boolean {
  if (text === '' || Array.from(text).some(isHidden) || text.includes('://')) {
    return false;
  }
  const at = text.indexOf(':');
  const scheme = text.slice(0, Math.max(at, 0));
  if (at < 0 || scheme.includes('/') || Array.from(scheme).length === 1) {
    return true;
  }
  const rest = text.slice(at + 1);
  return scheme === 'rclone'
    ? rest.indexOf(':') > 0
    : scheme === 'drive' && /[^/]/.test(rest);
}

/** Whether a text can be the name of a variable (POSIX.1-2024 §3.216). */
export function isVariable(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/** Whether the value of a variable is a token or password written in clear. */
export function isSecret(variable: string, value: string): boolean {
  return tokenIn(value) || (isSecretName(variable) && looksSecret(value));
}

/** Whether a text is a package's name (Debian policy §5.6.7), with `=VERSION` or not. */
export function isAptPackage(text: string): boolean {
  return /^[a-z0-9][a-z0-9+.-]+([:~=/A-Z][a-z0-9+.\-A-Z:~=/]*)?$/.test(text);
}

function isNewer(wanted: string, own: string): boolean {
  const [a, b] = [numbers(wanted), numbers(own)];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [one, other] = [a[at] ?? 0, b[at] ?? 0];
    if (one !== other) {
      return one > other;
    }
  }
  return false;
}

/** The release part of a version as numbers. */
function numbers(version: string): number[] {
  const release = /^[0-9]+(\.[0-9]+)*/.exec(version)?.[0] ?? '';
  return release.split('.').map(part => Number(part.slice(0, 9)));
}

function names(text: string): Value {
  const list = text.split(',');
  if (!list.every(one => HOST.test(one.replace(/^!/, '')))) {
    const tidy = list.map(one => one.trim()).filter(one => one !== '');
    const isFixed =
      tidy.join(',') !== text && tidy.every(one => HOST.test(one));
    const fix = isFixed && tidy.length > 0 ? tidy.join(',') : null;
    throw new ValueProblem('value-names', [text], fix);
  }
  if (list.length > 1 && list.some(one => one.startsWith('!'))) {
    throw new ValueProblem('value-not');
  }
  return list;
}

function secretName(text: string): Value {
  if (tokenIn(text)) {
    throw new ValueProblem('token-in-clear');
  }
  if (!isVariable(text)) {
    throw new ValueProblem('value-name', [text]);
  }
  return text;
}

function bindings(text: string): Value {
  const at = text.indexOf('=');
  const variable = at < 0 ? text : text.slice(0, at);
  if (tokenIn(text)) {
    throw new ValueProblem('token-in-clear');
  }
  if (!isVariable(variable) || (at >= 0 && !isVariable(text.slice(at + 1)))) {
    throw new ValueProblem('value-name', [text]);
  }
  return [text];
}

/** Care for what becomes an argument of git, as of `git check-ref-format`. */
function ref(text: string): Value {
  if (
    /[ ~^:?*[\\]|\.\.|@\{|\/\/|\/\./.test(text) ||
    /^[-/.]|[/.]$|\.lock$/.test(text) ||
    Array.from(text).some(isHidden)
  ) {
    throw new ValueProblem('value-ref', [text]);
  }
  return text;
}

function sha256(text: string): Value {
  const lower = text.toLowerCase().replace(/^sha256:/, '');
  if (!/^[0-9a-f]{64}$/.test(lower)) {
    throw new ValueProblem('value-sha256');
  }
  return lower;
}

function glob(text: string): Value {
  if (
    text.startsWith('/') ||
    text.includes('\\') ||
    text.split('/').includes('..')
  ) {
    throw new ValueProblem('value-glob', [text]);
  }
  return [text];
}

function count(text: string): Value {
  if (!/^[0-9]{1,2}$/.test(text)) {
    throw new ValueProblem('value-number', [text]);
  }
  return text;
}

function minutes(text: string): Value {
  if (
    !/^[0-9]+(\.[0-9]+)?$/.test(text) ||
    text.length > 8 ||
    !/[1-9]/.test(text)
  ) {
    throw new ValueProblem('value-number', [text]);
  }
  return text;
}

function place(text: string): Value {
  if (text[0] === '~' || text[0] === '$') {
    throw new ValueProblem('folder-home', [text.split('/', 1)[0]]);
  }
  return text === '.' || text === './' ? '.' : plain(linkTarget, text);
}

function plainText(text: string): Value {
  for (const char of text) {
    if (isHidden(char)) {
      throw new ValueProblem('hidden', [codePoint(char)]);
    }
  }
  return text;
}

function plain(check: (text: string) => string, text: string): string {
  try {
    return check(text);
  } catch (problem) {
    if (problem instanceof FolderProblem) {
      throw new ValueProblem(problem.code, problem.values, problem.fix);
    }
    throw problem;
  }
}

/** Reads the value of an option by its kind in `language.json`; throws `ValueProblem`. */
export const valueReaders: ReadonlyMap<string, (text: string) => Value> =
  new Map([
    ['names', names],
    ['name', secretName],
    ['bindings', bindings],
    ['ref', ref],
    ['sha256', sha256],
    ['glob', glob],
    ['count', count],
    ['minutes', minutes],
    ['file', text => plain(part => (checkName(part), part), text)],
    ['inside', text => plain(folder, text)],
    ['place', place],
    ['text', plainText]
  ]);
