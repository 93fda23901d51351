/**
 * Commands of a notebook that steps have taken the place of: what else runs them, the steps and
 * then they fetch the same. They are commented out, never deleted, so that one undo brings them
 * back and a reader sees what was there.
 */
import type { ITextEdit } from '../bootstrap/edit';
import type { ISpan } from './reading';

const SHELL_CELL = /^\s*%%(bash|sh|shell|script)\b/;

/**
 * Comment commands out.
 *
 * @param source - the source of their cell
 * @param spans - where they stand
 * @returns null where a line holds something else too
 */
export function commentOut(
  source: string,
  spans: readonly ISpan[]
): ITextEdit[] | null {
  const nothing = SHELL_CELL.test(source) ? ': ' : 'pass  ';
  const edits: ITextEdit[] = [];
  for (const span of spans) {
    const from = source.lastIndexOf('\n', span.start - 1) + 1;
    const next = source.indexOf('\n', span.end);
    const to = next < 0 ? source.length : next;
    const before = source.slice(from, span.start);
    const after = source.slice(span.end, to);
    if (before.trim() !== '' || !/^[;\s]*(#.*)?$/.test(after)) {
      return null;
    }
    // A block cannot be empty: something has to stand where its only command stood.
    const first = before === '' ? '' : nothing;
    edits.push({ start: span.start, end: span.start, text: `${first}# ` });
    for (
      let at = source.indexOf('\n', span.start);
      at >= 0 && at < span.end;
      at = source.indexOf('\n', at + 1)
    ) {
      edits.push({ start: at + 1, end: at + 1, text: '# ' });
    }
  }
  return edits;
}
