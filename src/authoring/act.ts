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

/** What a field is written into. */
export interface IWork {
  panel: NotebookPanel;
  cell: Cell;
  trans: TranslationBundle;
}

/** Ask for a field, and write its line into a cell. */
export async function addField(work: IWork): Promise<void> {
  const { cell } = work;
  const cursor = cursorOf(cell);
  const target: IFieldTarget = {
    isKnown: false,
    sample: spec => firstField(fieldLine(spec)),
    lineOf: spec => lineOf(spec, sourceOf(cell)),
    write: spec => {
      const source = sourceOf(cell);
      const line = lineOf(spec, source);
      const place = line === null ? null : placeLine(source, line, cursor);
      if (!place || !editCell(cell.model, [place.edit])) {
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
  const { cell, trans } = work;
  const key = which ?? keyAtCursor(cell);
  const found = key === null ? null : fieldOf(parseForm(sourceOf(cell)), key);
  if (key === null || !found) {
    Notification.info(trans.__('There is no form field at the cursor.'));
    return;
  }
  const changeOf = (spec: IFieldSpec): ITextEdit | null => {
    const source = sourceOf(cell);
    const field = fieldOf(parseForm(source), key);
    return field && changeAnnotation(source, field, withHidden(spec, field));
  };
  const target: IFieldTarget = {
    isKnown: true,
    sample: spec => firstField(target.lineOf(spec)),
    lineOf: spec => {
      const edit = changeOf(spec);
      return edit && lineWith(sourceOf(cell), edit);
    },
    write: spec => {
      const edit = changeOf(spec);
      return edit !== null && editCell(cell.model, [edit]);
    }
  };
  await show(new FieldDialog(draftOf(found), target, work.trans), work);
}

/** The key of the field on the line of the cursor; null where there is none. */
function keyAtCursor(cell: Cell): string | null {
  const line = cell.editor?.getCursorPosition().line;
  const found = [...keysOf(parseForm(sourceOf(cell)))];
  return found.find(([field]) => field.line === line)?.[1] ?? null;
}

/** Show a dialog; then whoever opened it goes on where they were. */
async function show(dialog: FieldDialog, { panel }: IWork): Promise<void> {
  await dialog.launch();
  dialog.dispose();
  if (!panel.isDisposed && document.activeElement === document.body) {
    panel.activate();
  }
}

/** The line that the cursor was put on; null where it stands where it stands in any new cell. */
function cursorOf({ editor }: Cell): number | null {
  const { line, column } = editor?.getCursorPosition() ?? {
    line: 0,
    column: 0
  };
  return line === 0 && column === 0 ? null : line;
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

function sourceOf(cell: Cell): string {
  return cell.model.sharedModel.getSource();
}
