/**
 * What brings fields back to the notebook as it was saved: the code of their values in the file, and
 * nothing else of it.
 */
import type { ITextEdit } from '../bootstrap/shared';
import { fieldsOf, keysOf } from '../forms/keys';
import { parseForm } from '../forms/grammar';
import type { Writing } from '../forms/literal';
import type { IForm } from '../forms/types';

/** A cell of the notebook as it is now. */
export interface ICellNow {
  id: string;
  source: string;
  form: IForm;
}

/** A cell of the file; those of older notebooks have no id. */
export interface ISavedCell {
  id?: string;
  source: string;
}

/**
 * The edits of cells that give their fields the values of the file.
 *
 * @param now - cells as they are
 * @param saved - the code cells of the file
 * @param language - of the notebook
 * @returns by the ids of the cells; those without a change are left out
 */
export function editsToSaved(
  now: readonly ICellNow[],
  saved: readonly ISavedCell[],
  language: Writing | null = 'python'
): Map<string, ITextEdit[]> {
  const read = (source: string) => parseForm(source, language);
  const byId = new Map(saved.map(cell => [cell.id, cell]));
  const nameless = new Map<string, ISavedCell[]>();
  for (const cell of saved) {
    if (cell.id === undefined) {
      const key = frameOf(cell.source, read(cell.source));
      nameless.set(key, [...(nameless.get(key) ?? []), cell]);
    }
  }
  const edits = new Map<string, ITextEdit[]>();
  for (const cell of now) {
    const before =
      byId.get(cell.id) ??
      nameless.get(frameOf(cell.source, cell.form))?.shift();
    const changes = before
      ? editsOf(cell, before.source, read(before.source))
      : [];
    if (changes.length > 0) {
      edits.set(cell.id, changes);
    }
  }
  return edits;
}

function editsOf(
  { source, form }: ICellNow,
  before: string,
  formBefore: IForm
): ITextEdit[] {
  const texts = new Map(
    Array.from(keysOf(formBefore), ([{ valueStart, valueEnd }, key]) => [
      key,
      before.slice(valueStart, valueEnd)
    ])
  );
  return Array.from(keysOf(form)).flatMap(([field, key]) => {
    const { valueStart: start, valueEnd: end } = field;
    const text = texts.get(key);
    return text === undefined || text === source.slice(start, end)
      ? []
      : [{ start, end, text }];
  });
}

/** A source without the values of its fields: what a person who only uses the form does not change. */
function frameOf(source: string, form: IForm): string {
  let at = 0;
  const parts = fieldsOf(form).map(({ valueStart, valueEnd }) => {
    const part = source.slice(at, valueStart);
    at = valueEnd;
    return part;
  });
  return [...parts, source.slice(at)].join('\0');
}
