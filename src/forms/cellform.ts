/**
 * The form of one cell: read from its source when somebody looks, and written back by the smallest
 * edit.
 */
import type { ICellModel } from '@jupyterlab/cells';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { editCell, type ITextEdit } from '../bootstrap/shared';
import type { FieldValue, ICellForm } from '../tokens';
import { AutoRun, type IAutoOwner } from './auto';
import { setFieldValue } from './edit';
import { type IField, type IForm, parseForm } from './grammar';
import { keysOf, sameField, wasOf } from './keys';
import type { Writing } from './literal';
import { magicBelowComments } from './magics';

/** What a cell's form asks of its notebook. */
export interface ICellOwner extends IAutoOwner {
  /** Whether cells of the notebook cannot be changed. */
  readonly isReadOnly: boolean;
  /** How values are written in the notebook; null where that is not known. */
  readonly language: Writing | null;
  /** What the cell of that id ran with in this session of the kernel. */
  ranWith(id: string): ReadonlyMap<string, string>;
  /** Whether the cell of that id last failed because the kernel did not know a magic. */
  hasFailedMagic(id: string): boolean;
  /** Run a cell. */
  run(model: ICellModel): Promise<void>;
}

/** The form of one cell. */
export class CellForm implements ICellForm, IDisposable {
  /**
   * @param owner - its notebook
   * @param model - the cell
   */
  constructor(owner: ICellOwner, model: ICellModel) {
    this._owner = owner;
    this.auto = new AutoRun(this, owner);
    this.model = model;
    this.id = model.id;
    model.metadataChanged?.connect(this._onMetadata, this);
  }

  readonly id: string;
  readonly model: ICellModel;

  /** Runs the cell when a value is changed here. */
  readonly auto: AutoRun;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get form(): IForm {
    if (!this._form) {
      this._form = parseForm(this._source, this._owner.language);
      // Fields are found again by their keys when the cell has become another one.
      keysOf(this._form);
    }
    return this._form;
  }

  get source(): string {
    return this._source;
  }

  get ran(): ReadonlyMap<string, string> {
    return this._owner.ranWith(this.id);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get isEditable(): boolean {
    return (
      !this._isDisposed &&
      !this._owner.isReadOnly &&
      this.model.getMetadata('editable') !== false
    );
  }

  /** The magic that the kernel did not know below comments when the cell last ran; or null. */
  get unknownMagic(): string | null {
    return this._owner.hasFailedMagic(this.id)
      ? magicBelowComments(this._source)
      : null;
  }

  /** Whether the source has a marker and yet no form. */
  get isEmpty(): boolean {
    const { title, items, rejected } = this.form;
    return !title && items.length === 0 && rejected.length === 0;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
    }
  }

  /** Take what the source is now; it is read when its form is asked for. */
  take(source: string): void {
    if (source !== this._source) {
      this._source = source;
      this._form = null;
      this._changed.emit();
    }
  }

  /** The language of the notebook is another one: the source is to be read again. */
  reread(): void {
    this._form = null;
    this._changed.emit();
  }

  /** Tell that something else than the source has changed. */
  emitChanged(): void {
    this._changed.emit();
  }

  set(field: IField, value: FieldValue): boolean {
    return this.setAll([[field, value]])[0];
  }

  setAll(values: Iterable<readonly [IField, FieldValue]>): boolean[] {
    const edits = new Map<IField, ITextEdit>();
    const done = [...values].map(([field, value]) => {
      const now = this.isEditable ? this.find(field) : null;
      const edit = now && setFieldValue(this._source, now, value);
      if (now && edit) {
        edits.set(now, edit);
      }
      return Boolean(edit);
    });
    this.apply(
      [...edits.values()].filter(
        ({ start, end, text }) => text !== this._source.slice(start, end)
      )
    );
    return done;
  }

  apply(edits: readonly ITextEdit[]): boolean {
    const before = this.texts();
    if (!this.isEditable || !editCell(this.model, edits)) {
      return false;
    }
    // A repair changes no value.
    if (this._isOther(before)) {
      this.auto.touch();
    }
    return true;
  }

  find(field: IField): IField | null {
    return sameField(this.form, field);
  }

  async run(): Promise<void> {
    await this._owner.run(this.model);
  }

  /** The code of all values, by the keys of their fields. */
  texts(): ReadonlyMap<string, string> {
    return new Map(
      Array.from(keysOf(this.form), ([field, key]) => [
        key,
        this._source.slice(field.valueStart, field.valueEnd)
      ])
    );
  }

  /** Whether a value is another one than it was. */
  private _isOther(before: ReadonlyMap<string, string>): boolean {
    return Array.from(keysOf(this.form)).some(
      ([field, key]) => wasOf(field, before.get(key)) !== null
    );
  }

  private _onMetadata(_: ICellModel, change: { key: string }): void {
    if (change.key === 'editable') {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _owner: ICellOwner;
  private _form: IForm | null = null;
  private _isDisposed = false;
  private _source = '';
}
