/**
 * What a person has put into the dialog of a field, as texts that may be wrong, and the field that
 * it describes.
 */
import { readNumber, type Writing } from '../forms/literal';
import type { IField } from '../forms/types';
import { type FieldType, formatValue, isNumeric } from '../forms/value';
import type { IFieldSpec } from '../forms/write';
import type { FieldValue } from '../tokens';

/** What stands in the dialog. */
export interface IDraft {
  name: string;
  type: FieldType;
  options: readonly string[];
  allowInput: boolean;
  /** Whether what is chosen from the options is inserted as code. */
  isCode: boolean;
  min: string;
  max: string;
  step: string;
  placeholder: string;
  /** The value to begin with; where it is left out, one that the type allows. */
  value?: FieldValue;
}

/** The parts of the dialog that only some types have. */
export type Part =
  'options' | 'allowInput' | 'isCode' | 'min' | 'max' | 'step' | 'placeholder';

/** The parts in which something can be wrong. */
export type FaultPart = 'name' | 'options' | 'min' | 'max' | 'step';

/** What can be wrong in a part. */
export type DraftFault =
  | 'missing'
  | 'letters'
  | 'keyword'
  | 'options'
  | 'number'
  | 'integer'
  | 'order'
  | 'positive';

/** A draft as it is understood. */
export interface IReading {
  /** What is described, without what is wrong. */
  spec: IFieldSpec;
  /** Empty where the field can be written. */
  faults: ReadonlyMap<FaultPart, DraftFault>;
}

const PARTS: Record<FieldType, readonly Part[]> = {
  string: ['placeholder'],
  boolean: [],
  number: ['min', 'max', 'step', 'placeholder'],
  integer: ['min', 'max', 'step', 'placeholder'],
  slider: ['min', 'max', 'step'],
  date: [],
  raw: ['placeholder'],
  dropdown: ['options', 'allowInput', 'isCode']
};

/** What a name may be that `parseForm` reads. */
const NAMES: Record<Writing, RegExp> = {
  python: /^[\p{ID_Start}_]\p{ID_Continue}*$/u,
  r: /^\p{ID_Start}\p{ID_Continue}*$/u,
  shell: /^[A-Za-z_]\w*$/
};

/** The words of a language that cannot be names: of Python 3, of R 4. A shell has none. */
const KEYWORDS: Record<Writing, ReadonlySet<string>> = {
  python: new Set(
    (
      'False None True and as assert async await break class continue def del elif else except ' +
      'finally for from global if import in is lambda nonlocal not or pass raise return try ' +
      'while with yield'
    ).split(' ')
  ),
  r: new Set(
    (
      'FALSE Inf NA NA_character_ NA_complex_ NA_integer_ NA_real_ NULL NaN TRUE break else for ' +
      'function if in next repeat while'
    ).split(' ')
  ),
  shell: new Set()
};

/** The draft of a field that is to be. */
export const NEW_DRAFT: IDraft = {
  name: '',
  type: 'string',
  options: [],
  allowInput: false,
  isCode: false,
  min: '',
  max: '',
  step: '',
  placeholder: ''
};

/** The parts that a field has. */
export function partsOf(field: {
  type: FieldType;
  allowInput?: boolean;
}): readonly Part[] {
  const parts = PARTS[field.type];
  const isOpen = field.type === 'dropdown' && field.allowInput;
  return isOpen ? [...parts, 'placeholder'] : parts;
}

/** The draft of a field that is there. */
export function draftOf(field: IField): IDraft {
  const text = (limit?: number) => (limit === undefined ? '' : String(limit));
  return {
    name: field.name,
    type: field.type,
    options: field.options ?? [],
    allowInput: field.allowInput ?? false,
    isCode: field.raw,
    min: text(field.min),
    max: text(field.max),
    step: text(field.step),
    placeholder: field.placeholder ?? ''
  };
}

/** A draft of another type: limits that a slider needs are filled in, a value of another kind goes. */
export function withType(draft: IDraft, type: FieldType): IDraft {
  const { value, ...rest } = draft;
  const isSlider = type === 'slider';
  const isKept =
    value !== undefined &&
    isNumeric(type) === isNumeric(draft.type) &&
    formatValue({ type, raw: type === 'raw' }, value) !== null;
  const range = {
    min: draft.min.trim() || '0',
    max: draft.max.trim() || '100',
    step: draft.step.trim() || '1'
  };
  return {
    ...rest,
    type,
    ...(isSlider ? range : {}),
    ...(isKept ? { value } : {})
  };
}

