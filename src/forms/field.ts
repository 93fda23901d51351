/** Makes a field of a line that a scan has found: `target = value  #@param …`. */
import { findParam, type INoAnnotation, readAnnotation } from './annotation';
import { readAssignment } from './assignment';
import { type IRepair, REASONS } from './reasons';
import type { Writing } from './literal';
import { type Dialect, type ILine, scan } from './scan';
import type { IField, IRejected } from './types';
import { type IShown, type IValueKind, readValue } from './value';

/**
 * The field of a line; why it is none where it was meant to be one; null where it is an ordinary
 * line.
 *
 * @param source - the text of the cell
 * @param line - the line's place in it
 * @param writing - how values are written in the cell; null where nobody here knows
 */
export function readField(
  source: string,
  line: ILine,
  writing: Writing | null
): IField | IRejected | null {
  const dialect = writing === 'shell' ? writing : 'python';
  const text = source.slice(line.start, line.end);
  const param = findParam(
    line.hash < 0 ? text : source.slice(line.hash, line.end)
  );
  if (!param) {
    return null;
  }
  const rejected = ({ reason, repair }: INoAnnotation) => ({
    line: line.line,
    reason,
    ...(repair && { repair: moved(repair, line.start) })
  });
  if (!line.isFirst || !line.isLast) {
    return rejected({ reason: REASONS.wrapped });
  }
  if (line.hash < 0) {
    return rejected(unclosed(text, param.start, dialect));
  }
  const hash = line.hash - line.start;
  const assignment = readAssignment(text.slice(0, hash), dialect);
  if ('reason' in assignment) {
    return rejected(assignment);
  }
  const annotation = readAnnotation(text, hash + param.end);
  if ('reason' in annotation) {
    return rejected(annotation);
  }
  const { name, label, isArrow } = assignment;
  const { end, ...asked } = annotation;
  const written = text.slice(assignment.valueStart, assignment.valueEnd);
  const kind = {
    type: asked.type,
    raw: asked.raw,
    ...(isArrow
      ? { writing: 'r' as const }
      : writing !== null && writing !== 'python' && { writing })
  };
  const shown = readValue(kind, written);
  return {
    kind: 'field',
    line: line.line,
    name,
    label,
    ...asked,
    ...kind,
    valueStart: line.start + assignment.valueStart,
    valueEnd: line.start + assignment.valueEnd,
    ...shown,
    editable: shown.editable && (writing !== null || isPlain(kind, shown)),
    text: written,
    annotation: {
      start: line.hash + param.start,
      end: line.start + end
    }
  };
}

/** Whether all languages write a value alike. A text is none: some put in what a `$` names. */
function isPlain({ type, raw }: IValueKind, { value }: IShown): boolean {
  return (
    raw ||
    type === 'number' ||
    type === 'integer' ||
    type === 'slider' ||
    typeof value === 'boolean'
  );
}

/** A line on which a quote is open: it has no comment, so it cannot have an annotation. */
function unclosed(text: string, hash: number, dialect: Dialect): INoAnnotation {
  const reason = REASONS.quote;
  const assignment = readAssignment(text.slice(0, hash), dialect);
  if ('reason' in assignment) {
    return { reason };
  }
  const { valueStart: start, valueEnd: end } = assignment;
  const ends = [
    { at: end, quote: text.charAt(start) },
    { at: start, quote: text.charAt(end - 1) }
  ];
  for (const { at, quote } of ends) {
    const right = text.slice(0, at) + quote + text.slice(at);
    const line = scan(right, dialect).lines.at(0);
    if (/["']/.test(quote) && line?.hash === hash + 1) {
      return { reason, repair: { start: at, end: at, text: quote } };
    }
  }
  return { reason };
}

function moved(repair: IRepair, by: number): IRepair {
  return { ...repair, start: repair.start + by, end: repair.end + by };
}
