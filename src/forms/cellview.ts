/**
 * Whether a cell shows its form, its code or both, and how that is kept: in `jupyter.source_hidden`,
 * which all of Jupyter reads, and in Colab's `cellView` where the cell has one. Nothing is written
 * before the user asks for another view.
 */
import type { ICellModel } from '@jupyterlab/cells';

import type { ITitle } from './types';
import { type FormView, viewOf } from './view';

/** What a cell's metadata says of its view. */
export interface IViewMetadata {
  cellView?: unknown;
  /** `source_hidden` of `jupyter`; undefined where nothing is said. */
  isHidden?: boolean;
}

/** What is to be written for another view; undefined stays as it is, null is taken away. */
export interface IViewChange {
  cellView?: FormView;
  isHidden: boolean | null;
}

/**
 * What a cell shows.
 *
 * @param title - the title of its form
 * @param metadata - what its metadata says
 * @param usual - what cells show that say nothing
 */
export function shownView(
  title: ITitle | null,
  metadata: IViewMetadata,
  usual: FormView
): FormView {
  const { cellView, isHidden } = metadata;
  if (isHidden !== undefined) {
    const asked = viewOf(title, cellView);
    return isHidden ? 'form' : asked === 'code' ? 'code' : 'both';
  }
  const isSilent = cellView === undefined && title?.displayMode === undefined;
  return isSilent ? usual : viewOf(title, cellView);
}

/** What to write so that the cell shows `view`. */
export function viewChange(
  title: ITitle | null,
  metadata: IViewMetadata,
  usual: FormView,
  view: FormView
): IViewChange {
  const cellView = metadata.cellView === undefined ? undefined : view;
  const silent = { cellView: cellView ?? metadata.cellView };
  // Where the rest says the same already, nothing needs to be said here.
  const isSaid = shownView(title, silent, usual) === view;
  const isHidden = view === 'form' ? true : isSaid ? null : false;
  return cellView === undefined ? { isHidden } : { cellView, isHidden };
}

/** Read what a cell's metadata says. */
export function readView(cell: ICellModel): IViewMetadata {
  const jupyter: unknown = cell.getMetadata('jupyter');
  const hidden =
    typeof jupyter === 'object' && jupyter !== null
      ? (jupyter as { source_hidden?: unknown }).source_hidden
      : undefined;
  return {
    cellView: cell.getMetadata('cellView'),
    ...(typeof hidden === 'boolean' ? { isHidden: hidden } : {})
  };
}

/**
 * Write the metadata for another view.
 *
 * @param cell - the cell
 * @param change - of `viewChange`
 */
export function writeView(cell: ICellModel, change: IViewChange): void {
  const { cellView, isHidden } = change;
  if (cellView !== undefined && cellView !== cell.getMetadata('cellView')) {
    cell.setMetadata('cellView', cellView);
  }
  const { source_hidden: before, ...others } = {
    ...(cell.getMetadata('jupyter') as { source_hidden?: unknown } | undefined)
  };
  if (before !== undefined && isHidden !== true) {
    // JupyterLab's cell takes the key away itself when it opens, so it opens before more is said.
    write(cell, others);
  }
  if (isHidden !== null) {
    write(cell, { ...others, source_hidden: isHidden });
  }
}

function write(cell: ICellModel, jupyter: object): void {
  if (Object.keys(jupyter).length > 0) {
    cell.setMetadata('jupyter', jupyter);
  } else {
    cell.deleteMetadata('jupyter');
  }
}

const LENGTH = /^(\d{1,4}(?:\.\d{1,3})?)(px|%|em|rem)$/;

/** The width of a form beside its code; null where the form has the whole width. */
export function widthOf(title: ITitle | null): string | null {
  const found = LENGTH.exec(title?.formWidth?.trim() ?? '');
  const isWhole = found?.[2] === '%' && Number(found[1]) >= 90;
  return found && !isWhole && Number(found[1]) > 0 ? found[0] : null;
}
