import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import type { CellWatcher } from '../../bootstrap/watch';
import type { INotebookForms } from '../../tokens';
import { FormTracker, type IFormLoaders } from '../tracker';

const FORMS = {} as INotebookForms;

/** Let go on what waits for something that is loaded. */
function settle(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve));
}

/** A notebook whose cells have a form. */
function open(load: Partial<IFormLoaders>) {
  const changed = new Signal<object, void>({});
  const watcher = { cells: [{}], changed, dispose: jest.fn() };
  const panel = { isDisposed: false, disposed: new Signal<object, void>({}) };
  const activeCellChanged = new Signal<object, void>({});
  const notebooks = {
    currentWidget: panel,
    currentChanged: new Signal<object, void>({}),
    widgetAdded: new Signal<object, void>({}),
    activeCellChanged,
    forEach: (each: (one: unknown) => void) => each(panel)
  };
  const tracker = new FormTracker(notebooks as unknown as INotebookTracker, {
    watcher: async () => () => watcher as unknown as CellWatcher,
    maker: async () => () => FORMS,
    ...load
  });
  const forms = () => tracker.forms(panel as unknown as NotebookPanel);
  return { activeCellChanged, changed, forms, panel, tracker };
}

describe('FormTracker', () => {
  it('has the forms of a notebook', async () => {
    const { forms, tracker } = open({});
    await settle();
    expect(forms()).toBe(FORMS);
    expect(tracker.current).toBe(FORMS);
  });

  it('tries again where what watches cells could not be loaded', async () => {
    const watcher = jest.fn().mockRejectedValueOnce(new Error('no server'));
    watcher.mockImplementation(async () => () => ({
      cells: [{}],
      changed: new Signal<object, void>({})
    }));
    const { activeCellChanged, forms } = open({ watcher });
    await settle();
    expect(forms()).toBeNull();
    activeCellChanged.emit();
    await settle();
    expect(forms()).toBe(FORMS);
    activeCellChanged.emit();
    expect(watcher).toHaveBeenCalledTimes(2);
  });

  it('tries again where what makes forms could not be loaded', async () => {
    const maker = jest.fn().mockRejectedValueOnce(new Error('no server'));
    maker.mockImplementation(async () => () => FORMS);
    const { changed, forms } = open({ maker });
    await settle();
    expect(forms()).toBeNull();
    changed.emit();
    await settle();
    expect(forms()).toBe(FORMS);
    changed.emit();
    await settle();
    expect(maker).toHaveBeenCalledTimes(2);
  });

  it('leaves alone a notebook that was closed meanwhile', async () => {
    const watcher = jest.fn().mockRejectedValue(new Error('no server'));
    const { activeCellChanged, forms, panel } = open({ watcher });
    await settle();
    panel.isDisposed = true;
    activeCellChanged.emit();
    await settle();
    expect(watcher).toHaveBeenCalledTimes(1);
    expect(forms()).toBeNull();
  });
});
