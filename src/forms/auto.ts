/**
 * Runs a cell again when a value has changed, wherever on the page it was changed. While it runs no
 * second run is queued: when it has ended it runs once more, with what the values are by then, so
 * the last one is never lost. Between two runs the kernel may have been restarted, or the user may
 * want no more of it: what allows the first run is asked again before each.
 */
import type { ICellForm } from '../tokens';

/** What allows cells to run by themselves. */
export interface IAutoOwner {
  /** Whether cells may run by themselves where their title says so. */
  readonly runsOnChange: boolean;
  /** The ids of cells that the user wants not to; a cell keeps its id where it is moved. */
  readonly switchedOff: Set<string>;
}

/** Runs a cell again and again, one run at a time. */
export class AutoRun {
  /**
   * @param cell - the cell
   * @param owner - its notebook
   */
  constructor(cell: ICellForm, owner: IAutoOwner) {
    this._cell = cell;
    this._owner = owner;
  }

  /** Whether changes run the cell; the user's switch. */
  get isOn(): boolean {
    return !this._owner.switchedOff.has(this._cell.id);
  }
  set isOn(isOn: boolean) {
    const { switchedOff } = this._owner;
    if (isOn) {
      switchedOff.delete(this._cell.id);
    } else {
      switchedOff.add(this._cell.id);
    }
  }

  /** A value was changed by the user. Does nothing before the cell was run by the user. */
  touch(): void {
    this._isWanted = true;
    if (!this._isRunning) {
      void this._run();
    }
  }

  private async _run(): Promise<void> {
    this._isRunning = true;
    try {
      while (this._isWanted && this._isAllowed()) {
        this._isWanted = false;
        await this._cell.run();
      }
    } finally {
      this._isWanted = false;
      this._isRunning = false;
    }
  }

  private _isAllowed(): boolean {
    const { form, isDisposed, ran } = this._cell;
    return (
      !isDisposed &&
      this.isOn &&
      this._owner.runsOnChange &&
      ran.size > 0 &&
      Boolean(form.title?.runAuto)
    );
  }

  private readonly _cell: ICellForm;
  private readonly _owner: IAutoOwner;
  private _isRunning = false;
  private _isWanted = false;
}