/**
 * Understand a draft.
 *
 * @param draft - what stands in the dialog
 * @param writing - how values are written in the cell
 */
export function readDraft(
  draft: IDraft,
  writing: Writing = 'python'
): IReading {
  const { name, type, options, allowInput, isCode, placeholder } = draft;
  const parts = partsOf(draft);
  const has = (part: Part) => parts.includes(part);
  const faults = new Map<FaultPart, DraftFault>();
  const spec: IFieldSpec = { name: name.trim(), type };
  const wrongName = faultOfName(spec.name, writing);
  if (wrongName) {
    faults.set('name', wrongName);
  }
  if (has('options')) {
    spec.options = options;
    if (options.length === 0) {
      faults.set('options', 'options');
    }
    if (isCode) {
      spec.raw = true;
    }
    if (allowInput) {
      spec.allowInput = true;
    }
  }
  for (const part of ['min', 'max', 'step'] as const) {
    if (has(part)) {
      const { fault, limit } = readLimit(part, draft);
      if (fault) {
        faults.set(part, fault);
      } else if (limit !== undefined) {
        spec[part] = limit;
      }
    }
  }
  const { min, max } = spec;
  if (min !== undefined && max !== undefined && max < min) {
    faults.set('max', 'order');
    delete spec.max;
  }
  if (has('placeholder') && placeholder !== '') {
    spec.placeholder = placeholder;
  }
  const value = valueOf(draft, spec, writing);
  if (value !== undefined) {
    spec.default = value;
  }
  return { spec, faults };
}

/** What is wanted, with what the dialog does not show of a field that keeps its type. */
export function withHidden(spec: IFieldSpec, field: IField): IFieldSpec {
  const parts = partsOf(spec);
  const { min, max, step, placeholder, allowInput } = field;
  const all = { min, max, step, placeholder, allowInput };
  const hidden = Object.entries(all).filter(
    ([key, value]) => value !== undefined && !parts.some(part => part === key)
  );
  return spec.type === field.type
    ? { ...spec, ...Object.fromEntries(hidden) }
    : spec;
}

/** What is wrong with a name for a variable; null where nothing is. */
export function faultOfName(
  name: string,
  writing: Writing = 'python'
): DraftFault | null {
  if (name === '') {
    return 'missing';
  }
  if (!NAMES[writing].test(name)) {
    return 'letters';
  }
  return KEYWORDS[writing].has(name) ? 'keyword' : null;
}

/** The options that stand one a line; what the last line break begins is none yet. */
export function readOptions(text: string): string[] {
  const options = text.split(/\r\n|\r|\n/);
  if (options.at(-1) === '') {
    options.pop();
  }
  return options;
}

/** Options, one a line. */
export function writeOptions(options: readonly string[]): string {
  return options.join('\n') + (options.at(-1) === '' ? '\n' : '');
}

function readLimit(
  part: 'min' | 'max' | 'step',
  draft: IDraft
): { fault?: DraftFault; limit?: number } {
  const text = draft[part].trim();
  if (text === '') {
    // Where a slider has no step, its limits tell one.
    const isNeeded = draft.type === 'slider' && part !== 'step';
    return isNeeded ? { fault: 'missing' } : {};
  }
  const limit = readNumber(text);
  if (limit === null) {
    return { fault: 'number' };
  }
  if (draft.type === 'integer' && !Number.isInteger(limit)) {
    return { fault: 'integer' };
  }
  return part === 'step' && limit <= 0 ? { fault: 'positive' } : { limit };
}

/** The value to begin with, where the field that is described can have it. */
function valueOf(
  draft: IDraft,
  spec: IFieldSpec,
  writing: Writing
): FieldValue | undefined {
  const { value } = draft;
  const raw = spec.type === 'raw' || Boolean(spec.raw);
  if (value === undefined) {
    return undefined;
  }
  const code = formatValue({ type: spec.type, raw, writing }, value);
  const isOffered =
    spec.type !== 'dropdown' ||
    spec.allowInput ||
    spec.options?.includes(String(value));
  const isHole = code === '' || code === null;
  return isHole || !isOffered ? undefined : value;
}
