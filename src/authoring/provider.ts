/**
 * Completes annotations in code cells. It is asked at every request of every editor, so all other
 * places cost one look at their line.
 */
import type { Cell } from '@jupyterlab/cells';
import type {
  CompletionHandler,
  ICompletionContext,
  ICompletionProvider
} from '@jupyterlab/completer';
import { Text } from '@jupyterlab/coreutils';
import type { INotebookTracker } from '@jupyterlab/notebook';

/** A line up to the cursor that may end in an annotation. */
const MAYBE = /#\s*@(?:[a-z]*|param[ \t[{].*)$/;

/** Longer cells have no annotation that somebody is writing. */
const LIMIT = 200_000;

/** Offers the words of annotations. */
export class AnnotationProvider implements ICompletionProvider {
  /** @param notebooks - whose code cells have annotations */
  constructor(notebooks: INotebookTracker) {
    this._notebooks = notebooks;
  }

  readonly identifier = 'jupyterlab-preflight:annotations';

  /** Before the kernel's own, which takes no comment for one; behind those that bring a look. */
  readonly rank = 600;

  readonly renderer = null;

  async isApplicable({ widget, editor }: ICompletionContext): Promise<boolean> {
    const { currentWidget } = this._notebooks;
    const cell: Cell | null | undefined = currentWidget?.content.activeCell;
    return (
      widget === currentWidget &&
      cell?.model.type === 'code' &&
      cell.editor === editor
    );
  }

  async fetch({
    text,
    offset
  }: CompletionHandler.IRequest): Promise<CompletionHandler.ICompletionItemsReply> {
    const nothing = { start: offset, end: offset, items: [] };
    const at = Text.charIndexToJsIndex(offset, text);
    const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
    if (text.length > LIMIT || !MAYBE.test(line)) {
      return nothing;
    }
    const { completionsAt } = await import('./completions');
    const { start, end, items } = completionsAt(text, at);
    return {
      start: Text.jsIndexToCharIndex(start, text),
      end: Text.jsIndexToCharIndex(end, text),
      items: items.map(item => ({
        label: item.label,
        insertText: item.text,
        type: 'annotation'
      }))
    };
  }

  private readonly _notebooks: INotebookTracker;
}
