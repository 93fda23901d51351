/** The commands of places that host whole data sets: Kaggle and Hugging Face. */
import type { IShellWord } from './commands';
import { type Fetcher, fetchOf } from './fetchers';
import {
  asFolder,
  has,
  type ISourceWant,
  optionsOf,
  placed,
  refused,
  valueOf,
  type Want
} from './wants';

/** Commands by name. */
export const hubs: ReadonlyMap<string, Fetcher> = new Map([
  ['kaggle', kaggle],
  ['huggingface-cli', huggingFace],
  ['hf', huggingFace]
]);

function kaggle(words: readonly IShellWord[], here: string | null): Want[] {
  const [what = '', verb = ''] = words.map(word => word.value);
  const options = optionsOf(words.slice(2), 'dcpfmk', [
    'dataset',
    'competition',
    'path',
    'file',
    'kernel',
    'model'
  ]);
  const short = { d: 'dataset', c: 'competition', k: 'kernel', m: 'model' };
  const given =
    valueOf(options, ...Object.entries(short).flat()) ?? options.rest[0];
  const isDownload = verb === 'download' || verb === 'output';
  if (!given || !isDownload) {
    return [];
  }
  if (options.open.size > 0) {
    return [refused('dataset', 'open')];
  }
  const path = valueOf(options, 'p', 'path');
  return [
    treeWant(kaggleLink(what, given), path === undefined ? '' : path, here)
  ];
}

/** The short form of something on Kaggle. */
export function kaggleLink(what: string, name: string): string {
  switch (what) {
    case 'competitions':
      return `kaggle:competitions/${name}`;
    case 'kernels':
      return `https://www.kaggle.com/code/${name}/output`;
    case 'models':
      return `kaggle:models/${name}`;
    default:
      return `kaggle:${name}`;
  }
}

/** A whole tree of a provider, into the folder that is named. */
export function treeWant(
  link: string,
  folder: string,
  here: string | null,
  options: string[] = []
): ISourceWant {
  return {
    kind: 'source',
    role: 'dataset',
    link,
    folder: folder ? asFolder(placed(here, folder)) : '',
    name: '',
    options,
    file: ''
  };
}

function huggingFace(
  words: readonly IShellWord[],
  here: string | null
): Want[] {
  if (words[0]?.value !== 'download') {
    return [];
  }
  const options = optionsOf(words.slice(1), '', [
    'repo-type',
    'revision',
    'include',
    'exclude',
    'local-dir',
    'cache-dir',
    'token',
    'local-dir-use-symlinks',
    'max-workers'
  ]);
  const [repo, ...files] = options.rest;
  if (!repo) {
    return [];
  }
  if (has(options, 'token')) {
    return [refused('dataset', 'login')];
  }
  if (options.open.size > 0) {
    return [refused('dataset', 'open')];
  }
  if (has(options, 'exclude')) {
    return [refused('dataset', 'more')];
  }
  const folder = valueOf(options, 'local-dir') ?? '';
  const type = valueOf(options, 'repo-type') ?? 'model';
  const revision = valueOf(options, 'revision') ?? '';
  const include = (options.given.get('include') ?? []).flatMap(glob => [
    '--include',
    glob
  ]);
  return hubWants({ repo, type, revision, files, folder, include, here });
}

/** What is taken of a repository of Hugging Face. */
export interface IHub {
  repo: string;
  /** `model`, `dataset` or `space`. */
  type: string;
  revision: string;
  /** Files by their paths; none for all. */
  files: readonly string[];
  folder: string;
  include: string[];
  here: string | null;
}

/** The wants for a repository of Hugging Face, or for some of its files. */
export function hubWants(hub: IHub): Want[] {
  const { repo, type, revision, files, folder, include, here } = hub;
  const base = `https://huggingface.co/${type === 'dataset' ? 'datasets/' : ''}`;
  if (type === 'space') {
    return [refused('dataset', 'more')];
  }
  if (files.length > 0) {
    return files.map(file => ({
      ...fetchOf({
        link: `${base}${repo}/resolve/${revision || 'main'}/${file}`,
        folder,
        here
      }),
      role: 'dataset'
    }));
  }
  const tree = revision ? `/tree/${revision}` : '';
  return [treeWant(`${base}${repo}${tree}`, folder, here, include)];
}
