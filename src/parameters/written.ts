/**
 * What the value of a field is outside of its cell: as JSON, as the text of a word on a command line
 * and as Python. What is written comes back as the same value, whatever the field is.
 */
import { writeNumber, writeString } from '../forms/literal';
import type { IField } from '../forms/types';

/** What JSON can hold. */
export type JsonValue =
  string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const CONSTANTS: Record<string, boolean | null> = {
  True: true,
  False: false,
  None: null
};

/** The value as one word: what a person reads, without quotes. */
export function asText(field: IField): string {
  const { value, raw, text = '' } = field;
  if (raw || value === null) {
    return text;
  }
  switch (typeof value) {
    case 'number':
      return spelled(value, text);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
      return value;
  }
}

/** The value as Python code. */
export function asCode(field: IField): string {
  const { value, raw, text = '', writing = 'python' } = field;
  if (raw || value === null || writing === 'python') {
    return text;
  }
  return typeof value === 'string'
    ? (writeString(value, '"', 'python') ?? text)
    : asText(field);
}

/** The value as JSON has it; code that JSON has not is a text. */
export function asJson(field: IField): JsonValue {
  const { value, raw, text = '' } = field;
  return raw ? jsonOf(text) : (value ?? text);
}

/** The value as a text of JSON; numbers as they stand in the cell, where that is JSON. */
export function asJsonText(field: IField): string {
  const { text = '' } = field;
  const value = asJson(field);
  return typeof value === 'number'
    ? spelled(value, text)
    : JSON.stringify(value);
}

/** The Python code of a JSON value. */
export function pythonOf(value: JsonValue): string {
  if (Array.isArray(value)) {
    return `[${value.map(pythonOf).join(', ')}]`;
  }
  switch (typeof value) {
    case 'object': {
      if (value === null) {
        return 'None';
      }
      const items = Object.entries(value).map(
        ([key, item]) => `${JSON.stringify(key)}: ${pythonOf(item)}`
      );
      return `{${items.join(', ')}}`;
    }
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return writeNumber(value) ?? 'None';
    default:
      return JSON.stringify(value);
  }
}

/** What code is to JSON; the code itself, where it would not come back from it as it is. */
function jsonOf(code: string): JsonValue {
  if (Object.hasOwn(CONSTANTS, code)) {
    return CONSTANTS[code];
  }
  if (JSON_NUMBER.test(code)) {
    const number = Number(code);
    return Number.isSafeInteger(number) || /[.eE]/.test(code) ? number : code;
  }
  if (!/^[[{]/.test(code)) {
    return code;
  }
  try {
    const value: JsonValue = JSON.parse(code);
    return pythonOf(value) === code || JSON.stringify(value) === code
      ? value
      : code;
  } catch {
    return code;
  }
}

/** A number as it is spelled in the cell, where other programs read it the same. */
function spelled(value: number, text: string): string {
  return JSON_NUMBER.test(text) && Number(text) === value
    ? text
    : (writeNumber(value) ?? text);
}
