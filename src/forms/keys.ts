/**
 * What tells the fields of a cell from each other for as long as the cell lives: their names, and
 * where a cell has a name more than once, which of them it is.
 */
import type { IField, IForm } from './types';
import { readValue } from './value';

const forms = new WeakMap<IForm, ReadonlyMap<IField, string>>();
const fields = new WeakMap<IField, string>();

/** The fields of a form with their keys, in the order of lines. */
export function keysOf(form: IForm): ReadonlyMap<IField, string> {
  let keys = forms.get(form);
  if (!keys) {
    const seen = new Map<string, number>();
    const made = new Map<IField, string>();
    for (const item of form.items) {
      if (item.kind === 'field') {
        const count = (seen.get(item.name) ?? 0) + 1;
        seen.set(item.name, count);
        const key = count === 1 ? item.name : `${item.name}\n${count}`;
        made.set(item, key);
        fields.set(item, key);
      }
    }
    keys = made;
    forms.set(form, keys);
  }
  return keys;
}

/** The fields of a form, in the order of lines. */
export function fieldsOf(form: IForm): IField[] {
  return [...keysOf(form).keys()];
}

/**
 * A field of an earlier reading of the cell as it is now; null where it is gone.
 *
 * @param form - the form now
 * @param field - the field then, of a form that was asked for its keys
 */
export function sameField(form: IForm, field: IField): IField | null {
  const key = fields.get(field);
  return key === undefined ? null : fieldOf(form, key);
}

/** The field with that key; null where there is none. */
export function fieldOf(form: IForm, key: string): IField | null {
  for (const [field, itsKey] of keysOf(form)) {
    if (itsKey === key) {
      return field;
    }
  }
  return null;
}

/**
 * What a field was when its cell last ran, as its control would show it; null where it has not
 * changed since.
 *
 * @param field - the field now
 * @param ran - its code when the cell last ran; undefined where it did not, or had no such field
 */
export function wasOf(field: IField, ran: string | undefined): string | null {
  if (ran === undefined || ran === field.text) {
    return null;
  }
  const { value } = readValue(field, ran);
  if (value !== null && value === field.value) {
    return null;
  }
  return typeof value === 'string' ? value : ran;
}
