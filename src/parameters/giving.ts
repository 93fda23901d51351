/** Which fields pasted values are for, and what would become of them. */
import { setFieldValue } from '../forms/edit';
import type { FieldValue } from '../tokens';
import { numberedNames } from './copy';
import type { IParameter } from './groups';
import { isSame, type IPasted, valueFor } from './paste';

/** What pasting does. */
export interface IOutcome {
  /** Fields that get another value. */
  changes: readonly (readonly [IParameter, FieldValue])[];
  /** How many fields have the value already. */
  same: number;
  /** Names that the notebook has not. */
  unknown: readonly string[];
  /** Names of fields that cannot have the value, or cannot be changed. */
  refused: readonly string[];
  /** Words that belong to no name. */
  strays: readonly string[];
}

/**
 * What pasted values do to the fields of a notebook. A name is for all fields that have it, apart
 * from those that are given a value of their own as `name#2`.
 */
export function outcomeOf(
  parameters: readonly IParameter[],
  { values, strays }: IPasted
): IOutcome {
  const byName = new Map<string, IParameter[]>();
  numberedNames(parameters.map(({ field }) => field)).forEach((name, i) => {
    const parameter = parameters[i];
    const wanted = values.has(name) ? name : parameter.field.name;
    const known = byName.get(wanted);
    if (known) {
      known.push(parameter);
    } else {
      byName.set(wanted, [parameter]);
    }
  });
  const changes: [IParameter, FieldValue][] = [];
  const unknown: string[] = [];
  const refused: string[] = [];
  let same = 0;
  for (const [name, given] of values) {
    const targets = byName.get(name) ?? [];
    if (targets.length === 0) {
      unknown.push(name);
    }
    for (const parameter of targets) {
      const { cell, field } = parameter;
      const value = valueFor(field, given);
      const edit =
        value === null || !cell.isEditable
          ? null
          : setFieldValue(cell.source, field, value);
      if (isSame(field, given) || edit?.text === field.text) {
        same++;
      } else if (value !== null && edit) {
        changes.push([parameter, value]);
      } else {
        refused.push(name);
      }
    }
  }
  return { changes, same, unknown, refused, strays };
}
