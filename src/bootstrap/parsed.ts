/** Cells are looked at again and again between two keys: each text is parsed once. */
import { type IParsed, parse } from './grammar';
import { magicProblem } from './magic';

/** More texts than a notebook has cells of ours, and than are tried while one is typed. */
const LIMIT = 64;

const cache = new Map<string, IParsed>();

/**
 * The steps and problems of a `%%preflight` cell, that line's own included, with offsets into its
 * whole source.
 *
 * @param source - the source of the cell
 */
export function parsed(source: string): IParsed {
  let result = cache.get(source);
  if (!result) {
    result = read(source);
    if (cache.size >= LIMIT) {
      cache.delete(cache.keys().next().value ?? '');
    }
    cache.set(source, result);
  }
  return result;
}

function read(source: string): IParsed {
  const steps = parse(source);
  const problem = magicProblem(source);
  return problem ? { ...steps, problems: [problem, ...steps.problems] } : steps;
}
