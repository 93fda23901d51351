/**
 * The section's model: the fields of the current notebook, and what is done to all of them at once.
 * It follows the notebook while the panel can be seen, and holds nothing that the text holds.
 */
import type {
  INotebookModel,
  INotebookTracker,
  NotebookPanel
} from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { plainText } from '../forms/markdown';
import type { IField } from '../forms/types';
import type {
  FieldValue,
  ICellForm,
  IFormTracker,
  INotebookForms,
  IPreflightPanel
} from '../tokens';
import { type CopyFormat, copyText } from './copy';
import { GroupReader, type IGroup, type IParameter } from './groups';
import { type IOutcome, outcomeOf } from './giving';
import { readPasted } from './paste';
import { editsToSaved, type ISavedCell } from './saved';

type CellList = INotebookModel['cells'];

/** The fields of the current notebook. */
export class ParametersModel implements IDisposable {
  /** @param options - where the fields come from, and what else is needed */
  constructor(options: ParametersModel.IOptions) {
    this._options = options;
    const { panel, notebooks, tracker } = options;
    this._isSeen = panel.isVisible;
    panel.visibilityChanged.connect(this._onVisibility, this);
    notebooks.currentChanged.connect(this._follow, this);
    tracker.changed.connect(this._follow, this);
    this._follow();
  }

  /** Emitted when there is something else to show. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when another notebook has become the current one. */
  get left(): ISignal<this, void> {
    return this._left;
  }

  /** The notebook; null where none is open, or nobody looks. */
  get notebook(): NotebookPanel | null {
    return this._notebook;
  }

  /** The fields of the notebook, by cell. */
  get groups(): readonly IGroup[] {
    if (this._isStale) {
      this._isStale = false;
      const places = this._places();
      const { trans } = this._options;
      this._groups = this._reader.read(
        this._forms?.cells ?? [],
        cell =>
          plainText(cell.form.title?.text ?? '') ||
          trans.__('Cell %1', (places.get(cell.id) ?? 0) + 1)
      );
    }
    return this._groups;
  }

  /** All fields. */
  get parameters(): readonly IParameter[] {
    return this.groups.flatMap(group => group.parameters);
  }

  /** Whether some field can be changed. */
  get isEditable(): boolean {
    return this.groups.some(({ cell }) => cell.isEditable);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._leave();
      Signal.clearData(this);
    }
  }

  /** Write the values of all fields for another place. */
  copy(format: CopyFormat): string {
    return copyText(
      this.parameters.map(({ field }) => field),
      format
    );
  }

  /** What pasting a text would do; null where it cannot be read. */
  preview(text: string): IOutcome | null {
    const pasted = readPasted(text);
    return pasted && outcomeOf(this.parameters, pasted);
  }

  /** Give fields the values of a text, in one step of the history of each cell. */
  paste(text: string): IOutcome | null {
    const outcome = this.preview(text);
    const byCell = new Map<ICellForm, [IField, FieldValue][]>();
    for (const [{ cell, field }, value] of outcome?.changes ?? []) {
      const values = byCell.get(cell) ?? [];
      values.push([field, value]);
      byCell.set(cell, values);
    }
    byCell.forEach((values, cell) => cell.setAll(values));
    return outcome;
  }

  /**
   * Give all fields, or one, the values of the notebook as it was saved.
   *
   * @returns how many values were another; null where the file cannot be read
   */
  async reset(only?: IParameter): Promise<number | null> {
    const forms = this._forms;
    const notebook = this._notebook;
    if (!forms || !notebook) {
      return 0;
    }
    let saved: readonly ISavedCell[];
    try {
      saved = await this._options.readSaved(notebook.context.path);
    } catch {
      return null;
    }
    const cells = forms.isDisposed ? [] : forms.cells;
    const edits = editsToSaved(
      cells.filter(({ isEditable }) => isEditable),
      saved,
      forms.language
    );
    let count = 0;
    for (const cell of cells) {
      const own = (edits.get(cell.id) ?? []).filter(
        ({ start }) =>
          !only ||
          (only.cell === cell && cell.find(only.field)?.valueStart === start)
      );
      if (cell.apply(own)) {
        count += own.length;
      }
    }
    return count;
  }

  /** Run the cells from the first one with a change on. */
  async runChanges(): Promise<void> {
    const first = this.groups.find(({ parameters }) =>
      parameters.some(({ isChanged }) => isChanged)
    );
    if (this._notebook && first) {
      await this._options.runFrom(this._notebook, first.cell.id);
    }
  }

  /** Give a field a value. */
  set({ cell, field }: IParameter, value: FieldValue): boolean {
    return !cell.isDisposed && cell.set(field, value);
  }

  /** Take back the last change of a cell, or make it again. */
  undo({ id }: ICellForm, isRedo: boolean): void {
    for (const model of this._notebook?.content.model?.cells ?? []) {
      if (model.id === id) {
        const { sharedModel } = model;
        if (isRedo) {
          sharedModel.redo();
        } else {
          sharedModel.undo();
        }
      }
    }
  }

  /** The places of the cells of the notebook, by their ids. */
  private _places(): Map<string, number> {
    const cells = this._notebook?.content.model?.cells ?? [];
    return new Map(Array.from(cells, ({ id }, index) => [id, index]));
  }

  /** Told before the panel is hidden: until then it is visible. */
  private _onVisibility(_: IPreflightPanel, isSeen: boolean): void {
    this._isSeen = isSeen;
    this._follow();
  }

  private _follow(): void {
    const { notebooks, tracker } = this._options;
    const notebook = this._isSeen ? notebooks.currentWidget : null;
    const forms = notebook && tracker.forms(notebook);
    if (notebook !== this._notebook || forms !== this._forms) {
      // Whoever hides the panel comes back to the same.
      const isOther = notebook !== null && notebook.id !== this._lastId;
      this._leave();
      this._notebook = notebook;
      this._forms = forms;
      forms?.changed.connect(this._onChanged, this);
      this._cells = notebook?.content.model?.cells ?? null;
      this._cells?.changed.connect(this._onChanged, this);
      if (isOther) {
        this._lastId = notebook.id;
        this._left.emit();
      }
    }
    if (this._isSeen) {
      this._onChanged();
    }
  }

  private _leave(): void {
    this._forms?.changed.disconnect(this._onChanged, this);
    this._cells?.changed.disconnect(this._onChanged, this);
    this._cells = null;
    this._forms = null;
    this._groups = [];
    this._notebook = null;
  }

  private _onChanged(): void {
    this._isStale = true;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _left = new Signal<this, void>(this);
  private readonly _options: ParametersModel.IOptions;
  private readonly _reader = new GroupReader();
  private _cells: CellList | null = null;
  private _forms: INotebookForms | null = null;
  private _groups: readonly IGroup[] = [];
  private _isDisposed = false;
  private _isSeen: boolean;
  private _isStale = true;
  private _lastId = '';
  private _notebook: NotebookPanel | null = null;
}

/** Types of the model. */
export namespace ParametersModel {
  /** How to make the model. */
  export interface IOptions {
    panel: IPreflightPanel;
    notebooks: INotebookTracker;
    tracker: IFormTracker;
    trans: TranslationBundle;
    /** Reads the code cells of a notebook's file. */
    readSaved: (path: string) => Promise<ISavedCell[]>;
    /** Runs the cells of a notebook from one on. */
    runFrom: (notebook: NotebookPanel, id: string) => Promise<void>;
  }
}
