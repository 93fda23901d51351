/** A notebook's bootstrap cells, a tracker and a panel that do what a test wants of them. */
import { Signal } from '@lumino/signaling';

import { applyEdits, type ITextEdit } from '../../bootstrap/edit';
import { wire } from '../../channel/__tests__/fakes';
import { type ISnapshot, readSnapshot } from '../../channel/messages';
import type {
  IBootstrap,
  IBootstrapCell,
  IBootstrapTracker,
  IPreflightPanel,
  ICommandResult
} from '../../tokens';

/** A code cell's source, which is shared. */
class FakeShared {
  readonly changed = new Signal<this, { sourceChange?: unknown }>(this);

  constructor(public source: string) {}

  getSource(): string {
    return this.source;
  }
}

/** A code cell, as far as it is watched. */
export class FakeCell {
  readonly type = 'code';
  readonly sharedModel: FakeShared;

  constructor(
    readonly id: string,
    source: string
  ) {
    this.sharedModel = new FakeShared(source);
  }

  /** Type into the cell. */
  write(source: string): void {
    this.sharedModel.source = source;
    this.sharedModel.changed.emit({ sourceChange: [] });
  }
}

/** A notebook with code cells. */
export class FakeNotebook {
  readonly modelChanged = new Signal<this, void>(this);
  readonly model: { cells: FakeCell[] & { changed: Signal<object, void> } };

  constructor(sources: readonly string[]) {
    const cells = sources.map(
      (source, index) => new FakeCell(`c${index}`, source)
    );
    const changed = new Signal<object, void>(cells);
    this.model = { cells: Object.assign(cells, { changed }) };
  }
}

/** The bootstrap cells of one notebook. */
export class FakeBootstrap {
  readonly changed = new Signal<this, void>(this);
  readonly panel: { content: FakeNotebook };
  readonly plain: string[] = [];
  cells: IBootstrapCell[];
  isReadOnly = false;
  looks = 0;
  prepares = 0;
  snapshot: ISnapshot | null = null;

  constructor(cells: readonly string[], others: readonly string[] = []) {
    this.cells = cells.map((source, index) => ({
      id: `c${index}`,
      source,
      isKnown: true
    }));
    this.panel = { content: new FakeNotebook([...cells, ...others]) };
  }

  get target(): IBootstrapCell | null {
    return this.cells[0] ?? null;
  }

  edit(id: string, edits: readonly ITextEdit[]): boolean {
    this.cells = this.cells.map(cell =>
      cell.id === id
        ? { ...cell, source: applyEdits(cell.source, edits) }
        : cell
    );
    this.changed.emit();
    return true;
  }

  insert(lines: readonly string[], ...code: readonly string[]): void {
    const source = ['%%preflight', ...lines].join('\n');
    this.cells = [{ id: 'new', source, isKnown: true }];
    this.plain.push(...code);
    this.changed.emit();
  }

  insertPlain(...code: readonly string[]): void {
    this.plain.push(...code);
  }

  prepare(): Promise<void> {
    this.prepares++;
    return Promise.resolve();
  }

  /** What the kernel is asked; it has no answer. */
  runCommand(command: string): Promise<ICommandResult> {
    return Promise.resolve({ ok: false, text: command });
  }

  /** The kernel says something about these rows, or nothing any more. */
  report(rows: object[] | null): void {
    this.snapshot = rows && readSnapshot(wire({ rows }));
    this.changed.emit();
  }

  look(): void {
    this.looks++;
  }

  rest(): void {
    this.looks--;
  }
}

/** The panel and the tracker, with one notebook. */
export function surroundings(bootstrap: FakeBootstrap | null): {
  panel: IPreflightPanel;
  tracker: IBootstrapTracker;
  turn: (to: FakeBootstrap | null) => void;
  show: (isVisible: boolean) => void;
  shellOnly: () => void;
} {
  const panel = { isVisible: true } as { isVisible: boolean };
  const tracker = { current: bootstrap, isPlain: false };
  const visibilityChanged = new Signal<object, boolean>(panel);
  const currentChanged = new Signal<object, unknown>(tracker);
  return {
    panel: Object.assign(panel, {
      visibilityChanged
    }) as unknown as IPreflightPanel,
    tracker: Object.assign(tracker, {
      currentChanged
    }) as unknown as IBootstrapTracker,
    turn: to => {
      tracker.current = to;
      currentChanged.emit(to as unknown as IBootstrap);
    },
    show: isVisible => {
      panel.isVisible = isVisible;
      visibilityChanged.emit(isVisible);
    },
    shellOnly: () => {
      tracker.isPlain = true;
    }
  };
}
