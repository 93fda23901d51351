/**
 * The Sources section's model: the rows of the current notebook, and what can be done to a row.
 * It holds no state that the text or the kernel holds; only what the user is doing just now.
 */
import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { CurrentModel } from '../bootstrap/current';
import { moveStep, removeStep, replaceStep } from '../bootstrap/edit';
import { isBootstrapCell } from '../bootstrap/cells';
import { quote } from '../bootstrap/lines';
import { namesRoot } from '../bootstrap/magic';
import { parsed } from '../bootstrap/parsed';
import type { ITextEdit } from '../bootstrap/shared';
import { clock } from '../figures';
import type { IBootstrapTracker, IPreflightPanel } from '../tokens';
import { type IRowNote, noted, unchangeable } from './notes';
import { type IRow, type IRowButton, rowsOf } from './rows';

/** The rows of the current notebook. */
export class SourcesModel extends CurrentModel {
  /**
   * @param options - where the notebook comes from and what else is needed
   */
  constructor(options: SourcesModel.IOptions) {
    super(options.panel, options.tracker);
    this._options = options;
  }

  /** The rows, in the order of the text. */
  get rows(): readonly IRow[] {
    return this._rows;
  }

  /** Id of the row whose line is being edited; null where none is. */
  get editing(): string | null {
    return this._editing;
  }

  /** Id of the row that the keyboard is at; null in an empty list. */
  get current(): string | null {
    return this._current;
  }
  set current(id: string | null) {
    if (id !== this._current) {
      this._current = id;
      this.stateChanged.emit();
    }
  }

  /** The row of an id. */
  row(id: string): IRow | null {
    return this._rows.find(row => row.id === id) ?? null;
  }

  /** What is wrong with a line, or null. */
  check(line: string): string | null {
    return parsed(line).problems[0]?.message ?? null;
  }

  /** Whether the notebook can be changed. */
  get canEdit(): boolean {
    return this.bootstrap?.isReadOnly === false;
  }

  /** Open the editor of a row's line, or close it. */
  edit(id: string | null): void {
    if (id === null || this.canEdit) {
      this._editing = id;
      this.stateChanged.emit();
    }
  }

  /** Write a line in the place of a row's; where that cannot be, its editor stays open. */
  save(id: string, line: string): boolean {
    const row = this.row(id);
    const done =
      row !== null &&
      this._change(row, source =>
        row.step
          ? replaceStep(source, row.step, line.trim())
          : [{ start: row.start, end: row.end, text: line.trim() }]
      );
    if (done) {
      this.edit(null);
    }
    return done;
  }

  /** Whether a row's line can be taken out: without that of `%%preflight`, it is no cell of ours. */
  canRemove(id: string): boolean {
    const row = this.row(id);
    return this.canEdit && row !== null && !isBootstrapCell(row.line);
  }

  /** Take a row's line out of the cell. */
  remove(id: string): boolean {
    const row = this.row(id);
    return (
      row !== null &&
      this.canRemove(id) &&
      this._change(row, source =>
        row.step
          ? removeStep(source, row.step)
          : [{ start: row.start, end: row.end + 1, text: '' }]
      )
    );
  }

  /** Whether a row can go `by` places down (or up) in its cell. */
  canMove(id: string, by: number): boolean {
    const row = this.row(id);
    if (!row?.step || !this.canEdit) {
      return false;
    }
    const to = row.index + by;
    return this._rows.some(
      other => other.cell === row.cell && other.index === to
    );
  }

  /** Move a row's line within its cell. */
  move(id: string, by: number): boolean {
    const row = this.row(id);
    return (
      row !== null &&
      this.canMove(id, by) &&
      this._change(row, source =>
        row.step ? moveStep(source, row.step, row.index + by) : null
      )
    );
  }

  /** Undo the last change of the cell that holds a row (the first, where there is none). */
  undo(id: string | null): void {
    const cell =
      (id === null ? null : this.row(id)?.cell) ?? this.bootstrap?.cells[0]?.id;
    if (cell) {
      this.bootstrap?.undo(cell);
    }
  }

  /** Show a row's line in the notebook. */
  show(id: string): void {
    const row = this.row(id);
    if (row) {
      void this.bootstrap?.show(row.cell, row.start, row.end);
    }
  }

  /** Whether the kernel could run a row now. */
  get canRun(): boolean {
    const bootstrap = this.bootstrap;
    return (
      bootstrap !== null &&
      (bootstrap.kernel === 'idle' || bootstrap.kernel === 'busy') &&
      bootstrap.probe?.installed !== false &&
      (bootstrap.language === '' || bootstrap.language === 'python')
    );
  }

  /** Whether a row's files could be compared now. */
  canCheck(id: string): boolean {
    const row = this.row(id);
    return (
      row !== null && !row.isWrong && this.canRun && !this._isElsewhere(row)
    );
  }

  /** Run one row alone. */
  async get(id: string): Promise<void> {
    const row = this.row(id);
    const cell = this.bootstrap?.cells.find(other => other.id === row?.cell);
    if (!row?.step || row.isWrong || !cell) {
      return;
    }
    if (!cell.isKnown || this._isElsewhere(row)) {
      // Asks for the whole text, as one question is enough; or has the cell say where the root is.
      await this.bootstrap?.prepare();
      return;
    }
    const tell = this._teller(id);
    tell(null);
    const said = await this.bootstrap?.runCommand(row.step.key);
    if (said && !said.ok && !this.bootstrap?.snapshot) {
      tell({
        state: 'failed',
        text: said.text,
        buttons: [{ verb: 'again', label: this._options.trans.__('Try again') }]
      });
    }
  }

