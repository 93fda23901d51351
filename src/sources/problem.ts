/** Why a link cannot be used: thrown by everything that reads one. */
import { sentenceOf } from '../bootstrap/messages';

/** A link that cannot be used. */
export class LinkProblem extends Error {
  /**
   * @param code - name of the sentence in `messages.json`
   * @param values - what the sentence's `%1` and `%2` stand for
   * @param hint - the corrected link, where there is one
   */
  constructor(
    readonly code: string,
    readonly values: readonly string[] = [],
    readonly hint = ''
  ) {
    super(code);
    this.name = 'LinkProblem';
    this.message = sentenceOf(code, values);
  }
}
