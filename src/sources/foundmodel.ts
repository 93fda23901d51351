/**
 * Found in this notebook: lines of other cells that fetch or install something, offered as steps.
 * Their cells are read only, and only while the panel can be seen.
 */
import type { Notebook } from '@jupyterlab/notebook';

import { CurrentModel } from '../bootstrap/current';
import { isBootstrapCell, isLoaderCell } from '../bootstrap/cells';
import type { IStep } from '../bootstrap/grammar';
import { parsed } from '../bootstrap/parsed';
import { CellWatcher } from '../bootstrap/watch';
import { found, type IFound } from './paste';

/** The finds of the current notebook. */
export class FoundModel extends CurrentModel {
  /** What was found and is not among the steps yet, each line once. */
  get finds(): readonly IFound[] {
    return this._finds;
  }

  /** Stop reading. */
  override dispose(): void {
    this._watcher?.dispose();
    super.dispose();
  }

  protected override refresh(): void {
    const notebook = this.bootstrap?.panel.content ?? null;
    if (notebook !== this._notebook) {
      this._watcher?.dispose();
      this._notebook = notebook;
      this._watcher = notebook ? new CellWatcher(notebook, hasFinds) : null;
      this._watcher?.changed.connect(this._collect, this);
    }
    this._read();
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
    const finds = new Map<string, IFound>();
    for (const cell of this._watcher?.cells ?? []) {
      for (const find of found(cell.source)) {
        const [step] = parsed(`%%preflight\n${find.line}`).steps;
        if (step && !steps.has(keyOf(step))) {
          finds.set(find.line, find);
        }
      }
    }
    this._finds = [...finds.values()];
  }

  private _finds: readonly IFound[] = [];
  private _notebook: Notebook | null = null;
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
    found(source).length > 0
  );
}
