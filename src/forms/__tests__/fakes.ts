/** As much of a notebook as forms look at, on a shared model that is a real one. */
import { YNotebook } from '@jupyter/ydoc';
import type { YCodeCell } from '@jupyter/ydoc';
import type { Cell, ICellModel } from '@jupyterlab/cells';
import {
  NotebookActions,
  type Notebook,
  type NotebookPanel
} from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import { CellWatcher } from '../../bootstrap/watch';
import type { IFormPreferences } from '../host';
import { hasMarker } from '../marker';
import { NotebookForms } from '../model';

/** What a user has who has changed no setting. */
export const preferences = {
  changed: new Signal<object, void>({}),
  isOn: true,
  view: 'both',
  runsOnChange: true
};

/** A notebook whose cells are run by nobody. */
export class FakePanel {
  constructor(readonly shared: YNotebook) {
    shared.changed.connect((_, change) => {
      if (change.cellsChange) {
        this._cellsChanged.emit();
      }
    });
    const cells = {
      changed: this._cellsChanged,
      [Symbol.iterator]: () => this.models()[Symbol.iterator]()
    };
    this.model = {
      cells,
      readOnly: false,
      metadataChanged: this.metadataChanged,
      getMetadata: key => this.metadata[key]
    };
    this.content = {
      modelChanged: new Signal<object, void>({}),
      model: this.model,
      widgets: []
    };
  }

  readonly disposed = new Signal<this, void>(this);
  readonly activate = jest.fn();
  readonly isDisposed = false;
  readonly metadata: Record<string, unknown> = {};
  readonly metadataChanged = new Signal<this, void>(this);
  readonly model: {
    cells: unknown;
    readOnly: boolean;
    metadataChanged: unknown;
    getMetadata: (key: string) => unknown;
  };
  readonly content: { model: unknown; modelChanged: unknown; widgets: Cell[] };
  readonly kernelChanged = new Signal<this, void>(this);
  readonly statusChanged = new Signal<this, string>(this);
  readonly sessionContext = {
    kernelChanged: this.kernelChanged,
    statusChanged: this.statusChanged
  };

  /** The models of the cells, the same for as long as a cell lives. */
  models(): ICellModel[] {
    return this.shared.cells.map(sharedModel => {
      const shared = sharedModel as YCodeCell;
      const known =
        this._known.get(shared) ??
        ({
          id: shared.id,
          type: shared.cell_type,
          sharedModel: shared,
          getMetadata: (key: string) => shared.getMetadata(key),
          metadataChanged: new Signal<object, { key: string }>({})
        } as unknown as ICellModel);
      this._known.set(shared, known);
      return known;
    });
  }

  /** Tell that a cell was sent to the kernel, and what became of it. */
  execute(index: number, end?: { success: boolean; errorName?: string }): void {
    const cell = { model: this.models()[index], isDisposed: false };
    const args = { notebook: this.content as unknown as Notebook, cell };
    emit(NotebookActions.executionScheduled, args);
    if (end) {
      const { success, errorName } = end;
      const error = success ? null : { errorName };
      emit(NotebookActions.executed, { ...args, success, error });
    }
  }

  private readonly _cellsChanged = new Signal<this, void>(this);
  private readonly _known = new Map<YCodeCell, ICellModel>();
}

/** Forms of a notebook with code cells of these sources. */
export function formsOf(...sources: string[]): {
  forms: NotebookForms;
  panel: FakePanel;
  shared: YNotebook;
} {
  const shared = new YNotebook({ disableDocumentWideUndoRedo: true });
  shared.insertCells(
    0,
    sources.map(source => ({ cell_type: 'code' as const, source }))
  );
  const panel = new FakePanel(shared);
  const forms = new NotebookForms({
    panel: panel as unknown as NotebookPanel,
    preferences: preferences as unknown as IFormPreferences,
    watcher: new CellWatcher(panel.content as unknown as Notebook, hasMarker),
    runCell: async () => undefined
  });
  return { forms, panel, shared };
}

function emit(signal: unknown, args: unknown): void {
  (signal as Signal<unknown, unknown>).emit(args);
}
