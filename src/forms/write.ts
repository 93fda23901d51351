/**
 * Writes annotations, for whoever makes a field in a dialog: in the spelling that Colab's own guide
 * to forms has, and such that `parseForm` reads the same field.
 */
import { parseForm } from './grammar';
import { writeNumber, type Writing } from './literal';
import { type FieldType, formatValue } from './value';

/** A field that is to be. */
export interface IFieldSpec {
  /** The variable. */
  name: string;
  type: FieldType;
  /** Whether a chosen option is inserted as code. A field of type `raw` always is. */
  raw?: boolean;
  /** What a `dropdown` offers; no other type has options. */
  options?: readonly string[];
  allowInput?: boolean;
  placeholder?: string;
  min?: number;
  max?: number;
  step?: number;
  /** The value to begin with; where it is left out, one that the type allows. */
  default?: string | number | boolean;
}

const ASSIGNED: Record<Writing, string> = {
  python: ' = ',
  r: ' <- ',
  shell: '='
};

/** Code that stands for nothing. */
const NOTHING: Record<Writing, string> = {
  python: 'None',
  r: 'NULL',
  shell: '""'
};

/** The annotation of a field: `# @param {type:"slider", min:0, max:1, step:0.1}`. */
export function annotationOf(spec: IFieldSpec): string {
  const isDropdown = spec.type === 'dropdown';
  const settings: string[] = [];
  const set = (key: string, value: string | null) => {
    if (value !== null) {
      settings.push(key + value);
    }
  };
  if (!isDropdown || spec.raw) {
    set('type:', text(isDropdown ? 'raw' : spec.type));
  }
  for (const key of ['min', 'max', 'step'] as const) {
    set(`${key}:`, writeNumber(spec[key] ?? NaN));
  }
  set(
    'placeholder:',
    spec.placeholder === undefined ? null : text(spec.placeholder)
  );
  set(
    'allow-input: ',
    spec.allowInput === undefined ? null : String(spec.allowInput)
  );
  const parts = [
    ...(isDropdown ? [`[${(spec.options ?? []).map(text).join(', ')}]`] : []),
    ...(settings.length > 0 ? [`{${settings.join(', ')}}`] : [])
  ];
  return `# @param ${parts.join(' ')}`;
}

/**
 * The line of a field: its name, its value and its annotation.
 *
 * @param spec - the field
 * @param writing - how values are written in its cell
 * @returns null where no such line is read as that field: a name that is none, a default that the
 *   type does not allow, code that does not fit on a line
 */
export function fieldLine(
  spec: IFieldSpec,
  writing: Writing = 'python'
): string | null {
  const kind = { type: spec.type, raw: isRaw(spec), writing };
  const value = formatValue(kind, spec.default ?? defaultOf(spec, writing));
  const line = `${spec.name}${ASSIGNED[writing]}${value} ${annotationOf(spec)}`;
  const { items, rejected } = parseForm(line, writing);
  const [field] = items;
  const isSame =
    value !== null &&
    items.length === 1 &&
    rejected.length === 0 &&
    field.kind === 'field' &&
    field.line === 0 &&
    field.name === spec.name &&
    field.text === value;
  return isSame ? line : null;
}

function isRaw(spec: IFieldSpec): boolean {
  return spec.type === 'raw' || (spec.type === 'dropdown' && !!spec.raw);
}

function defaultOf(
  spec: IFieldSpec,
  writing: Writing
): string | number | boolean {
  switch (spec.type) {
    case 'boolean':
      return false;
    case 'number':
    case 'slider':
      return spec.min ?? 0;
    case 'integer':
      return Math.ceil(spec.min ?? 0);
    case 'dropdown':
      return spec.options?.[0] ?? (isRaw(spec) ? NOTHING[writing] : '');
    case 'raw':
      return NOTHING[writing];
    default:
      return '';
  }
}

/** A text in an annotation. */
function text(value: string): string {
  return JSON.stringify(value);
}
