/**
 * Runs cells while the user is elsewhere. JupyterLab's own action leaves the editor, goes to the
 * active cell and takes the focus there, as is right for a key that the user has pressed; a cell that
 * runs by itself would turn the next letters into shortcuts.
 */
import type { Notebook } from '@jupyterlab/notebook';

/** As much of a notebook as is kept. */
export type IHeldNotebook = Pick<Notebook, 'mode' | 'scrollToItem'>;

/**
 * Call an action of JupyterLab's such that the notebook keeps its mode, focus and scroll position.
 *
 * @param notebook - the notebook
 * @param action - the action, which does what is not wanted before it first waits, or after a scroll
 */
export function inPlace<T>(notebook: IHeldNotebook, action: () => T): T {
  const { mode } = notebook;
  // Set back afterwards, a mode would take the focus twice and end a composition of letters.
  Object.defineProperties(notebook, {
    mode: { configurable: true, get: () => mode, set: () => undefined },
    scrollToItem: { configurable: true, value: never }
  });
  try {
    return action();
  } finally {
    Reflect.deleteProperty(notebook, 'mode');
    Reflect.deleteProperty(notebook, 'scrollToItem');
  }
}

/** What waits for it, to take the focus then, is let go of with it. */
function never(): Promise<void> {
  return new Promise(() => undefined);
}
