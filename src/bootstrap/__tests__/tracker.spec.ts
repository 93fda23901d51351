import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import type { IBootstrap } from '../../tokens';
import { BootstrapTracker, type Maker } from '../tracker';

/** Notebooks, of which one is current. */
class FakeNotebooks {
  readonly currentChanged = new Signal<this, NotebookPanel | null>(this);
  currentWidget: NotebookPanel | null = null;

  turn(panel: object | null): void {
    this.currentWidget = panel as NotebookPanel | null;
    this.currentChanged.emit(this.currentWidget);
  }
}

function notebookPanel(): NotebookPanel {
  return { isDisposed: false } as NotebookPanel;
}

function setUp() {
  const notebooks = new FakeNotebooks();
  const maker = jest.fn<IBootstrap, [NotebookPanel]>(
    panel => ({ panel }) as IBootstrap
  );
  let loaded: (maker: Maker) => void = () => undefined;
  const loadMaker = jest.fn(
    () => new Promise<Maker>(resolve => (loaded = resolve))
  );
  const tracker = new BootstrapTracker(
    notebooks as unknown as INotebookTracker,
    loadMaker,
    null
  );
  const heard: (NotebookPanel | null)[] = [];
  tracker.currentChanged.connect((_, current) =>
    heard.push(current && current.panel)
  );
  const arrive = async () => {
    loaded(maker);
    await tracker.load();
  };
  return { notebooks, maker, loadMaker, tracker, heard, arrive };
}

describe('BootstrapTracker', () => {
  it('loads nothing where no notebook is opened', () => {
    const { notebooks, loadMaker, tracker, heard } = setUp();
    expect(tracker.current).toBeNull();
    notebooks.turn(null);
    expect(heard).toEqual([null]);
    expect(loadMaker).not.toHaveBeenCalled();
  });

  it('tries again with the next notebook where loading failed', async () => {
    const { notebooks, maker, loadMaker, tracker } = setUp();
    loadMaker.mockRejectedValueOnce(new Error('no network'));
    notebooks.turn(notebookPanel());
    await expect(tracker.load()).rejects.toThrow('no network');
    loadMaker.mockResolvedValueOnce(maker);
    notebooks.turn(notebookPanel());
    await tracker.load();
    expect(tracker.current).not.toBeNull();
  });

  it('says so when the first notebook has its model', async () => {
    const { notebooks, loadMaker, tracker, heard, arrive } = setUp();
    const [first, second] = [notebookPanel(), notebookPanel()];
    notebooks.turn(first);
    notebooks.turn(second);
    expect(loadMaker).toHaveBeenCalledTimes(1);
    expect([tracker.current, tracker.of(first), heard]).toEqual([
      null,
      null,
      []
    ]);
    await arrive();
    expect(tracker.current?.panel).toBe(second);
    expect(heard).toEqual([second]);
    notebooks.turn(first);
    expect(heard).toEqual([second, first]);
    expect(loadMaker).toHaveBeenCalledTimes(1);
  });

  it('has one model a notebook, and none of one that is closed', async () => {
    const { notebooks, maker, tracker, arrive } = setUp();
    const [panel, closed] = [notebookPanel(), { isDisposed: true }];
    notebooks.turn(panel);
    await arrive();
    expect(tracker.of(panel)).toBe(tracker.current);
    notebooks.turn(closed);
    expect(tracker.current).toBeNull();
    expect(maker).toHaveBeenCalledTimes(1);
  });
});
