import { YCodeCell, YNotebook } from '@jupyter/ydoc';
import type { ICellModel } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import * as Y from 'yjs';

import { isBootstrapCell } from '../cells';
import { CellWatcher, type ISourceChange } from '../watch';

/** As much of a notebook's widget as a watcher looks at. */
class FakeNotebook {
  constructor(shared: YNotebook) {
    this._shared = shared;
    shared.changed.connect((_, change) => {
      if (change.cellsChange) {
        this.cellsChanged.emit();
      }
    });
    const cells = {
      changed: this.cellsChanged,
      [Symbol.iterator]: () => this._models()[Symbol.iterator]()
    };
    this.model = { cells } as unknown as Notebook['model'];
  }

  readonly cellsChanged = new Signal<this, void>(this);
  readonly modelChanged = new Signal<this, void>(this);
  readonly model: Notebook['model'];

  private _models(): ICellModel[] {
    return this._shared.cells.map(sharedModel => {
      const known = this._known.get(sharedModel as YCodeCell);
      const model =
        known ??
        ({
          id: sharedModel.id,
          type: sharedModel.cell_type,
          sharedModel
        } as unknown as ICellModel);
      this._known.set(sharedModel as YCodeCell, model);
      return model;
    });
  }

  private readonly _known = new Map<YCodeCell, ICellModel>();
  private readonly _shared: YNotebook;
}

function watched(...sources: string[]): {
  changes: ISourceChange[];
  shared: YNotebook;
  watcher: CellWatcher;
} {
  const shared = new YNotebook({ disableDocumentWideUndoRedo: true });
  shared.insertCells(
    0,
    sources.map(source => ({ cell_type: 'code' as const, source }))
  );
  const notebook = new FakeNotebook(shared);
  const watcher = new CellWatcher(
    notebook as unknown as Notebook,
    isBootstrapCell
  );
  const changes: ISourceChange[] = [];
  watcher.sourceChanged.connect((_, change) => {
    changes.push(change);
  });
  return { changes, shared, watcher };
}

/** The same notebook on somebody else's page; what is done there arrives at once. */
function colleague(shared: YNotebook): YNotebook {
  const other = new YNotebook({ disableDocumentWideUndoRedo: true });
  Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(shared.ydoc));
  other.ydoc.on('update', (update: Uint8Array) => {
    Y.applyUpdate(shared.ydoc, update);
  });
  return other;
}

const OURS = '%%preflight\nlink a b';

// The shared models fill new cells before they join a document, which Yjs remarks on.
beforeAll(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

describe('CellWatcher', () => {
  it('knows the cells of ours, in order', () => {
    const { shared, watcher } = watched('1 + 1', OURS);
    expect(watcher.cells.map(cell => cell.source)).toEqual([OURS]);
    shared.insertCells(0, [{ cell_type: 'code', source: '%%preflight' }]);
    expect(watcher.cells.map(cell => cell.source)).toEqual([
      '%%preflight',
      OURS
    ]);
    shared.deleteCell(2);
    expect(watcher.cells.map(cell => cell.source)).toEqual(['%%preflight']);
  });

  it('tells what was typed here from what comes from elsewhere', () => {
    const { changes, shared } = watched(OURS);
    shared.cells[0].updateSource(OURS.length, OURS.length, 'c');
    const other = colleague(shared);
    other.cells[0].updateSource(0, OURS.length + 1, `${OURS}d`);
    shared.cells[0].updateSource(OURS.length + 1, OURS.length + 1, 'e');
    expect(changes.map(({ after, isLocal }) => [after, isLocal])).toEqual([
      [`${OURS}c`, true],
      [`${OURS}d`, false],
      [`${OURS}de`, true]
    ]);
    expect(changes.map(change => change.before)).toEqual([
      OURS,
      `${OURS}c`,
      `${OURS}d`
    ]);
  });

  it('hears nothing more of a cell that is gone, and nothing when disposed', () => {
    const { changes, shared, watcher } = watched(OURS, '1 + 1');
    const [gone] = shared.cells;
    shared.deleteCell(0);
    gone.setSource('%%preflight');
    watcher.dispose();
    shared.cells[0].setSource(OURS);
    expect(changes).toEqual([]);
    expect(watcher.isDisposed).toBe(true);
  });
});
