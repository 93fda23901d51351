/** Rules that hold between lines: no two of them may own the same folder at the same time. */
import { redact } from '../sources/links';
import { compared } from './folders';
import { language } from './language';
import type { IFinding, Reader } from './reader';

type ByPath = Map<string, Reader[]>;

/**
 * Equal and nested folders of lines that may be done on one machine. A declared link cuts the
 * nesting: what lies at or below it is somewhere else. Of lines that own one folder on different
 * machines there are at most four, so this takes linear time.
 */
export function conflicts(readers: readonly Reader[]): IFinding[] {
  const found: IFinding[] = [];
  const owners = oneEach(
    readers.filter(({ name }) => name === 'dataset' || name === 'project'),
    found
  );
  const links = oneEach(
    readers.filter(({ name }) => name === 'link'),
    found
  );
  nested(owners, links, found);
  nested(links, new Map(), found);
  over(links, owners, found);
  return found;
}

/** Whether the `--on` of two lines can never hold on one machine. */
export function areDisjoint(one: Reader, other: Reader): boolean {
  const [first, second] = [hostsOf(one), hostsOf(other)];
  return (
    first.length > 0 &&
    second.length > 0 &&
    first.every(a => second.every(b => exclude(a, b)))
  );
}

function hostsOf(reader: Reader): string[] {
  const names = reader.options.get('on');
  return Array.isArray(names) ? names.map(name => name.toLowerCase()) : [];
}

function exclude(a: string, b: string): boolean {
  if (a === `!${b}` || b === `!${a}`) {
    return true;
  }
  if ((a === 'gpu' && b === 'cpu') || (a === 'cpu' && b === 'gpu')) {
    return true;
  }
  const hosts = language.exclusive;
  return a !== b && hosts.includes(a) && hosts.includes(b);
}

/** Readers by folder; those that share one are told. */
function oneEach(readers: readonly Reader[], found: IFinding[]): ByPath {
  const byPath: ByPath = new Map();
  for (const reader of readers) {
    const path = compared(reader.args[1]);
    const group = byPath.get(path) ?? [];
    byPath.set(path, group);
    const rival = group.find(one => !areDisjoint(one, reader));
    if (rival) {
      const links = [redact(rival.args[0]), redact(reader.args[0])];
      tell('same-folder', reader, [String(lineOf(rival)), ...links], found);
    } else {
      group.push(reader);
    }
  }
  return byPath;
}

function above(path: string): string[] {
  const found: string[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    found.push(path.slice(0, at));
  }
  return found;
}

function nested(byPath: ByPath, links: ByPath, found: IFinding[]): void {
  for (const [path, group] of byPath) {
    const folders = above(path).filter(one => byPath.has(one));
    if (folders.length === 0) {
      continue;
    }
    for (const inner of group) {
      const cut = cutOf(path, inner, links);
      const outer = folders
        .filter(one => one.length >= cut)
        .flatMap(one => byPath.get(one) ?? [])
        .find(one => !areDisjoint(one, inner));
      if (outer) {
        const isInnerLater = lineOf(inner) > lineOf(outer);
        const [later, earlier] = isInnerLater ? [inner, outer] : [outer, inner];
        const values = [inner.args[1], outer.args[1], String(lineOf(earlier))];
        const { line, positional } = later;
        const word = positional[1];
        found.push({ code: 'nested-folder', word, values, fixes: [], line });
      }
    }
  }
}

/** The length of the lowest declared link, on an earlier line, at or above a path; else 0. */
function cutOf(path: string, inner: Reader, links: ByPath): number {
  for (const folder of [path, ...above(path).reverse()]) {
    if (links.get(folder)?.some(link => lineOf(link) < lineOf(inner))) {
      return folder.length;
    }
  }
  return 0;
}

/** Links that would replace the folder that an earlier line has filled. */
function over(links: ByPath, owners: ByPath, found: IFinding[]): void {
  for (const [path, group] of links) {
    for (const link of group) {
      for (const owner of owners.get(path) ?? []) {
        if (lineOf(owner) < lineOf(link) && !areDisjoint(owner, link)) {
          tell('link-over', link, [String(lineOf(owner))], found);
        }
      }
    }
  }
}

function tell(
  code: string,
  reader: Reader,
  rest: string[],
  found: IFinding[]
): void {
  const { args, line, positional } = reader;
  const values = [args[1], ...rest];
  found.push({ code, word: positional[1], values, fixes: [], line });
}

function lineOf(reader: Reader): number {
  return reader.first.line;
}
