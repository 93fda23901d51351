/**
 * Reads values of parameters that somebody pastes: JSON, `-p name=value` words or a Python dict.
 * Which field a value is for, and whether the field can have it, is seen when it is given.
 */
import { readLiteral } from '../forms/literal';
import type { IField } from '../forms/types';
import { isNumeric } from '../forms/value';
import type { FieldValue } from '../tokens';
import { readDict } from './pydict';
import { splitWords } from './shellwords';
import { asCode, asJson, asText, type JsonValue, pythonOf } from './written';

/** A value as it was pasted. */
export type Given =
  | { as: 'json'; value: JsonValue }
  /** A word of a command line. */
  | { as: 'text'; text: string }
  /** Python code. */
  | { as: 'code'; code: string };

/** What was pasted. */
export interface IPasted {
  values: ReadonlyMap<string, Given>;
  /** Words that belong to no name. */
  strays: readonly string[];
}

/** What a text says of parameters; null where it is none of the three ways to write them. */
export function readPasted(text: string): IPasted | null {
  const trimmed = text.trim().replace(/^\w+\s*=\s*(?=\{)/, '');
  return trimmed.startsWith('{')
    ? (readJson(trimmed) ?? readPython(trimmed))
    : readWords(trimmed);
}

/** Whether a field has the given value already. */
export function isSame(field: IField, given: Given): boolean {
  switch (given.as) {
    case 'json':
      return JSON.stringify(asJson(field)) === JSON.stringify(given.value);
    case 'text':
      return asText(field) === given.text;
    case 'code':
      return asCode(field) === given.code;
  }
}

/** The given value as the field's control would give it; null where it cannot be one. */
export function valueFor(field: IField, given: Given): FieldValue | null {
  const value = read(field, given);
  const isEmpty = typeof value === 'string' && value.trim() === '';
  return isEmpty && (field.raw || isNumeric(field.type)) ? null : value;
}

function read(field: IField, given: Given): FieldValue | null {
  switch (given.as) {
    case 'text':
      return field.type === 'boolean' ? readTruth(given.text) : given.text;
    case 'code': {
      const literal = readLiteral(given.code, 'python');
      const isTyped = field.raw || (isNumeric(field.type) && isNumber(literal));
      return isTyped ? given.code : literal;
    }
    case 'json': {
      const { value } = given;
      if (value === null || typeof value === 'object') {
        return field.raw ? pythonOf(value) : null;
      }
      return value;
    }
  }
}

function readTruth(text: string): boolean | null {
  const lower = text.toLowerCase();
  return lower === 'true' || (lower === 'false' ? false : null);
}

function isNumber(value: FieldValue | null): boolean {
  return typeof value === 'number';
}

function readJson(text: string): IPasted | null {
  try {
    const values: Record<string, JsonValue> = JSON.parse(text);
    return {
      values: new Map(
        Object.entries(values).map(([name, value]) => [
          name,
          { as: 'json', value }
        ])
      ),
      strays: []
    };
  } catch {
    return null;
  }
}

function readPython(text: string): IPasted | null {
  const items = readDict(text);
  return (
    items && {
      values: new Map(
        Array.from(items, ([name, code]) => [name, { as: 'code', code }])
      ),
      strays: []
    }
  );
}

/** `-p name=value`, `-p name value` and `name=value`; what stands before the first `-p` is not ours. */
function readWords(text: string): IPasted | null {
  const words = splitWords(text) ?? [];
  const values = new Map<string, Given>();
  const strays: string[] = [];
  let at = Math.max(words.indexOf('-p'), 0);
  while (at < words.length) {
    const isMarked = words[at] === '-p';
    at += isMarked ? 1 : 0;
    const word = words[at] ?? '';
    const equals = endOfName(word);
    if (equals > 0) {
      values.set(word.slice(0, equals), {
        as: 'text',
        text: word.slice(equals + 1)
      });
    } else if (isMarked && word !== '-p' && at + 1 < words.length) {
      values.set(word, { as: 'text', text: words[++at] });
    } else {
      strays.push(word);
    }
    at++;
  }
  return values.size > 0 ? { values, strays } : null;
}

/** Where the `=` stands after a name, which may have a subscript with another one; -1 for none. */
function endOfName(word: string): number {
  const found = /^(?:[^=[]|\[(?:"[^"]*"|'[^']*'|[^\]"'])*\])*=/.exec(word);
  return found ? found[0].length - 1 : -1;
}
