/**
 * Completes annotations in code cells. The completer wants its providers at the start, and asks them
 * at every request of every editor, so this is small: texts without an annotation cost a look, and
 * what reads the others is loaded with the first of them.
 */
import type { ICompletionProvider } from '@jupyterlab/completer';
import type { INotebookTracker } from '@jupyterlab/notebook';

const MAYBE = /#\s*@/;

/**
 * What offers the words of annotations.
 *
 * @param notebooks - whose code cells have annotations
 */
export function annotationProvider(
  notebooks: INotebookTracker
): ICompletionProvider {
  return {
    identifier: 'jupyterlab-preflight:annotations',
    // Before the kernel, which takes no comment for one; behind those that bring a look.
    rank: 600,
    renderer: null,
    isApplicable: async ({ widget, editor }) =>
      widget === notebooks.currentWidget &&
      notebooks.activeCell?.editor === editor,
    fetch: async request => {
      const cell = MAYBE.test(request.text) ? notebooks.activeCell : null;
      if (cell?.model.type !== 'code') {
        return { start: request.offset, end: request.offset, items: [] };
      }
      const { replyTo } = await import('./reply');
      return replyTo(request, notebooks.currentWidget?.model ?? null);
    }
  };
}
