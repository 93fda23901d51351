/** Which names of a notebook are fields already: the later of two lines is the one that counts. */
import { parseForm } from '../forms/grammar';
import { fieldsOf } from '../forms/keys';
import { languageOf, type ILanguageModel } from '../forms/language';
import { hasMarker } from '../forms/marker';

/** Where a name is a field: in the cell that is asked for, or in another one. */
export type NamePlace = 'cell' | 'notebook';

/** A notebook, as far as its fields are looked for. */
export interface INamedModel extends ILanguageModel {
  readonly cells: Iterable<{
    readonly id: string;
    readonly type: string;
    readonly sharedModel: { getSource(): string };
  }>;
}

/**
 * The names that are fields in a notebook.
 *
 * @param model - the notebook
 * @param id - of the cell that is asked for
 */
export function fieldNames(
  model: INamedModel,
  id: string
): Map<string, NamePlace> {
  const language = languageOf(model) ?? undefined;
  const names = new Map<string, NamePlace>();
  for (const cell of model.cells) {
    const source = cell.type === 'code' ? cell.sharedModel.getSource() : '';
    if (!hasMarker(source)) {
      continue;
    }
    for (const { name } of fieldsOf(parseForm(source, language))) {
      if (cell.id === id) {
        names.set(name, 'cell');
      } else if (!names.has(name)) {
        names.set(name, 'notebook');
      }
    }
  }
  return names;
}
