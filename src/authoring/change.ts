/**
 * Changes what an annotation says and nothing else: settings that stay keep their spelling, those
 * that mean nothing to us stay, and so does what stands behind the annotation.
 */
import { findParam } from '../forms/annotation';
import { parseForm } from '../forms/grammar';
import { keysOf } from '../forms/keys';
import { writeNumber, type Writing } from '../forms/literal';
import type { ITextEdit } from '../bootstrap/shared';
import type { IField, IForm } from '../forms/types';
import type { IFieldSpec } from '../forms/write';

/** A setting as it is written. */
interface ISetting {
  key: string;
  text: string;
}

interface IParts {
  /** The list of options; empty where there is none. */
  list: string;
  settings: ISetting[];
}

const LIMITS = ['min', 'max', 'step'] as const;

/** Settings that only fields of certain types have, and that go with the type. */
const TYPED: readonly string[] = [...LIMITS, 'placeholder', 'allow-input'];

/**
 * The edit that makes a field another one, with the same name and the same value.
 *
 * @param source - the source of the cell
 * @param field - a field of that source
 * @param spec - what it is to be; its name and value are not looked at
 * @param language - of the notebook
 * @returns null where that cannot be said by its annotation
 */
export function changeAnnotation(
  source: string,
  field: IField,
  spec: IFieldSpec,
  language: Writing = 'python'
): ITextEdit | null {
  const { start, end } = field.annotation ?? { start: 0, end: 0 };
  const before = source.slice(start, end);
  const param = findParam(before);
  if (!param) {
    return null;
  }
  const rest = before.slice(param.end);
  const parts = partsOf(rest.trim());
  const list = listOf(parts.list, field, spec);
  const settings = settingsOf(parts.settings, field, spec);
  const isSame =
    list === parts.list &&
    settings.length === parts.settings.length &&
    settings.every((one, i) => one === parts.settings[i]);
  const object = settings.map(({ text }) => text).join(', ');
  const asked = [list, object && `{${object}}`].filter(Boolean).join(' ');
  const gap = rest.trim() === '' ? ' ' : (/^\s*/.exec(rest)?.[0] ?? ' ');
  const text = isSame
    ? before
    : before.slice(0, param.end) + (asked && gap + asked);
  const edit = { start, end, text };
  const after = source.slice(0, start) + text + source.slice(end);
  const [then, now] = [source, after].map(one => parseForm(one, language));
  return isRight(then, now, field, spec) ? edit : null;
}

/** Take a list and an object apart, of which one may be missing. */
function partsOf(text: string): IParts {
  const parts: IParts = { list: '', settings: [] };
  for (const piece of piecesOf(text)) {
    if (piece.startsWith('[')) {
      parts.list = piece;
    } else if (piece.startsWith('{')) {
      parts.settings = splitAtCommas(piece.slice(1, -1)).map(one => ({
        key: /^["']?([^"':]*?)["']?\s*:/.exec(one)?.[1].trim() ?? '',
        text: one
      }));
    }
  }
  return parts;
}

function listOf(before: string, field: IField, spec: IFieldSpec): string {
  const { options } = spec;
  if (spec.type !== 'dropdown' || !options) {
    return '';
  }
  const isSame =
    options.length === field.options?.length &&
    options.every((option, i) => option === field.options?.[i]);
  return isSame
    ? before
    : `[${options.map(one => JSON.stringify(one)).join(', ')}]`;
}

