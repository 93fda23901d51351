/**
 * The values of fields: what a piece of code is to the control that shows it, and the code that is
 * written for what a control holds.
 */
import {
  quoteOf,
  readLiteral,
  readNumber,
  writeBoolean,
  writeNumber,
  writeString,
  type Writing
} from './literal';

/** Kinds of fields, by what shows them. */
export type FieldType =
  | 'string'
  | 'boolean'
  | 'number'
  | 'integer'
  | 'slider'
  | 'date'
  | 'raw'
  | 'dropdown';

/** What tells how a value is read and written. */
export interface IValueKind {
  type: FieldType;
  /** The value is inserted as code. */
  raw: boolean;
  /** Undefined for Python's way. */
  writing?: Writing;
}

/** What a control can do with a value. */
export interface IShown {
  /** Null where the control cannot show it. */
  value: string | number | boolean | null;
  /** Whether another value may take its place. */
  editable: boolean;
}

/**
 * What a field's control shows of a code.
 *
 * @param code - the value as it stands in the cell; empty where nothing does
 */
export function readValue(kind: IValueKind, code: string): IShown {
  if (kind.raw) {
    return { value: code, editable: true };
  }
  if (code === '') {
    return { value: null, editable: true };
  }
  const literal = readLiteral(code, kind.writing ?? 'python');
  return literal !== null && fits(kind.type, literal)
    ? { value: literal, editable: true }
    : { value: null, editable: false };
}

/**
 * The code for a value; null where the field cannot have it.
 *
 * @param value - numbers may be given as they were typed; an empty text clears a number
 * @param current - the code that stands there: a text keeps its quotes
 */
export function formatValue(
  kind: IValueKind,
  value: string | number | boolean,
  current = ''
): string | null {
  const writing = kind.writing ?? 'python';
  if (typeof value === 'boolean') {
    return kind.raw || kind.type === 'boolean'
      ? writeBoolean(value, writing, current)
      : null;
  }
  if (!kind.raw && isNumeric(kind.type)) {
    return formatNumber(kind.type, value);
  }
  const text = typeof value === 'number' ? writeNumber(value) : value;
  if (text === null || kind.type === 'boolean') {
    return null;
  }
  if (kind.raw) {
    return /[\r\n]/.test(text.trim()) ? null : text.trim();
  }
  if (kind.type === 'date' && !isDate(text)) {
    return null;
  }
  const quote =
    typeof readLiteral(current, writing) === 'string' ? quoteOf(current) : '"';
  return writeString(text, quote, writing);
}

function formatNumber(type: FieldType, value: string | number): string | null {
  if (typeof value === 'number') {
    const isWrong = type === 'integer' && !Number.isSafeInteger(value);
    return isWrong ? null : writeNumber(value);
  }
  const text = value.trim();
  if (text === '' || isLongInteger(text)) {
    return text;
  }
  const number = readNumber(text);
  return number !== null && fits(type, number) ? text : null;
}

/** Whether a literal is one that a field of this type is for. */
function fits(type: FieldType, value: string | number | boolean): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    case 'number':
    case 'slider':
      return typeof value === 'number';
    case 'date':
      return typeof value === 'string' && isDate(value);
    case 'dropdown':
      return typeof value !== 'boolean';
    default:
      return typeof value === 'string';
  }
}

/** Whether a field of a type, or a control, is for numbers. */
export function isNumeric(type: string): boolean {
  return type === 'number' || type === 'integer' || type === 'slider';
}

/** Whether a text is an integer that is right as it is typed, and nothing else. */
function isLongInteger(text: string): boolean {
  return /^[+-]?[1-9]\d{15,}$/.test(text);
}

/** Whether a number has more digits than a field can hold once they are in the code. */
export function isTooLong(text: string): boolean {
  return isLongInteger(text) && readNumber(text) === null;
}

/** Whether a text is a day of the calendar, or no day yet. */
function isDate(text: string): boolean {
  if (text === '') {
    return true;
  }
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text)
    ? new Date(`${text}T00:00Z`)
    : null;
  return (
    day !== null && !isNaN(day.getTime()) && day.toISOString().startsWith(text)
  );
}
