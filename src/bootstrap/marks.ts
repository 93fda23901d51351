/** Where the wrong words of a `%%preflight` cell stand in its text. */
import { isBootstrapCell } from './cells';
import { parsed } from './parsed';

/** A span of a cell's source (UTF-16 units), and what is wrong with it. */
export interface IMark {
  start: number;
  end: number;
  text: string;
}

/**
 * The wrong words of a text, in order, none overlapping another.
 *
 * @param source - any text; one that is no cell of ours has no marks
 */
export function marksOf(source: string): IMark[] {
  if (!isBootstrapCell(source)) {
    return [];
  }
  const lines = source.split('\n');
  const starts = [0];
  for (const line of lines) {
    starts.push(starts[starts.length - 1] + line.length + 1);
  }
  const marks: IMark[] = [];
  for (const problem of parsed(source).problems) {
    const line = lines[problem.line - 1] ?? '';
    const from = Array.from(line)
      .slice(0, problem.column - 1)
      .join('').length;
    const length = /^\S*/.exec(line.slice(from))?.[0].length ?? 0;
    // Something that is missing is marked at the end of what is there.
    const [start, end] =
      length > 0 ? [from, from + length] : [Math.max(0, from - 1), from];
    if (end > start) {
      const base = starts[problem.line - 1] ?? 0;
      marks.push({
        start: base + start,
        end: base + end,
        text: problem.message
      });
    }
  }
  marks.sort((a, b) => a.start - b.start);
  return marks.filter((mark, i) => i === 0 || mark.start >= marks[i - 1].end);
}