function settingsOf(
  before: readonly ISetting[],
  field: IField,
  spec: IFieldSpec
): ISetting[] {
  const wanted = new Map<string, string | null>();
  const isDropdown = spec.type === 'dropdown';
  const isTyped = before.some(({ key }) => key === 'type');
  const isKind = spec.type === field.type;
  if (!isKind || (isDropdown && Boolean(spec.raw) !== field.raw)) {
    const isPlain = isDropdown && !spec.raw;
    wanted.set('type', isPlain ? null : isDropdown ? '"raw"' : quoted(spec));
  } else if (!isTyped && !isDropdown && asksMore(spec)) {
    wanted.set('type', quoted(spec));
  }
  for (const key of LIMITS) {
    if (spec[key] !== field[key]) {
      wanted.set(key, writeNumber(spec[key] ?? NaN));
    }
  }
  if (spec.placeholder !== field.placeholder) {
    const { placeholder } = spec;
    const text = placeholder === undefined ? null : JSON.stringify(placeholder);
    wanted.set('placeholder', text);
  }
  if (Boolean(spec.allowInput) !== Boolean(field.allowInput)) {
    wanted.set('allow-input', spec.allowInput ? 'true' : null);
  }
  const settings: ISetting[] = [];
  for (const setting of before) {
    const text = wanted.get(setting.key);
    const isLost = !isKind && TYPED.includes(setting.key);
    if (text) {
      settings.push(written(setting.key, text));
    } else if (text === undefined && !(isLost && !has(spec, setting.key))) {
      settings.push(setting);
    }
    wanted.delete(setting.key);
  }
  for (const [key, text] of wanted) {
    if (text !== null) {
      const setting = written(key, text);
      if (key === 'type') {
        settings.unshift(setting);
      } else {
        settings.push(setting);
      }
    }
  }
  return settings;
}

/** Whether a field is more than its type. */
function asksMore(spec: IFieldSpec): boolean {
  return (
    spec.placeholder !== undefined ||
    LIMITS.some(key => spec[key] !== undefined)
  );
}

function has(spec: IFieldSpec, key: string): boolean {
  switch (key) {
    case 'min':
    case 'max':
    case 'step':
    case 'placeholder':
      return spec[key] !== undefined;
    default:
      return Boolean(spec.allowInput);
  }
}

function written(key: string, text: string): ISetting {
  return { key, text: `${key}:${key === 'allow-input' ? ' ' : ''}${text}` };
}

function quoted({ type }: IFieldSpec): string {
  return JSON.stringify(type);
}

/** Whether the field is the one that is wanted, and all else is what it was. */
function isRight(
  before: IForm,
  now: IForm,
  field: IField,
  spec: IFieldSpec
): boolean {
  const index = before.items.findIndex(
    item =>
      item.kind === 'field' &&
      item.annotation?.start === field.annotation?.start
  );
  const known = [...keysOf(before).values()];
  const keys = [...keysOf(now).values()];
  const found = index < 0 ? null : now.items[index];
  return (
    found?.kind === 'field' &&
    keys.length === known.length &&
    keys.every((key, i) => key === known[i]) &&
    now.rejected.length === before.rejected.length &&
    found.name === field.name &&
    found.text === field.text &&
    found.type === spec.type &&
    found.raw === (spec.type === 'raw' || Boolean(spec.raw)) &&
    JSON.stringify(found.options ?? []) === JSON.stringify(spec.options ?? [])
  );
}

/** The lists and objects of an annotation that is right. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let start = -1;
  walk(text, (at, depth) => {
    if (depth > 0 && start < 0) {
      start = at;
    } else if (depth === 0 && start >= 0) {
      pieces.push(text.slice(start, at + 1));
      start = -1;
    }
  });
  return pieces;
}

/** What commas part, without the blanks around it; an empty end is left out. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  walk(text, (at, depth) => {
    if (depth === 0 && text.charAt(at) === ',') {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  });
  parts.push(text.slice(start).trim());
  return parts.filter(part => part !== '');
}

/** Visit what stands outside of quotes, with the depth of brackets after it. */
function walk(text: string, visit: (at: number, depth: number) => void): void {
  let quote = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote) {
      if (char === '\\') {
        at++;
      } else if (char === quote) {
        quote = '';
      }
    } else if (char === '"' || char === "'") {
      quote = char;
    } else {
      depth += '[{('.includes(char) ? 1 : ']})'.includes(char) ? -1 : 0;
      visit(at, depth);
    }
  }
}
