/** Commands that bring files, and what they ask for: `wget`, `curl`, `aria2c`, `gdown`. */
import type { IShellWord } from './commands';
import { LinkProblem, recognise } from './links';
import { MAX_LENGTH } from './urls';
import {
  asFolder,
  has,
  type IOptions,
  type ISourceWant,
  isArchive,
  isOpen,
  lastOf,
  optionsOf,
  parentOf,
  placed,
  refused,
  valueOf,
  type Want
} from './wants';

/** Reads the words after a command's name, as called in a folder. */
export type Fetcher = (
  words: readonly IShellWord[],
  here: string | null
) => Want[];

/** Commands by name. */
export const fetchers: ReadonlyMap<string, Fetcher> = new Map<string, Fetcher>([
  ['wget', wget],
  ['curl', curl],
  ['aria2c', aria2c],
  ['gdown', gdown]
]);

/** What is fetched from a link to a file or folder that the user has named, or not. */
export interface IFetch {
  link: string;
  /** The file as named by `-O` and its like; empty where it is the link's own. */
  file?: string;
  /** The folder as named by `-P` and its like; empty for the one that the command works in. */
  folder?: string;
  here: string | null;
}

/**
 * One file from a link.
 *
 * @returns a want whose folder is the one that is named, if it is below the root
 */
export function fetchOf({
  link,
  file = '',
  folder = '',
  here
}: IFetch): ISourceWant {
  const own = nameIn(link);
  const path = placed(
    here,
    [folder, file || own].filter(part => part !== '').join('/')
  );
  const name = lastOf(file);
  const isPacked = isArchive(name || own) || isFolderLink(link);
  return {
    kind: 'source',
    role: '',
    link,
    // An archive is unpacked, so that its own folder is named after it.
    folder: isPacked || path === null ? '' : asFolder(parentOf(path)),
    name,
    options: !isPacked && name !== '' && name !== own ? ['--as', name] : [],
    file: name || own ? (path ?? (name || own)) : ''
  };
}

/** The name that a fetched file has by its link; empty where the server gives it. */
export function nameIn(link: string): string {
  try {
    const { provider, kind, parts } = recognise(link);
    if (provider === 'gdrive') {
      return '';
    }
    const rest = parts.asset ?? parts.name ?? parts.rest ?? parts.path ?? '';
    return kind === 'archive'
      ? `${lastOf(parts.ref ?? '')}.${parts.format}`
      : lastOf(rest);
  } catch {
    return '';
  }
}

/** Kinds of links that give many files. */
const FOLDERS: readonly string[] = [
  'folder',
  'repository',
  'tree',
  'gist',
  'dataset',
  'competition',
  'model',
  'output',
  'record'
];

/** Whether a link gives a whole folder, so that nothing in it is unpacked. */
export function isFolderLink(link: string): boolean {
  try {
    return FOLDERS.includes(recognise(link).kind);
  } catch {
    return false;
  }
}

