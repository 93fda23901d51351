/** Writes fields into cells, as the dialog describes them; loaded when it is first wanted. */
import { Notification } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { editCell, type ITextEdit } from '../bootstrap/shared';
import { parseForm } from '../forms/grammar';
import { fieldOf, keysOf } from '../forms/keys';
import { languageOf, writingIn } from '../forms/language';
import type { Writing } from '../forms/literal';
import type { IField } from '../forms/types';
import { fieldLine, type IFieldSpec } from '../forms/write';
import { changeAnnotation } from './change';
import { FieldDialog } from './dialog';
import { draftOf, NEW_DRAFT, withHidden } from './draft';
import type { IFieldTarget } from './editor';
import { fieldNames } from './names';
import { placeLine } from './place';
import type { Obstacle } from './words';

/** Where a field is, or will be. */
export interface IWork {
  panel: NotebookPanel;
  /** The cell's, by which it is found again: its widget may be another one meanwhile. */
  id: string;
  trans: TranslationBundle;
}

/** Ask for a field, and write its line into a cell. */
export async function addField(work: IWork): Promise<void> {
  const { model } = work.panel.content;
  const names = model && fieldNames(model, work.id);
  const language = languageIn(work);
  const writing = writingIn(sourceOf(cellOf(work)), language) ?? language;
  const lineOf = (spec: IFieldSpec) => fieldLine(spec, writing);
  const target: IFieldTarget = {
    isKnown: false,
    writing,
    placeOf: name => names?.get(name) ?? null,
    sample: spec => firstField(lineOf(spec), writing),
    lineOf,
    write: spec => {
      const cell = cellOf(work);
      const source = sourceOf(cell);
      const line = lineOf(spec);
      const place =
        line && placeLine(source, line, cursorOf(cell), languageIn(work));
      const obstacle = place
        ? write(work, place.edit)
        : cell
          ? 'refused'
          : 'cell';
      if (place && !obstacle) {
        // The next one goes below this one.
        cell?.editor?.setCursorPosition({
          line: place.line,
          column: cell.editor.getLine(place.line)?.length ?? 0
        });
      }
      return obstacle;
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
  const parse = () => parseForm(sourceOf(cellOf(work)), languageIn(work));
  const atCursor = () => {
    const line = cellOf(work)?.editor?.getCursorPosition().line;
    return [...keysOf(parse())].find(([field]) => field.line === line)?.[1];
  };
  const key = which ?? atCursor();
  const fieldNow = () => (key === undefined ? null : fieldOf(parse(), key));
  const found = fieldNow();
  if (!found) {
    Notification.info(trans.__('There is no form field at the cursor.'));
    return;
  }
  const { writing = 'python' } = found;
  const changeOf = (spec: IFieldSpec): ITextEdit | null => {
    const field = fieldNow();
    const source = sourceOf(cellOf(work));
    const wanted = field && withHidden(spec, field);
    return wanted && changeAnnotation(source, field, wanted, languageIn(work));
  };
  const target: IFieldTarget = {
    isKnown: true,
    writing,
    placeOf: () => null,
    sample: spec => firstField(target.lineOf(spec), writing),
    lineOf: spec => {
      const edit = changeOf(spec);
      return edit && lineWith(sourceOf(cellOf(work)), edit);
    },
    write: spec => {
      const edit = changeOf(spec);
      if (edit) {
        return write(work, edit);
      }
      return fieldNow() ? 'refused' : cellOf(work) ? 'field' : 'cell';
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

/** Change the cell; says what is in the way, if something is. */
function write(work: IWork, edit: ITextEdit): Obstacle | null {
  const cell = cellOf(work);
  if (!cell) {
    return 'cell';
  }
  const isOpen = work.panel.content.model?.readOnly === false;
  return isOpen && editCell(cell.model, [edit]) ? null : 'locked';
}

/** The cell as it is now; null where it is gone. */
function cellOf({ panel, id }: IWork): Cell | null {
  const cells = panel.isDisposed ? [] : panel.content.widgets;
  return cells.find(cell => !cell.isDisposed && cell.model.id === id) ?? null;
}

function sourceOf(cell: Cell | null): string {
  return cell?.model.sharedModel.getSource() ?? '';
}

function languageIn({ panel }: IWork): Writing {
  return languageOf(panel.isDisposed ? null : panel.content.model) ?? 'python';
}

/** The line that the cursor was put on; null where it stands as in a cell that is new. */
function cursorOf(cell: Cell | null): number | null {
  const { line, column } = cell?.editor?.getCursorPosition() ?? {
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

function firstField(line: string | null, writing: Writing): IField | null {
  const [item] = line === null ? [] : parseForm(line, writing).items;
  return item?.kind === 'field' ? item : null;
}
