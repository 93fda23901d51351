/**
 * Completes annotations in code cells. It is asked at every request of every editor, so texts
 * without one cost a look, and what reads the others is loaded with the first of them.
 */
import type { Cell } from '@jupyterlab/cells';
import type {
  CompletionHandler,
  ICompletionContext,
  ICompletionProvider
} from '@jupyterlab/completer';
import type { INotebookTracker } from '@jupyterlab/notebook';

const MAYBE = /#\s*@/;

/** Offers the words of annotations. */
export class AnnotationProvider implements ICompletionProvider {
  /** @param notebooks - whose code cells have annotations */
  constructor(notebooks: INotebookTracker) {
    this._notebooks = notebooks;
  }

  readonly identifier = 'jupyterlab-preflight:annotations';

  /** Before the kernel, which takes no comment for one; behind those that bring a look. */
  readonly rank = 600;

  readonly renderer = null;

  async isApplicable({ widget, editor }: ICompletionContext): Promise<boolean> {
    const { currentWidget } = this._notebooks;
    const cell: Cell | null | undefined = currentWidget?.content.activeCell;
    return (
      widget === currentWidget &&
      cell?.editor === editor &&
      cell?.model.type === 'code'
    );
  }

  async fetch(
    request: CompletionHandler.IRequest
  ): Promise<CompletionHandler.ICompletionItemsReply> {
    const { text, offset } = request;
    if (!MAYBE.test(text)) {
      return { start: offset, end: offset, items: [] };
    }
    const { replyTo } = await import('./reply');
    return replyTo(request, this._notebooks.currentWidget?.model ?? null);
  }

  private readonly _notebooks: INotebookTracker;
}
