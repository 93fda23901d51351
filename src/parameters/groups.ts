/** The fields of a notebook as the section shows them: by cell, and those that are searched for. */
import { keysOf, wasOf } from '../forms/keys';
import type { IField, IForm } from '../forms/types';
import type { ICellForm } from '../tokens';

/** A field of a cell. */
export interface IParameter {
  /** Tells it from all others of the notebook. */
  id: string;
  cell: ICellForm;
  field: IField;
  /** Its code when the cell last ran. */
  ran: string | undefined;
  /** Whether it has another value now. */
  isChanged: boolean;
}

/** The fields of a cell. */
export interface IGroup {
  cell: ICellForm;
  /** The title of the cell. */
  title: string;
  parameters: readonly IParameter[];
}

interface IRead {
  form: IForm;
  ran: ReadonlyMap<string, string>;
  parameters: IParameter[];
}

/** Reads the fields of cells; those of a cell that has not changed are the same objects again. */
export class GroupReader {
  /**
   * The fields of cells.
   *
   * @param cells - in order
   * @param titleOf - names a cell
   */
  read(
    cells: readonly ICellForm[],
    titleOf: (cell: ICellForm) => string
  ): IGroup[] {
    return cells.flatMap(cell => {
      const parameters = this._parametersOf(cell);
      return parameters.length > 0
        ? [{ cell, title: titleOf(cell), parameters }]
        : [];
    });
  }

  private _parametersOf(cell: ICellForm): IParameter[] {
    const { form, ran } = cell;
    const known = this._known.get(cell);
    if (known?.form === form && known.ran === ran) {
      return known.parameters;
    }
    const parameters = Array.from(keysOf(form), ([field, key]) => ({
      id: `${cell.id}\n${key}`,
      cell,
      field,
      ran: ran.get(key),
      isChanged: wasOf(field, ran.get(key)) !== null
    }));
    this._known.set(cell, { form, ran, parameters });
    return parameters;
  }

  private readonly _known = new WeakMap<ICellForm, IRead>();
}

/**
 * Those fields whose name or title has all words of a query.
 *
 * @param query - in any case; an empty one has all
 */
export function searched(groups: readonly IGroup[], query: string): IGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return [...groups];
  }
  return groups.flatMap(group => {
    const title = group.title.toLowerCase();
    const parameters = group.parameters.filter(({ field }) => {
      const text = `${field.name.toLowerCase()}\n${title}`;
      return words.every(word => text.includes(word));
    });
    return parameters.length > 0 ? [{ ...group, parameters }] : [];
  });
}

const LOOK = [
  'name',
  'label',
  'type',
  'raw',
  'allowInput',
  'placeholder',
  'min',
  'max',
  'step',
  'value',
  'editable',
  'text',
  'hint'
] as const;

/** Whether two readings of a field differ in nothing but its place. */
export function looksSame(a: IParameter, b: IParameter): boolean {
  const { options: one = [] } = a.field;
  const { options: other = [] } = b.field;
  return (
    a.ran === b.ran &&
    LOOK.every(key => a.field[key] === b.field[key]) &&
    one.length === other.length &&
    one.every((option, i) => option === other[i])
  );
}
