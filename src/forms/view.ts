/** Whether a cell shows its form, its code or both. */
import type { ITitle } from './types';

/** What is shown of a cell that has a form. */
export type FormView = 'form' | 'code' | 'both';

/**
 * What a cell shows. Its metadata is what the user chose last, so it comes before its title.
 *
 * @param title - the title of the cell's form
 * @param cellView - `cellView` of the cell's metadata, whatever stands there
 */
export function viewOf(title: ITitle | null, cellView?: unknown): FormView {
  return cellView === 'form' || cellView === 'code' || cellView === 'both'
    ? cellView
    : (title?.displayMode ?? 'both');
}
