/**
 * Writes a field's value into its cell: the characters of the value change, at the place where it
 * stands, and no other. Names are never looked up again, for a cell may have one twice.
 */
import { parseForm } from './grammar';
import type { IField } from './types';
import { formatValue } from './value';

/**
 * The edit that gives a field a value. It replaces the value as a whole; where the value is there
 * already it changes nothing, however the value is spelled.
 *
 * @param source - the source of the cell
 * @param field - a field of that source
 * @param value - numbers may be given as they were typed; an empty text clears a number
 * @returns null where the field cannot be edited or cannot have the value, or where the source has
 *   changed since the field was read
 */
export function setFieldValue(
  source: string,
  field: IField,
  value: string | number | boolean
): { start: number; end: number; text: string } | null {
  const { valueStart: start, valueEnd: end } = field;
  const current = source.slice(start, end);
  if (!field.editable || current !== (field.text ?? current)) {
    return null;
  }
  if (value === field.value) {
    return { start, end, text: current };
  }
  const text = formatValue(field, value, current);
  if (text === null || (field.raw && !isReadBack(source, field, text))) {
    return null;
  }
  return { start, end, text };
}

/** Whether a code stays the value of its field, and leaves the other fields what they are. */
function isReadBack(source: string, field: IField, text: string): boolean {
  const { valueStart, valueEnd, line } = field;
  const after = source.slice(0, valueStart) + text + source.slice(valueEnd);
  const before = parseForm(source);
  const { items, rejected } = parseForm(after);
  return (
    items.length === before.items.length &&
    rejected.length === before.rejected.length &&
    items.some(
      item => item.kind === 'field' && item.line === line && item.value === text
    )
  );
}
