/** What a command asks for, in terms of steps, before it is known where its files go. */
import { folder } from '../bootstrap/folders';
import { language } from '../bootstrap/language';
import { quote } from '../bootstrap/lines';
import type { IShellWord } from './commands';

/** Why a command becomes no line; each has its sentence in `paste.ts`. */
export type Refusal =
  | 'open'
  | 'broken'
  | 'more'
  | 'login'
  | 'mount'
  | 'secret'
  | 'unpack'
  | 'piped';

/** Data or code from a link. */
export interface ISourceWant {
  kind: 'source';
  /** `dataset` or `project`; empty where the link says which. */
  role: string;
  link: string;
  /** The folder that the command names; empty where it names none that a line can. */
  folder: string;
  /** A name for a folder that has to be guessed; empty where the link's own will do. */
  name: string;
  /** Words after the folder. */
  options: string[];
  /** The file that the command writes; empty where its name is the server's, null: no one file. */
  file: string | null;
  /** Whether a later command has unpacked it. */
  isUnpacked?: boolean;
}

/** A step as it is written. */
export interface IStepWant {
  kind: 'step';
  line: string;
}

/** An archive that is unpacked. */
export interface IUnpackWant {
  kind: 'unpack';
  /** The archive; empty for what a pipe brings. */
  file: string;
  folder: string;
  /** How many folders of each name are left out; empty for none. */
  strip: string;
  /** Whether files that are there are overwritten. */
  overwrites: boolean;
}

/** A branch, tag or commit that is taken of what was cloned into a folder. */
export interface ICheckoutWant {
  kind: 'checkout';
  folder: string;
  ref: string;
}

/** A step that cannot be written. */
export interface IRefusedWant {
  kind: 'refused';
  role: string;
  why: Refusal;
  /** What to put into the box instead; empty where that is not known. */
  fix: string;
}

/** The roots of Colab and Kaggle; a mounted Drive lies in none. */
const HOME = /^(\/content(?!\/g?drive(\/|$))|\/kaggle\/working)(\/|$)/;

/** What a command asks for; the last two are parts of what others ask for. */
export type Want =
  ISourceWant | IStepWant | IUnpackWant | ICheckoutWant | IRefusedWant;

/** A step of some words. */
export function step(words: readonly string[]): IStepWant {
  return { kind: 'step', line: words.map(quote).join(' ') };
}

/** A step that cannot be written. */
export function refused(role: string, why: Refusal, fix = ''): IRefusedWant {
  return { kind: 'refused', role, why, fix };
}

/** Options and other words of a command. */
export interface IOptions {
  /** Values by option, without dashes; flags have one empty value for each time. */
  given: Map<string, string[]>;
  rest: string[];
  /** Options and other words that are open. */
  open: Set<string>;
}

/**
 * Part options from other words, as `getopt_long` does.
 *
 * @param words - the words after the command's name
 * @param valued - one-letter options that take a value
 * @param long - long options that take a value
 */
export function optionsOf(
  words: readonly IShellWord[],
  valued: string,
  long: readonly string[]
): IOptions {
  const given = new Map<string, string[]>();
  const rest: string[] = [];
  const open = new Set<string>();
  const note = (name: string, value: string, isOpen: boolean): void => {
    const values = given.get(name) ?? [];
    values.push(value);
    given.set(name, values);
    if (isOpen) {
      open.add(name);
    }
  };
  let isEnd = false;
  for (let at = 0; at < words.length; at++) {
    const { value, isOpen } = words[at];
    const next = words[at + 1];
    if (isEnd || !value.startsWith('-') || value === '-') {
      rest.push(value);
      if (isOpen) {
        open.add(value);
      }
    } else if (value === '--') {
      isEnd = true;
    } else if (value.startsWith('--')) {
      const equals = value.indexOf('=');
      const name = value.slice(2, equals < 0 ? undefined : equals);
      if (equals >= 0) {
        note(name, value.slice(equals + 1), isOpen);
      } else if (long.includes(name) && next) {
        note(name, next.value, next.isOpen);
        at++;
      } else {
        note(name, '', isOpen);
      }
    } else {
      let letter = 1;
      while (letter < value.length && !valued.includes(value[letter])) {
        note(value[letter], '', isOpen);
        letter++;
      }
      if (letter + 1 < value.length) {
        note(value[letter], value.slice(letter + 1), isOpen);
      } else if (letter < value.length && next) {
        note(value[letter], next.value, next.isOpen);
        at++;
      }
    }
  }
  return { given, rest, open };
}

/** The last value of the first of some options that is given; undefined where none is. */
export function valueOf(
  options: IOptions,
  ...names: string[]
): string | undefined {
  for (const name of names) {
    const values = options.given.get(name);
    if (values) {
      return values[values.length - 1];
    }
  }
  return undefined;
}

/** Whether one of some options is given. */
export function has(options: IOptions, ...names: string[]): boolean {
  return names.some(name => options.given.has(name));
}

/** Whether one of some options has a value that only a shell knows. */
export function isOpen(options: IOptions, ...names: string[]): boolean {
  return names.some(name => options.open.has(name));
}

/**
 * A path as it is called from the notebook's root.
 *
 * @param here - the folder that the command works in, from the root; null where it is not known
 * @param path - as the command names it
 * @returns empty for the root itself; null where nobody can say
 */
export function placed(here: string | null, path: string): string | null {
  const home = HOME.exec(path);
  if (!home && /^[/~]/.test(path)) {
    return path;
  }
  if (!home && here === null) {
    return null;
  }
  const isOutside = !home && /^[/~]/.test(here ?? '');
  const parts = home ? [] : (here ?? '').split('/').filter(isName);
  for (const part of path.slice(home?.[0].length ?? 0).split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) {
        return null;
      }
    } else if (isName(part)) {
      parts.push(part);
    }
  }
  return isOutside && here?.startsWith('/')
    ? `/${parts.join('/')}`
    : parts.join('/');
}

function isName(part: string): boolean {
  return part !== '' && part !== '.';
}

/** A path if a line can have it as its folder, else an empty text. */
export function asFolder(path: string | null): string {
  try {
    return path === null ? '' : folder(path);
  } catch {
    return '';
  }
}

/** The folder that a path lies in; empty for the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The last name of a path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a file's name is that of an archive. */
export function isArchive(name: string): boolean {
  const lower = name.toLowerCase();
  return language.folders.archives.some(ending => lower.endsWith(ending));
}
