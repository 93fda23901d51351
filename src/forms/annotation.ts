/**
 * What an annotation asks for: `@param`, what stands behind it, and where that is wrong, the smallest
 * change that makes it right.
 */
import { HINTS, type IRepair, REASONS } from './reasons';
import type { ISlip } from './slips';
import { type ISpec, readSpec } from './spec';
import type { FieldType } from './value';

/** What an annotation asks for. */
export interface IAnnotation {
  type: FieldType;
  raw: boolean;
  options?: string[];
  allowInput?: boolean;
  placeholder?: string;
  min?: number;
  max?: number;
  step?: number;
  /** Where it ends in the text it was read from. */
  end: number;
  hint?: string;
}

/** Why an annotation asks for nothing that there is. */
export interface INoAnnotation {
  reason: string;
  repair?: IRepair;
}

/** Types that an annotation may name. */
export const TYPES: readonly FieldType[] = [
  'string',
  'boolean',
  'number',
  'integer',
  'slider',
  'date',
  'raw'
];

/** What people name them who know them from elsewhere. */
const ALIKE: Record<string, FieldType> = {
  checkbox: 'boolean',
  code: 'raw',
  dict: 'raw',
  double: 'number',
  expression: 'raw',
  float: 'number',
  list: 'raw',
  range: 'slider',
  text: 'string',
  tuple: 'raw'
};

const PARAM = /#\s*@param(?![\p{L}\p{M}\p{N}_])/u;
const SPACES = /^\s*/;
const OBJECT_BEHIND = /^[^#{]*(?=\{\s*["']?type["']?\s*:)/;
const OBJECT_OPEN = /^["']?type["']?\s*:/;
const LIST_OPEN = /^["']/;

/**
 * Where an annotation stands in a text: the place of its `#`, and the one behind `@param`; null
 * where there is none.
 */
export function findParam(text: string): { start: number; end: number } | null {
  const found = PARAM.exec(text);
  return found && { start: found.index, end: found.index + found[0].length };
}

/**
 * Read an annotation.
 *
 * @param text - a line, or what is left of it
 * @param start - the place behind `@param`
 */
export function readAnnotation(
  text: string,
  start: number
): IAnnotation | INoAnnotation {
  const at = start + (SPACES.exec(text.slice(start))?.[0].length ?? 0);
  const char = text.charAt(at);
  if (char === '{' || char === '[') {
    return asked(text, readSpec(text, at));
  }
  const rest = text.slice(at);
  const stray = OBJECT_BEHIND.exec(rest)?.[0];
  const nearly =
    (stray && meant(text, REASONS.stray, at, at + stray.length, '')) ||
    (OBJECT_OPEN.test(rest) && meant(text, REASONS.bracket, at, at, '{')) ||
    (LIST_OPEN.test(rest) && meant(text, REASONS.bracket, at, at, '['));
  if (nearly) {
    return nearly;
  }
  return {
    type: 'raw',
    raw: true,
    end: start,
    ...(rest.trim() === '' ? {} : { hint: HINTS.trailer })
  };
}

function asked(text: string, spec: ISpec): IAnnotation | INoAnnotation {
  const { options, settings, slips, isLost, end } = spec;
  const name = settings.get('type');
  const known = options
    ? 'dropdown'
    : TYPES.find(type => type === (name ?? 'raw'));
  if (isLost || slips.length > 0 || !known) {
    return corrected(text, spec);
  }
  const annotation: IAnnotation = {
    type: known,
    raw: known === 'raw' || name === 'raw',
    end
  };
  const placeholder = settings.get('placeholder');
  const allowInput = settings.get('allow-input');
  if (options) {
    annotation.options = options;
  }
  if (typeof allowInput === 'boolean') {
    annotation.allowInput = allowInput;
  }
  if (typeof placeholder === 'string' || typeof placeholder === 'number') {
    annotation.placeholder = String(placeholder);
  }
  for (const key of ['min', 'max', 'step'] as const) {
    const limit = settings.get(key);
    const number = typeof limit === 'string' ? Number(limit || NaN) : limit;
    if (typeof number === 'number' && isFinite(number)) {
      annotation[key] = number;
    }
  }
  const hint = hintOf(spec, annotation.raw, text.slice(end));
  return hint ? { ...annotation, hint } : annotation;
}

function hintOf(spec: ISpec, raw: boolean, rest: string): string | null {
  if (spec.isSwapped) {
    return HINTS.order;
  }
  if (spec.hasNumbers && !raw) {
    return HINTS.numbers;
  }
  return rest.trim() === '' ? null : HINTS.trailer;
}

/** Why a list or object is wrong, and all that must be changed in it, in one piece. */
function corrected(text: string, spec: ISpec): INoAnnotation {
  const type = spec.isLost ? null : typeSlip(text, spec);
  let { slips } = spec;
  if (type) {
    slips = slips.filter(slip => !isInside(slip, type)).concat(type);
    slips.sort((a, b) => a.start - b.start);
  }
  const reason = slips.at(0)?.reason ?? REASONS.unreadable;
  const last = slips.at(-1);
  if (spec.isLost || !last || (type && type.text === '')) {
    return { reason };
  }
  const { start } = slips[0];
  let at = start;
  let right = '';
  for (const slip of slips) {
    right += text.slice(at, slip.start) + slip.text;
    at = slip.end;
  }
  const repair = { start, end: last.end, text: right };
  return isRight(text, repair, spec.start) ? { reason, repair } : { reason };
}

/** Whether a slip is about the quotes of a text that is to be replaced anyway. */
function isInside(slip: ISlip, type: ISlip): boolean {
  return (
    slip.start >= type.start &&
    slip.start <= type.end &&
    slip.reason !== REASONS.bracket &&
    slip.reason !== REASONS.comma
  );
}

/** A wrong name of a type, and the one that was meant; empty where nobody can tell. */
function typeSlip(text: string, spec: ISpec): ISlip | null {
  const name = spec.settings.get('type');
  if (spec.options || !spec.type || TYPES.some(type => type === name)) {
    return null;
  }
  const word = String(name).toLowerCase();
  const meantType = Object.hasOwn(ALIKE, word)
    ? ALIKE[word]
    : TYPES.find(type => word.slice(0, 3) === type.slice(0, 3));
  const { start, end } = spec.type;
  const quote = text.charAt(start) === "'" ? "'" : '"';
  return {
    reason: REASONS.type,
    start,
    end,
    text: meantType ? quote + meantType + quote : ''
  };
}

/** What is wrong with a text, if a small change makes an annotation of it. */
function meant(
  text: string,
  reason: string,
  start: number,
  end: number,
  by: string
): INoAnnotation | null {
  const repair = { start, end, text: by };
  return isRight(text, repair, start) ? { reason, repair } : null;
}

function isRight(text: string, repair: IRepair, at: number): boolean {
  const after =
    text.slice(0, repair.start) + repair.text + text.slice(repair.end);
  const { slips, isLost, options, settings } = readSpec(after, at);
  const type = settings.get('type') ?? 'raw';
  return (
    !isLost &&
    slips.length === 0 &&
    (options !== null || TYPES.some(known => known === type))
  );
}
