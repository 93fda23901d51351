/** Fields of cells as the section gets them, without a notebook. */
import { setFieldValue } from '../../forms/edit';
import { parseForm } from '../../forms/grammar';
import { sameField } from '../../forms/keys';
import type { ICellForm } from '../../tokens';
import { GroupReader, type IGroup, type IParameter } from '../groups';

/** A cell of that source; `ran` is what its values were when it ran. */
export function cellOf(
  id: string,
  source: string,
  ran: Record<string, string> = {},
  isEditable = true
): ICellForm {
  const form = parseForm(source);
  const cell: Partial<ICellForm> = {
    id,
    source,
    form,
    ran: new Map(Object.entries(ran)),
    isEditable,
    find: field => sameField(form, field)
  };
  return cell as ICellForm;
}

/** The groups of cells; those without a title are called by their ids. */
export function groupsOf(...cells: ICellForm[]): IGroup[] {
  return new GroupReader().read(
    cells,
    cell => cell.form.title?.text ?? `Cell ${cell.id}`
  );
}

/** All fields of cells of these sources. */
export function parametersOf(...sources: string[]): IParameter[] {
  const cells = sources.map((source, i) => cellOf(String(i), source));
  return groupsOf(...cells).flatMap(group => group.parameters);
}

/** The sources of cells after fields got values. */
export function after(
  sources: readonly string[],
  changes: readonly (readonly [IParameter, string | number | boolean])[]
): string[] {
  return sources.map((source, i) => {
    const own = changes.filter(([{ cell }]) => cell.id === String(i));
    return own
      .map(([{ field }, value]) => setFieldValue(source, field, value))
      .filter(edit => edit !== null)
      .sort((a, b) => b.start - a.start)
      .reduce(
        (text, { start, end, text: code }) =>
          text.slice(0, start) + code + text.slice(end),
        source
      );
  });
}
