/** Joins a command with what earlier ones have asked for: unpacking with fetching, above all. */
import { isFolderLink, nameIn } from './fetchers';
import type { IRead } from './reading';
import {
  type ISourceWant,
  isArchive,
  type IUnpackWant,
  lastOf,
  type Want
} from './wants';

/** What belongs together is not further apart. */
const FAR = 100;

const CODE = /^(code|net|proj|project|repo|repository|source|src)$/i;

/**
 * Let a want become a part of an earlier one.
 *
 * @param reads - what earlier commands have asked for; one of them may change
 * @param isPiped - whether the last of them writes to this command
 * @returns the one that has taken it; null where it stands for itself
 */
export function joined(
  reads: readonly IRead[],
  want: Want,
  isPiped: boolean
): IRead | null {
  if (want.kind === 'unpack') {
    return unpacked(reads, want, isPiped);
  }
  if (want.kind === 'checkout') {
    const read = findLast(
      reads,
      source => source.role === 'project' && source.folder === want.folder
    );
    if (read?.want.kind === 'source' && !read.want.options.includes('--ref')) {
      const options = [...read.want.options, '--ref', want.ref];
      read.want = { ...read.want, options };
    }
    return read;
  }
  return null;
}

function unpacked(
  reads: readonly IRead[],
  want: IUnpackWant,
  isPiped: boolean
): IRead | null {
  const last = reads[reads.length - 1];
  const read =
    want.file === ''
      ? isPiped
        ? last
        : undefined
      : (findLast(reads, source => source.file === want.file) ??
        // A file that the server has named is the one that is unpacked next.
        findLast([last], source => source.file === ''));
  if (read?.want.kind !== 'source') {
    return null;
  }
  const source = read.want;
  if (source.isUnpacked) {
    return source.folder === want.folder ? read : null;
  }
  const isCode =
    want.overwrites &&
    [want.folder, source.file ?? ''].some(path => CODE.test(stem(path)));
  const isPlain = isArchive(nameIn(source.link)) || isFolderLink(source.link);
  read.want = {
    ...source,
    role: isCode ? 'project' : source.role,
    folder: want.folder,
    options: [
      ...(source.options[0] === '--as' ? [] : source.options),
      ...(isPlain ? [] : ['--unpack']),
      ...(want.strip ? ['--strip', want.strip] : [])
    ],
    name: source.name || lastOf(source.file ?? ''),
    isUnpacked: true
  };
  return read;
}

function findLast(
  reads: readonly (IRead | undefined)[],
  test: (source: ISourceWant) => boolean
): IRead | null {
  for (const read of reads.slice(-FAR).reverse()) {
    if (read?.want.kind === 'source' && test(read.want)) {
      return read;
    }
  }
  return null;
}

/** The last name of a path, up to its first dot. */
function stem(path: string): string {
  return lastOf(path).split('.', 1)[0];
}