/** A link whose open parts do not matter; null where they do, or may. */
function closed(word: string, open: boolean): string | null {
  if (!open || word.length > MAX_LENGTH) {
    return open ? null : word;
  }
  // The usual way past Drive's warning about large files puts a word of its page into `confirm`.
  const bare = word.replace(/([?&])confirm=[^&]*&/, '$1');
  try {
    return !/[${]/.test(bare) && recognise(bare).provider === 'gdrive'
      ? bare
      : null;
  } catch {
    return null;
  }
}

/** What is fetched from some links, into files that are named one for each, or not. */
function many(
  options: IOptions,
  here: string | null,
  files: readonly string[],
  folder: string | undefined
): Want[] {
  const { rest, open } = options;
  if (rest.length > 1 && files.length > 0 && files.length !== rest.length) {
    return [refused('dataset', 'more')];
  }
  return rest.map((word, index) => {
    const link = closed(word, open.has(word));
    return link === null
      ? refused('dataset', 'open')
      : fetchOf({ link, file: files[index], folder, here });
  });
}

function wget(words: readonly IShellWord[], here: string | null): Want[] {
  const options = optionsOf(words, 'OPoaetTwUQDARlBXI', [
    'output-document',
    'directory-prefix',
    'output-file',
    'tries',
    'timeout',
    'wait',
    'user-agent',
    'header',
    'user',
    'password',
    'http-user',
    'http-password',
    'load-cookies',
    'save-cookies',
    'referer',
    'post-data',
    'post-file',
    'input-file',
    'limit-rate',
    'progress'
  ]);
  if (has(options, 'r', 'm', 'i', 'recursive', 'mirror', 'input-file')) {
    return [refused('dataset', 'more')];
  }
  if (has(options, 'post-data', 'post-file')) {
    return [refused('dataset', 'more')];
  }
  if (has(options, 'user', 'password', 'http-user', 'http-password')) {
    return [refused('dataset', 'login', options.rest[0])];
  }
  if (isLogin(options.given.get('header'))) {
    return [refused('dataset', 'login', options.rest[0])];
  }
  const file = valueOf(options, 'O', 'output-document');
  const folder = valueOf(options, 'P', 'directory-prefix');
  if (isOpen(options, 'O', 'output-document', 'P', 'directory-prefix')) {
    return [refused('dataset', 'open')];
  }
  // With -O, a path stands for itself, whatever -P says.
  return file && file !== '-'
    ? many(options, here, [file], '')
    : many(options, here, [], folder);
}

function curl(words: readonly IShellWord[], here: string | null): Want[] {
  const options = optionsOf(words, 'oHudXFAbcemCTwxKrEYyz', [
    'output',
    'output-dir',
    'header',
    'user',
    'data',
    'data-raw',
    'request',
    'form',
    'user-agent',
    'cookie',
    'cookie-jar',
    'referer',
    'max-time',
    'connect-timeout',
    'retry',
    'retry-delay',
    'continue-at',
    'upload-file',
    'url',
    'range',
    'proxy',
    'limit-rate'
  ]);
  options.rest.push(...(options.given.get('url') ?? []));
  const request = valueOf(options, 'X', 'request') ?? 'GET';
  if (
    request !== 'GET' ||
    has(options, 'd', 'data', 'data-raw', 'F', 'form') ||
    has(options, 'T', 'upload-file', 'I', 'head', 'K', 'r', 'range')
  ) {
    return [refused('dataset', 'more')];
  }
  const headers = ['H', 'header'].flatMap(
    name => options.given.get(name) ?? []
  );
  if (has(options, 'u', 'user', 'b', 'cookie') || isLogin(headers)) {
    return [refused('dataset', 'login', options.rest[0])];
  }
  if (isOpen(options, 'o', 'output', 'output-dir', 'url')) {
    return [refused('dataset', 'open')];
  }
  const files = ['o', 'output']
    .flatMap(name => options.given.get(name) ?? [])
    .filter(file => file !== '-');
  return many(options, here, files, valueOf(options, 'output-dir'));
}

function aria2c(words: readonly IShellWord[], here: string | null): Want[] {
  const options = optionsOf(words, 'dosxkjil', [
    'dir',
    'out',
    'split',
    'input-file',
    'header',
    'max-connection-per-server'
  ]);
  if (has(options, 'i', 'input-file')) {
    return [refused('dataset', 'more')];
  }
  if (isLogin(options.given.get('header'))) {
    return [refused('dataset', 'login', options.rest[0])];
  }
  if (isOpen(options, 'd', 'dir', 'o', 'out')) {
    return [refused('dataset', 'open')];
  }
  const files = ['o', 'out'].flatMap(name => options.given.get(name) ?? []);
  return many(options, here, files, valueOf(options, 'd', 'dir'));
}

function isLogin(headers: readonly string[] | undefined): boolean {
  return (headers ?? []).some(header =>
    /^(authorization|cookie|private-token|x-[a-z-]*(key|token))\s*:/i.test(
      header
    )
  );
}

function gdown(words: readonly IShellWord[], here: string | null): Want[] {
  const options = optionsOf(words, 'O', [
    'output',
    'id',
    'format',
    'proxy',
    'speed'
  ]);
  const given = valueOf(options, 'id') || options.rest[0];
  if (given === undefined || given === '') {
    return [];
  }
  const output = valueOf(options, 'O', 'output') ?? '';
  if (
    isOpen(options, 'O', 'output', 'id') ||
    options.open.has(given) ||
    output === '-'
  ) {
    return [refused('dataset', 'open')];
  }
  return [driveWant(given, has(options, 'folder'), output, here)];
}

/** A file or folder of Drive by its id or link. */
export function driveWant(
  given: string,
  isFolder: boolean,
  output: string,
  here: string | null
): ISourceWant {
  const link = /^[A-Za-z0-9_-]+$/.test(given)
    ? isFolder
      ? `https://drive.google.com/drive/folders/${given}`
      : `https://drive.google.com/file/d/${given}/view`
    : given;
  if (isFolder) {
    const folder = output ? asFolder(placed(here, output)) : '';
    return {
      kind: 'source',
      role: '',
      link,
      folder,
      name: '',
      options: [],
      file: null
    };
  }
  return output.endsWith('/')
    ? fetchOf({ link, folder: output, here })
    : fetchOf({ link, file: output, here });
}

/** Codes of `recognise` for a text that is no link, not for a link that cannot be used. */
const NO_LINK: readonly string[] = [
  'link-bare',
  'link-empty',
  'link-scheme',
  'link-character'
];

/** Whether a text is a link, as far as that can be seen; one that cannot be used is one as well. */
export function isLink(text: string): boolean {
  try {
    recognise(text);
    return true;
  } catch (problem) {
    return (
      problem instanceof LinkProblem &&
      !NO_LINK.includes(problem.code) &&
      /^[\u200b-\u200f\u2060\ufeff]*[\w.@+-]+[:/]/.test(text)
    );
  }
}
