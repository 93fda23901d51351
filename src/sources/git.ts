/** The commands of git that bring a repository, or say which state of it is wanted. */
import { withoutBlanks } from '../bootstrap/lines';
import type { IShellWord } from './commands';
import {
  asFolder,
  isOpen,
  lastOf,
  optionsOf,
  placed,
  refused,
  valueOf,
  type Want
} from './wants';

/** Reads the words after `git`, as called in a folder. */
export function git(words: readonly IShellWord[], here: string | null): Want[] {
  let from = here;
  let start = 0;
  while (words[start]?.value.startsWith('-')) {
    const { value } = words[start];
    if (value === '-C') {
      const folder = words[start + 1];
      from = folder && !folder.isOpen ? placed(here, folder.value) : null;
    }
    start += value === '-C' || value === '-c' ? 2 : 1;
  }
  const rest = words.slice(start + 1);
  switch (words[start]?.value) {
    case 'clone':
      return clone(rest, from);
    case 'checkout':
    case 'switch': {
      const [ref] = rest;
      return rest.length === 1 && !ref.isOpen && !ref.value.startsWith('-')
        ? [{ kind: 'checkout', folder: from ?? '', ref: ref.value }]
        : [];
    }
    case 'lfs':
      return rest[0]?.value === 'clone' ? clone(rest.slice(1), from) : [];
    default:
      return [];
  }
}

function clone(words: readonly IShellWord[], here: string | null): Want[] {
  const options = optionsOf(words, 'bocj', [
    'branch',
    'depth',
    'origin',
    'config',
    'jobs',
    'filter',
    'reference',
    'shallow-since'
  ]);
  const [link, dir = ''] = options.rest;
  if (!link) {
    return [];
  }
  const bare = withoutLogin(link);
  if (bare !== link && !/[${]/.test(bare)) {
    return [refused('project', 'login', bare)];
  }
  if (
    options.open.has(link) ||
    options.open.has(dir) ||
    isOpen(options, 'b', 'branch')
  ) {
    return [refused('project', 'open')];
  }
  const ref = valueOf(options, 'b', 'branch');
  const own = lastOf(withoutBlanks(link, '/')).replace(/\.git$/, '');
  return [
    {
      kind: 'source',
      role: 'project',
      link,
      folder: asFolder(placed(here, dir || lastOf(own.replace(':', '/')))),
      name: '',
      options: ref ? ['--ref', ref] : [],
      file: null
    }
  ];
}

/** A link without the user name and password before its host. */
function withoutLogin(link: string): string {
  return link.replace(/^(https?:\/\/)[^/?#]*@/i, '$1');
}
