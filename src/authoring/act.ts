/** Writes fields into cells, as the dialog describes them; loaded when it is first wanted. */
import { Notification } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { editCell, type ITextEdit } from '../bootstrap/shared';
import { parseForm } from '../forms/grammar';
import { fieldOf, keysOf } from '../forms/keys';
import type { IField } from '../forms/types';
import { fieldLine, type IFieldSpec } from '../forms/write';
import { changeAnnotation } from './change';
import { FieldDialog } from './dialog';
import { draftOf, NEW_DRAFT, withHidden } from './draft';
import type { IFieldTarget } from './editor';
import { lineOf, placeLine } from './place';

/** Where a field is, or will be. */
export interface IWork {
  panel: NotebookPanel;
  /** The cell's, by which it is found again: its widget may be another one meanwhile. */
  id: string;
  trans: TranslationBundle;
}

/** Ask for a field, and write its line into a cell. */
export async function addField(work: IWork): Promise<void> {
  const cursor = cursorOf(cellOf(work));
  const target: IFieldTarget = {
    isKnown: false,
    sample: spec => firstField(fieldLine(spec)),
    lineOf: spec => lineOf(spec, sourceOf(cellOf(work))),
    write: spec => {
      const cell = cellOf(work);
      const source = sourceOf(cell);
      const line = lineOf(spec, source);
      const place = line === null ? null : placeLine(source, line, cursor);
      if (!cell || !place || !editCell(cell.model, [place.edit])) {
        return false;
      }
      // The next one goes below this one.
      cell.editor?.setCursorPosition({
        line: place.line,
        column: cell.editor.getLine(place.line)?.length ?? 0
      });
      return true;
    }
  };
  await show(new FieldDialog(NEW_DRAFT, target, work.trans), work);
}

/**
 * Ask what a field shall be, and change its annotation.
 *
 * @param work - where the field is
 * @param which - the key of the field in the cell; null for the one at the cursor
 */
export async function editField(
  work: IWork,
  which: string | null
): Promise<void> {
  const { trans } = work;
  const key = which ?? keyAtCursor(cellOf(work));
  const fieldNow = () =>
    key === null ? null : fieldOf(parseForm(sourceOf(cellOf(work))), key);
  const found = fieldNow();
  if (!found) {
    Notification.info(trans.__('There is no form field at the cursor.'));
    return;
  }
  const changeOf = (spec: IFieldSpec): ITextEdit | null => {
    const field = fieldNow();
    const source = sourceOf(cellOf(work));
    return field && changeAnnotation(source, field, withHidden(spec, field));
  };
  const target: IFieldTarget = {
    isKnown: true,
    sample: spec => firstField(target.lineOf(spec)),
    lineOf: spec => {
      const edit = changeOf(spec);
      return edit && lineWith(sourceOf(cellOf(work)), edit);
    },
    write: spec => {
      const cell = cellOf(work);
      const edit = changeOf(spec);
      return cell !== null && edit !== null && editCell(cell.model, [edit]);
    }
  };
  await show(new FieldDialog(draftOf(found), target, trans), work);
}

/** Show a dialog; then whoever opened it goes on where they were. */
async function show(dialog: FieldDialog, { panel }: IWork): Promise<void> {
  await dialog.launch();
  dialog.dispose();
  if (!panel.isDisposed && document.activeElement === document.body) {
    panel.activate();
  }
}

/** The cell as it is now; null where it is gone. */
function cellOf({ panel, id }: IWork): Cell | null {
  const cells = panel.isDisposed ? [] : panel.content.widgets;
  return cells.find(cell => !cell.isDisposed && cell.model.id === id) ?? null;
}

function sourceOf(cell: Cell | null): string {
  return cell?.model.sharedModel.getSource() ?? '';
}

/** The line that the cursor was put on; null where it stands as in a cell that is new. */
function cursorOf(cell: Cell | null): number | null {
  const { line, column } = cell?.editor?.getCursorPosition() ?? {
    line: 0,
    column: 0
  };
  return line === 0 && column === 0 ? null : line;
}

/** The key of the field on the line of the cursor; null where there is none. */
function keyAtCursor(cell: Cell | null): string | null {
  const line = cell?.editor?.getCursorPosition().line;
  const found = [...keysOf(parseForm(sourceOf(cell)))];
  return found.find(([field]) => field.line === line)?.[1] ?? null;
}

/** The line that an edit changes, as it is then. */
function lineWith(source: string, { start, end, text }: ITextEdit): string {
  const before = /[^\r\n]*$/.exec(source.slice(0, start))?.[0] ?? '';
  const after = /^[^\r\n]*/.exec(source.slice(end))?.[0] ?? '';
  return (before + text + after).trim();
}

function firstField(line: string | null): IField | null {
  const [item] = line === null ? [] : parseForm(line).items;
  return item?.kind === 'field' ? item : null;
}
