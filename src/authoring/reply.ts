/** What is offered at a place, as JupyterLab's completer has it: its places are code points. */
import type { CompletionHandler } from '@jupyterlab/completer';
import { Text } from '@jupyterlab/coreutils';

import { type ILanguageModel, languageOf } from '../forms/language';
import { completionsAt } from './completions';

/** A line up to the cursor that may end in an annotation. */
const MAYBE = /#\s*@(?:[a-z]*|param[ \t[{].*)$/;

/** Nobody writes annotations into longer cells. */
const LIMIT = 200_000;

/**
 * Answer a request of the completer.
 *
 * @param request - for a place in a code cell
 * @param model - the notebook of the cell
 */
export function replyTo(
  { text, offset }: CompletionHandler.IRequest,
  model: ILanguageModel | null
): CompletionHandler.ICompletionItemsReply {
  const at = Text.charIndexToJsIndex(offset, text);
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  if (text.length > LIMIT || !MAYBE.test(line)) {
    return { start: offset, end: offset, items: [] };
  }
  const language = languageOf(model) ?? undefined;
  const { start, end, items } = completionsAt(text, at, language);
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
