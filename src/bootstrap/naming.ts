/** Guesses the folder that a source should go to, from the name that its link carries. */
import type { ISource } from '../sources/links';
import { folder } from './folders';
import { language } from './language';

const NAMELESS: ReadonlyMap<string, string> = new Map([
  ['dropbox', 'dropbox'],
  ['gdrive', 'drive'],
  ['zenodo', 'zenodo'],
  ['doi', 'record']
]);
const KINDS = ['document', 'spreadsheet', 'presentation', 'notebook', 'gist'];

/** A folder for a source: `data/NAME` for a `dataset` line, `NAME` for a `project`. */
export function suggestFolder(source: ISource, step: string): string {
  const name = tidy(nameOf(source)) || nameless(source);
  try {
    return folder(step === 'project' ? name : `data/${name}`);
  } catch {
    return step === 'project' ? 'code' : `data/${nameless(source)}`;
  }
}

/** What to call a source whose link carries no name. */
function nameless(source: ISource): string {
  return KINDS.includes(source.kind)
    ? source.kind
    : (NAMELESS.get(source.provider) ?? 'source');
}

function nameOf(source: ISource): string {
  const { kind, parts, provider } = source;
  const rest = (parts.rest ?? '').split('/');
  if (['tree', 'blob', 'raw'].includes(kind) && rest.length > 1) {
    const last = rest[rest.length - 1];
    return kind === 'tree' ? last : stem(last);
  }
  for (const key of ['asset', 'name', 'path', 'repo']) {
    if (parts[key]) {
      const isFile = key !== 'repo' && !['kaggle', 'hf'].includes(provider);
      const last = lastOf(parts[key].replace(/\/+$/, ''));
      return isFile ? stem(last) : last;
    }
  }
  return 'bucket' in parts ? stem(lastOf(parts.key ?? '')) : '';
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A name without the ending of an archive, or of a file. */
function stem(name: string): string {
  const lower = name.toLowerCase();
  for (const ending of language.folders.archives) {
    if (lower.endsWith(ending) && name.length > ending.length) {
      return name.slice(0, -ending.length);
    }
  }
  const dot = name.lastIndexOf('.');
  const ending = Array.from(name.slice(dot + 1)).length;
  return dot > 0 && ending > 0 && ending <= 5 ? name.slice(0, dot) : name;
}

function tidy(name: string): string {
  return Array.from(name)
    .slice(0, 60)
    .join('')
    .replace(/[^A-Za-z0-9._-]/gu, '-')
    .replace(/-+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
}
