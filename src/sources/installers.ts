/** Commands that install, link, set, unpack or run, and what they ask for. */
import { isSecret } from '../bootstrap/values';
import type { IShellWord } from './commands';
import type { Fetcher } from './fetchers';
import {
  asFolder,
  has,
  lastOf,
  optionsOf,
  parentOf,
  placed,
  refused,
  step,
  valueOf,
  type Want
} from './wants';

/** Commands by name. */
export const installers: ReadonlyMap<string, Fetcher> = new Map<
  string,
  Fetcher
>([
  ['pip', pip],
  ['pip3', pip],
  ['uv', uv],
  ['apt', apt],
  ['apt-get', apt],
  ['aptitude', apt],
  ['ln', ln],
  ['export', words => words.flatMap(exported)],
  ['unzip', unzip],
  ['tar', tar],
  ['bsdtar', tar],
  ['gunzip', gunzip]
]);

/** Programs that a pasted line may run. */
const RUNNERS: readonly string[] = [
  'python',
  'python3',
  'bash',
  'sh',
  'torchrun',
  'accelerate',
  'deepspeed'
];

const QUIET = /^(-q+|--quiet|--disable-pip-version-check|-y)$/;
const FILES: readonly string[] = [
  '-r',
  '--requirement',
  '-c',
  '--constraint',
  '-e',
  '--editable',
  '-f',
  '--find-links'
];

function pip(words: readonly IShellWord[], here: string | null): Want[] {
  if (words[0]?.value !== 'install') {
    return [];
  }
  const args: string[] = [];
  let isFile = false;
  for (const { value, isOpen: open } of words.slice(1)) {
    if (open) {
      return [refused('pip', 'open')];
    }
    const path = isFile || /^(\.{1,2}(\/|$)|\/)/.test(value);
    const joined = /^(--[a-z-]+=|-[rce](?=[^-]))(.*)$/.exec(value);
    let word = value;
    if (path) {
      word = inPlace(here, value);
    } else if (joined && FILES.includes(joined[1].replace(/=$/, ''))) {
      word = joined[1] + inPlace(here, joined[2]);
    }
    if (word === '') {
      return [refused('pip', 'open')];
    }
    isFile = FILES.includes(value);
    if (!QUIET.test(value)) {
      args.push(word);
    }
  }
  return args.length > 0 ? [step(['pip', ...args])] : [];
}

/** A file that pip is given, from the root; what is no path below it stays as it is. */
function inPlace(here: string | null, value: string): string {
  if (/^[a-z+]+:/i.test(value)) {
    return value;
  }
  const bracket = value.endsWith(']') ? value.lastIndexOf('[') : -1;
  const extras = bracket < 0 ? '' : value.slice(bracket);
  const path = placed(here, value.slice(0, value.length - extras.length));
  if (path === null) {
    return '';
  }
  // Without `./`, pip would take a folder for a package.
  const shown = path === '' ? '.' : isLocal(path) ? path : `./${path}`;
  return shown + extras;
}

/** Whether pip sees that a word is a path, or a file of requirements. */
function isLocal(path: string): boolean {
  return /^[/~]/.test(path) || /\.(txt|in|toml|whl)$/.test(path);
}

function uv(words: readonly IShellWord[], here: string | null): Want[] {
  return words[0]?.value === 'pip'
    ? pip(
        words.slice(1).filter(({ value }) => value !== '--system'),
        here
      )
    : [];
}

function apt(words: readonly IShellWord[]): Want[] {
  const { rest, open } = optionsOf(words, 'oct', [
    'option',
    'target-release',
    'default-release'
  ]);
  if (rest[0] !== 'install' || rest.length < 2) {
    return [];
  }
  return open.size > 0
    ? [refused('apt', 'open')]
    : [step(['apt', ...rest.slice(1)])];
}

function ln(words: readonly IShellWord[], here: string | null): Want[] {
  const options = optionsOf(words, 'tS', ['target-directory', 'suffix']);
  const [target, path = '.'] = options.rest;
  if (
    !target ||
    options.rest.length > 2 ||
    !has(options, 's', 'symbolic') ||
    has(options, 't', 'target-directory')
  ) {
    return [];
  }
  if (options.open.size > 0 || /[*?]/.test(target)) {
    return [refused('link', 'open')];
  }
  const isInside = /(^|\/)\.?$/.test(path);
  const at = placed(here, isInside ? `${path}/${lastOf(target)}` : path);
  // A target is read from the folder that its link lies in, but for one that is written in full.
  const isHere = words.find(({ value }) => value === target)?.isHere;
  const isFull = isHere || has(options, 'r', 'relative');
  const from = isFull ? here : at && parentOf(at);
  const goal = placed(from, target);
  return at && goal ? [step(['link', goal, at])] : [refused('link', 'open')];
}

