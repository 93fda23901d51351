/**
 * What the page itself has to say about a row, in the place of what the kernel's report says: that
 * its files are being checked, what came of it, and what this notebook does not allow.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IRow, IRowButton, RowVerb } from './rows';

/** What became of something that was asked for one row. */
export interface IRowNote {
  state: 'working' | 'done' | 'failed';
  text: string;
  /** What leads on from a failure. */
  buttons: IRowButton[];
}

/** A row with a note; one that went well leaves the row's state to the kernel's report. */
export function noted(
  row: IRow,
  note: IRowNote,
  trans: TranslationBundle
): IRow {
  const told: IRow = { ...row, text: note.text, wraps: true };
  switch (note.state) {
    case 'done':
      return told;
    case 'working':
      return {
        ...told,
        glyph: 'working',
        state: trans.__('working'),
        buttons: []
      };
    case 'failed':
      return {
        ...told,
        glyph: 'failed',
        state: trans.__('failed'),
        buttons: note.buttons
      };
  }
}

const EDITS: readonly RowVerb[] = ['edit', 'fix'];

/** A row of a notebook that cannot be changed: its line can only be shown. */
export function unchangeable(row: IRow, trans: TranslationBundle): IRow {
  const buttons = row.buttons.filter(({ verb }) => !EDITS.includes(verb));
  return buttons.length === 0 && row.buttons.length > 0
    ? {
        ...row,
        buttons: [{ verb: 'show', label: trans.__('Show in cell') }]
      }
    : { ...row, buttons };
}
