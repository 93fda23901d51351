/**
 * Found in this notebook: lines of other cells that fetch or install something, offered as steps.
 * Their cells are read only, and only while the panel can be seen.
 */
import { CurrentModel } from '../bootstrap/current';
import { isBootstrapCell, isLoaderCell } from '../bootstrap/cells';
import type { IStep } from '../bootstrap/grammar';
import { parsed } from '../bootstrap/parsed';
import { isShellSource } from '../bootstrap/shell';
import { CellWatcher } from '../bootstrap/watch';
import { commentOut } from './originals';
import { found, type IFound } from './paste';

/** A command in a cell of the notebook. */
export interface IFind extends IFound {
  /** Id of the cell. */
  cell: string;
  /** Whether it is among the steps, so that what it brings would be fetched twice. */
  isUsed: boolean;
}

/** The finds of the current notebook. */
export class FoundModel extends CurrentModel {
  /** What was found: what is not among the steps, each line once; of the others all originals. */
  get finds(): readonly IFind[] {
    return this._finds;
  }

  /** Comment a command out; where its line holds something else too, show it. */
  retire(find: IFind): void {
    const source = this._watcher?.cells.find(
      ({ model }) => model.id === find.cell
    )?.source;
    const edits = source === undefined ? null : commentOut(source, find.spans);
    if (!edits || !this.bootstrap?.edit(find.cell, edits)) {
      const { start } = find.spans[0];
      const { end } = find.spans[find.spans.length - 1];
      void this.bootstrap?.show(find.cell, start, end);
    }
  }

  protected override refresh(): void {
    if (this.bootstrap && !this._watcher) {
      this._watcher = new CellWatcher(this.bootstrap.panel.content, hasFinds);
      this._watcher.changed.connect(this._collect, this);
    }
    this._read();
  }

  protected override left(): void {
    this._watcher?.dispose();
    this._watcher = null;
  }

  private _collect(): void {
    this._read();
    this.stateChanged.emit();
  }

  private _read(): void {
    const steps = new Set(
      (this.bootstrap?.cells ?? []).flatMap(cell =>
        parsed(cell.source).steps.map(keyOf)
      )
    );
    const finds = new Map<string, IFind>();
    for (const { model, source } of this._watcher?.cells ?? []) {
      for (const find of found(source)) {
        const [step] = parsed(`%%preflight\n${find.line}`).steps;
        if (step) {
          const isUsed = steps.has(keyOf(step));
          const place = isUsed ? `${model.id} ${find.spans[0].start}` : '';
          finds.set(`${place} ${find.line}`, {
            ...find,
            cell: model.id,
            isUsed
          });
        }
      }
    }
    this._finds = [...finds.values()];
  }

  private _finds: readonly IFind[] = [];
  private _watcher: CellWatcher | null = null;
}

/** What a step brings, wherever it puts it. */
function keyOf(step: IStep): string {
  return step.source?.canonical ?? [step.name, ...step.args].join(' ');
}

function hasFinds(source: string): boolean {
  return (
    !isBootstrapCell(source) &&
    !isLoaderCell(source) &&
    !isShellSource(source) &&
    found(source).length > 0
  );
}
