/**
 * Changes to a notebook as the user made them: the smallest edit, one undo step, by the shared
 * model, so that the active cell, the mode, the focus and other people's cursors stay as they are.
 */
import type { ICellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';

/** Replace the characters `start` to `end` (UTF-16) of a cell's source by `text`. */
export interface ITextEdit {
  start: number;
  end: number;
  text: string;
}

/**
 * Change the source of one cell.
 *
 * @param cell - the cell
 * @param edits - edits of its source as it is now, none overlapping another
 * @returns whether it could be changed
 */
export function editCell(
  cell: ICellModel,
  edits: readonly ITextEdit[]
): boolean {
  const shared = cell.sharedModel;
  if (edits.length === 0 || cell.getMetadata('editable') === false) {
    return false;
  }
  const backwards = [...edits].sort((a, b) => b.start - a.start);
  asOneStep([shared], () => {
    shared.transact(() => {
      for (const { start, end, text } of backwards) {
        shared.updateSource(start, end, text);
      }
    });
  });
  return true;
}

/**
 * Insert code cells.
 *
 * @param model - the notebook
 * @param index - where the first one goes
 * @param sources - what they hold, in order
 */
export function insertCells(
  model: INotebookModel,
  index: number,
  sources: readonly string[]
): void {
  const shared = model.sharedModel;
  asOneStep([shared], () => {
    shared.transact(() => {
      shared.insertCells(
        index,
        sources.map(source => ({
          cell_type: 'code' as const,
          source,
          // As JupyterLab marks the cells that a user makes: there is no output to distrust.
          metadata: { trusted: true },
          outputs: [],
          execution_count: null
        }))
      );
    });
  });
}

/** Keep what `change` does apart from what was typed just before and is typed just after. */
function asOneStep(models: readonly object[], change: () => void): void {
  const cut = () => {
    for (const model of models) {
      (model as IUndoable).undoManager?.stopCapturing();
    }
  };
  cut();
  change();
  cut();
}

/** What the shared models have beside their interface. */
interface IUndoable {
  undoManager?: { stopCapturing(): void } | null;
}
