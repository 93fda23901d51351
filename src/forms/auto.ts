/**
 * Runs a cell again when a value has changed, wherever on the page it was changed. While it runs no
 * second run is queued: when it has ended it runs once more, with what the values are by then, so
 * the last one is never lost.
 */
import type { ICellForm } from '../tokens';

/** Runs a cell again and again, one run at a time. */
export class AutoRun {
  /** @param cell - the cell */
  constructor(cell: ICellForm) {
    this._cell = cell;
  }

  /** Whether changes run the cell; the user's switch. */
  isOn = true;

  /** A value was changed by the user. Does nothing before the cell was run by the user. */
  touch(): void {
    if (
      !this.isOn ||
      !this._cell.form.title?.runAuto ||
      this._cell.ran.size === 0
    ) {
      return;
    }
    this._isWanted = true;
    if (!this._isRunning) {
      void this._run();
    }
  }

  private async _run(): Promise<void> {
    this._isRunning = true;
    try {
      while (this._isWanted && !this._cell.isDisposed) {
        this._isWanted = false;
        await this._cell.run();
      }
    } finally {
      this._isRunning = false;
    }
  }

  private readonly _cell: ICellForm;
  private _isRunning = false;
  private _isWanted = false;
}
