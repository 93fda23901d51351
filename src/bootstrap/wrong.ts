/** Problems by the lines that they are in: a line is wrong once, however much is wrong in it. */
import type { IProblem, IStep } from './grammar';

/** A line that cannot be run as it stands. */
export interface IWrongLine {
  /** The step that it is all the same; null where it cannot be read as one. */
  step: IStep | null;
  /** The physical line of the first problem, from 1. */
  line: number;
  /** At least one. */
  problems: readonly IProblem[];
}

/**
 * The wrong lines of a cell, in their order. A step with its continuations is one line; of a line
 * that is no step, each physical line is one.
 *
 * @param source - the source of the cell
 * @param parsed - what it says
 */
export function wrongLines(
  source: string,
  parsed: { steps: readonly IStep[]; problems: readonly IProblem[] }
): IWrongLine[] {
  const wrong = new Map<IStep | number, IProblem[]>();
  for (const problem of parsed.problems) {
    const step = parsed.steps.find(
      one => one.line <= problem.line && problem.line <= lastLine(source, one)
    );
    const key = step ?? problem.line;
    wrong.set(key, [...(wrong.get(key) ?? []), problem]);
  }
  return Array.from(wrong, ([key, found]) => ({
    step: typeof key === 'number' ? null : key,
    line: found[0].line,
    problems: found
  }));
}

/** The last physical line of a step. */
function lastLine(source: string, { line, start, end }: IStep): number {
  return line + source.slice(start, end).split(/\r\n|\r|\n/).length - 1;
}