  /** Compare a row's files with what was installed; changes nothing. */
  async verify(id: string): Promise<void> {
    const { trans } = this._options;
    const row = this.row(id);
    if (!row?.step || row.isWrong || this._isElsewhere(row)) {
      return;
    }
    const folder = row.step.args[1];
    const tell = this._teller(id);
    tell({ state: 'working', text: trans.__('checking files'), buttons: [] });
    const said = await this.bootstrap?.runCommand(
      `verify --only ${quote(folder)}`
    );
    if (said) {
      const time = clock(Date.now() / 1000);
      // The row has its folder's name already.
      const text = said.text
        ? said.text.replace(`${folder}: `, '')
        : trans.__('The kernel does not answer');
      tell({
        state: said.ok ? 'done' : 'failed',
        text: `${text} · ${time}`,
        buttons: [
          ...(this.canOpen(id)
            ? [{ verb: 'open-folder' as const, label: trans.__('Open folder') }]
            : []),
          { verb: 'check', label: trans.__('Check again') }
        ]
      });
    }
  }

  /** Put a row's link on the clipboard. */
  copyLink(id: string): void {
    const row = this.row(id);
    if (row?.link) {
      Clipboard.copyToSystem(row.link);
    }
  }

  /** Whether a row's folder can be shown in the file browser. */
  canOpen(id: string): boolean {
    const row = this.row(id);
    return Boolean(row?.path) && this._options.canOpenFolder(row?.path ?? '');
  }

  /** Show a row's folder in the file browser. */
  open(id: string): void {
    const row = this.row(id);
    if (row?.path) {
      this._options.openFolder(row.path);
    }
  }

  /** Do what a button of a row says. */
  press(id: string, button: IRowButton): void {
    switch (button.verb) {
      case 'again':
        void this.get(id);
        break;
      case 'check':
        void this.verify(id);
        break;
      case 'edit':
        this.edit(id);
        break;
      case 'fix':
        this.save(id, button.value ?? '');
        break;
      case 'open-page':
        window.open(button.value, '_blank', 'noopener');
        break;
      case 'open-folder':
        this.open(id);
        break;
      case 'show':
        this.show(id);
        break;
    }
  }

  protected override refresh(): void {
    const bootstrap = this.bootstrap;
    const place = this._rows.findIndex(row => row.id === this._current);
    this._told = rowsOf(
      (bootstrap?.cells ?? []).map(cell => ({
        id: cell.id,
        source: cell.source,
        ...parsed(cell.source)
      })),
      bootstrap?.snapshot ?? null,
      this._options.trans
    );
    if (!bootstrap?.snapshot) {
      this._notes.clear();
    }
    this._overlay();
    if (this._editing !== null && !this.row(this._editing)) {
      this._editing = null;
    }
    if (this._current === null || !this.row(this._current)) {
      // A line that was edited is another row, in the same place.
      const last = this._rows.length - 1;
      const next = Math.max(0, Math.min(place, last));
      this._current = this._rows[next]?.id ?? null;
    }
  }

  /** Whether the kernel does not know yet where the root of a row's cell is. */
  private _isElsewhere({ cell }: IRow): boolean {
    const { bootstrap } = this;
    const found = bootstrap?.cells.find(({ id }) => id === cell);
    return Boolean(
      found && namesRoot(found.source) && !bootstrap?.snapshot?.rows.length
    );
  }

  private _change(
    row: IRow,
    edit: (source: string) => readonly ITextEdit[] | null
  ): boolean {
    const cell = this.bootstrap?.cells.find(other => other.id === row.cell);
    const edits = cell ? edit(cell.source) : null;
    return (
      edits?.length === 0 ||
      (cell && edits && this.bootstrap?.edit(cell.id, edits)) ||
      false
    );
  }

  /**
   * Says something about a row as it is when that is said, in the place of what was said before;
   * what the kernel says of it later counts more.
   */
  private _teller(id: string): (note: IRowNote | null) => void {
    let key = '';
    return note => {
      this._notes.delete(key);
      const row = this._told.find(one => one.id === id);
      key = row ? noteKey(row) : '';
      if (row && note) {
        this._notes.set(key, note);
      } else {
        this._notes.delete(key);
      }
      this._overlay();
      this.stateChanged.emit();
    };
  }

  /** Lay what this page knows over what the kernel has told. */
  private _overlay(): void {
    const { trans } = this._options;
    this._rows = this._told.map(told => {
      const note = this._notes.get(noteKey(told));
      const row = note ? noted(told, note, trans) : told;
      return this.canEdit ? row : unchangeable(row, trans);
    });
  }

  private readonly _notes = new Map<string, IRowNote>();
  private readonly _options: SourcesModel.IOptions;
  private _current: string | null = null;
  private _editing: string | null = null;
  private _rows: readonly IRow[] = [];
  /** The rows by the text and the kernel's report alone. */
  private _told: readonly IRow[] = [];
}

/** Types of the model. */
export namespace SourcesModel {
  /** How to make the model. */
  export interface IOptions {
    panel: IPreflightPanel;
    tracker: IBootstrapTracker;
    trans: TranslationBundle;
    /** Whether a folder of the kernel's machine lies below the server's root. */
    canOpenFolder: (path: string) => boolean;
    /** Shows such a folder. */
    openFolder: (path: string) => void;
  }
}

/** A note is true of one state of a row only. */
function noteKey(row: IRow): string {
  return [row.id, row.glyph, row.text, row.ended].join(' ');
}
