/** What a form shows of a field: the kind of control, what it holds and what there is to say. */
import { wasOf } from './keys';
import type { IField } from './types';
import { isNumeric, isTooLong } from './value';

/** Kinds of controls. */
export type ControlKind =
  | 'text'
  | 'number'
  | 'integer'
  | 'slider'
  | 'checkbox'
  | 'select'
  | 'combo'
  | 'date'
  | 'code'
  /** The value as it is written, for reading only. */
  | 'fixed';

/** What is remarkable about a value that stands in the code. */
export type Remark =
  | { code: 'empty' }
  | { code: 'below' | 'above'; limit: number }
  | { code: 'among'; options: readonly string[] };

/** What is wrong with what was typed. */
export type Fault =
  | 'empty'
  | 'number'
  | 'integer'
  | 'long'
  | 'date'
  | 'bracket'
  | 'code'
  | 'value';

/** What a form shows of a field. */
export interface IFieldView {
  label: string;
  kind: ControlKind;
  /** What the control holds; `true` or `false` for a checkbox. */
  text: string;
  /** The value as it stands in the code. */
  code: string;
  /** Whether the text is code. */
  isCode: boolean;
  options: readonly string[];
  placeholder: string;
  range: IRange;
  remark: Remark | null;
  /** What it was when the cell last ran, where that was something else. */
  was: string | null;
  /** What is odd about the line: one of `HINTS`. */
  hint: string | null;
}

/** The grid of a slider. */
export interface IRange {
  min: number;
  max: number;
  step: number;
}

/**
 * What is shown of a field.
 *
 * @param field - the field
 * @param ran - its code when the cell last ran; undefined where it did not
 */
export function viewField(field: IField, ran?: string): IFieldView {
  const kind = kindOf(field);
  const code = field.text ?? '';
  return {
    label: field.label,
    kind,
    text: textOf(field, kind, code),
    code,
    isCode: kind === 'code' || kind === 'fixed' || field.raw,
    options: field.options ?? [],
    placeholder: field.placeholder ?? '',
    range: rangeOf(field),
    remark: remarkOf(field, kind),
    was: wasOf(field, ran),
    hint: field.hint ?? null
  };
}

/**
 * What is wrong with a text that would leave a hole in the code, tear it, or lock its own field; null
 * where only writing it can tell.
 */
export function faultOf(
  kind: ControlKind,
  isCode: boolean,
  text: string
): Fault | null {
  if (text.trim() === '') {
    return isNumeric(kind) || isCode ? 'empty' : null;
  }
  if (isNumeric(kind) && isTooLong(text.trim())) {
    return 'long';
  }
  return isCode && !isBalanced(text) ? 'bracket' : null;
}

/** What is wrong with a text that could not be written. */
export function refusalOf(kind: ControlKind, isCode: boolean): Fault {
  switch (kind) {
    case 'integer':
    case 'date':
      return kind;
    case 'number':
    case 'slider':
      return 'number';
    default:
      return isCode ? 'code' : 'value';
  }
}

function kindOf(field: IField): ControlKind {
  const { type, value } = field;
  // One line of text cannot show two.
  const isLong = typeof value === 'string' && /[\r\n]/.test(value);
  if (!field.editable || isLong) {
    return 'fixed';
  }
  switch (type) {
    case 'dropdown':
      return field.allowInput ? 'combo' : 'select';
    case 'boolean':
      return 'checkbox';
    case 'raw':
      return 'code';
    case 'string':
      return field.raw ? 'code' : 'text';
    default:
      return type;
  }
}

function textOf(field: IField, kind: ControlKind, code: string): string {
  // Numbers as they were typed: 1e-6 is not to become 0.000001.
  return kind === 'fixed' || field.raw || isNumeric(kind)
    ? code
    : String(field.value ?? '');
}

function remarkOf(field: IField, kind: ControlKind): Remark | null {
  const { value, options, min, max } = field;
  if (kind === 'fixed') {
    return null;
  }
  if (field.text === '') {
    return { code: 'empty' };
  }
  if (typeof value === 'number' && isNumeric(kind)) {
    if (min !== undefined && value < min) {
      return { code: 'below', limit: min };
    }
    return max !== undefined && value > max
      ? { code: 'above', limit: max }
      : null;
  }
  return kind === 'select' && options && !options.includes(String(value ?? ''))
    ? { code: 'among', options }
    : null;
}

function rangeOf({ min = 0, max = 100, step }: IField): IRange {
  const span = Math.max(max - min, 0);
  const isCoarse = Number.isInteger(min) && Number.isInteger(max) && span > 1;
  const usual = isCoarse || span === 0 ? 1 : span / 100;
  return { min, max, step: step !== undefined && step > 0 ? step : usual };
}

/** A string, closed or not, or a bracket. */
const TOKEN = /"(?:[^"\\]|\\[^]?)*"?|'(?:[^'\\]|\\[^]?)*'?|[()[\]{}]/g;
const PARTNERS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** Whether each bracket of a code has a partner. */
function isBalanced(code: string): boolean {
  const open: string[] = [];
  for (const [token] of code.matchAll(TOKEN)) {
    const partner = PARTNERS[token];
    if (partner !== undefined) {
      if (open.pop() !== partner) {
        return false;
      }
    } else if (token.length === 1 && '([{'.includes(token)) {
      open.push(token);
    }
  }
  return open.length === 0;
}