/**
 * A variable that is set. A value that looks secret is never put into a line.
 *
 * @param word - `NAME=VALUE`
 */
export function exported({ value, isOpen: open }: IShellWord): Want[] {
  const found = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(value);
  if (!found) {
    return [];
  }
  const [, name, text] = found;
  if (isSecret(name, text)) {
    return [refused('env', 'secret', `env --secret ${name}`)];
  }
  return open ? [refused('env', 'open')] : [step(['env', value])];
}

function unzip(words: readonly IShellWord[], here: string | null): Want[] {
  const options = optionsOf(words, 'dxP', []);
  if (has(options, 'P')) {
    return [refused('dataset', 'login')];
  }
  // `unzip X -d DIR` has its option after the archive.
  const [file, ...members] = options.rest;
  return unpacked({
    file,
    folder: valueOf(options, 'd') ?? '',
    isOpen: options.open.size > 0,
    isPart: members.length > 0 || has(options, 'x'),
    overwrites: has(options, 'o'),
    here
  });
}

function tar(given: readonly IShellWord[], here: string | null): Want[] {
  const [first, ...others] = given;
  // `tar xzf X` is an older way to write `tar -xzf X`.
  const words =
    first && /^[a-zA-Z]+$/.test(first.value)
      ? [{ ...first, value: `-${first.value}` }, ...others]
      : given;
  const options = optionsOf(words, 'fCTXI', [
    'file',
    'directory',
    'strip-components',
    'exclude',
    'use-compress-program'
  ]);
  if (!has(options, 'x', 'extract', 'get')) {
    return [];
  }
  const file = valueOf(options, 'f', 'file') ?? '-';
  return unpacked({
    file: file === '-' ? '' : file,
    folder: valueOf(options, 'C', 'directory') ?? '',
    strip: valueOf(options, 'strip-components') ?? '',
    isOpen: options.open.size > 0,
    isPart: options.rest.length > 0 || has(options, 'exclude', 'T', 'X'),
    here
  });
}

function gunzip(words: readonly IShellWord[], here: string | null): Want[] {
  const { rest, given, open } = optionsOf(words, 'S', ['suffix']);
  return given.has('c') || given.has('stdout')
    ? []
    : rest.flatMap(file =>
        unpacked({
          file,
          folder: parentOf(file),
          isOpen: open.size > 0,
          here
        })
      );
}

/** What an unpacking command says. */
interface IUnpacked {
  /** The archive; empty for what a pipe brings. */
  file: string | undefined;
  folder: string;
  strip?: string;
  isOpen: boolean;
  /** Whether only some of the files are taken. */
  isPart?: boolean;
  overwrites?: boolean;
  here: string | null;
}

function unpacked(options: IUnpacked): Want[] {
  const { file, isOpen: open, isPart } = options;
  if (file === undefined) {
    return [];
  }
  if (open || isPart || /[*?]/.test(file)) {
    return [refused('dataset', open ? 'open' : 'more')];
  }
  return [unpackWant({ ...options, file })];
}

/** An archive that is unpacked into a folder. */
export function unpackWant(
  options: Pick<IUnpacked, 'folder' | 'strip' | 'overwrites' | 'here'> & {
    file: string;
  }
): Want {
  const { file, folder, strip = '', overwrites = false, here } = options;
  return {
    kind: 'unpack',
    file: file && (placed(here, file) ?? file),
    folder: asFolder(placed(here, folder || '.')),
    strip,
    overwrites
  };
}

/** What a command that runs a program asks for; empty where it is none that is known. */
export function run(words: readonly IShellWord[], here: string | null): Want[] {
  const [first] = words;
  if (
    !first ||
    words.length < 2 ||
    !(RUNNERS.includes(first.value) || /^\.\//.test(first.value))
  ) {
    return [];
  }
  // `{name}` is the kernel's variable for `run` as it is for IPython.
  const isKnown = words.every(
    ({ value }) => !/[${]/.test(value.replace(/\{[A-Za-z_]\w*\}/g, ''))
  );
  if (!isKnown || here === null) {
    return [refused('run', 'open')];
  }
  const inside = here === '' ? [] : ['--in', here];
  return [
    step(['run', ...inside, ...words.map(({ value }) => seen(value, here))])
  ];
}

/** An absolute path below the root of Colab or Kaggle, as it is seen from a folder. */
function seen(value: string, here: string): string {
  const path = value.startsWith('/') ? placed('', value) : null;
  if (path === null) {
    return value;
  }
  const from = here === '' ? [] : here.split('/');
  const to = path.split('/');
  const first = from.findIndex((name, at) => name !== to[at]);
  const common = first < 0 ? from.length : first;
  const up = from.slice(common).map(() => '..');
  return [...up, ...to.slice(common)].join('/') || '.';
}
