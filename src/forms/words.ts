/** The sentences of forms. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Fault, Remark } from './fieldview';
import { HINTS, REASONS } from './reasons';

/** Options of a list that are named in a sentence. */
const NAMED = 6;

/** One of `REASONS` or `HINTS`, in the language of the user. */
export function sentence(trans: TranslationBundle, text: string): string {
  // Spelled out, for what collects the sentences that there are to translate.
  switch (text) {
    case REASONS.arrow:
      return trans.__('The arrow <- is torn apart.');
    case REASONS.assignment:
      return trans.__(
        'There is no assignment to a name before the annotation.'
      );
    case REASONS.bracket:
      return trans.__(
        'A bracket of the annotation is missing or of the wrong kind.'
      );
    case REASONS.colon:
      return trans.__('A colon is missing between an option and its value.');
    case REASONS.comma:
      return trans.__('A comma is missing or one too many.');
    case REASONS.escaped:
      return trans.__('The quotes of the annotation stand behind backslashes.');
    case REASONS.name:
      return trans.__(
        'A name of a variable has only letters, digits and underscores.'
      );
    case REASONS.quote:
      return trans.__('A quote is not closed.');
    case REASONS.stray:
      return trans.__('There is text between @param and its options.');
    case REASONS.type:
      return trans.__('A field of this type does not exist.');
    case REASONS.unreadable:
      return trans.__('The annotation cannot be read.');
    case REASONS.word:
      return trans.__('A text of the annotation stands without quotes.');
    case REASONS.wrapped:
      return trans.__(
        'The assignment goes over several lines: a field has its name, its value and its annotation on one.'
      );
    case HINTS.numbers:
      return trans.__(
        'An option is written as text when it is chosen; with {type:"raw"} it stays a number.'
      );
    case HINTS.order:
      return trans.__('The list of options belongs before the braces.');
    case HINTS.trailer:
      return trans.__('The text after the annotation is no part of the form.');
    default:
      return text;
  }
}

/** What is remarkable about a value of the code. */
export function remarkText(
  trans: TranslationBundle,
  remark: Remark,
  text: string
): string {
  switch (remark.code) {
    case 'empty':
      return trans.__('There is no value: the cell cannot run.');
    case 'below':
      return trans.__('%1 is below %2.', text, remark.limit);
    case 'above':
      return trans.__('%1 is above %2.', text, remark.limit);
    case 'among': {
      const { options } = remark;
      const named = options.slice(0, NAMED).join(', ');
      const all = options.length > NAMED ? `${named} …` : named;
      return options.length === 0
        ? trans.__('There is nothing to choose from.')
        : trans.__('%1 is not among %2.', text, all);
    }
  }
}

/** What is wrong with what was typed, and what holds meanwhile. */
export function faultText(
  trans: TranslationBundle,
  fault: Fault,
  code: string
): string {
  const still =
    code === ''
      ? trans.__('The code still has no value.')
      : trans.__('The code still says %1.', code);
  return `${reason(trans, fault)} ${still}`;
}

function reason(trans: TranslationBundle, fault: Fault): string {
  switch (fault) {
    case 'empty':
      return trans.__('A value is needed.');
    case 'number':
      return trans.__('Not a number.');
    case 'integer':
      return trans.__('Not a whole number.');
    case 'long':
      return trans.__('The number has too many digits to be changed here.');
    case 'date':
      return trans.__('Not a date.');
    case 'bracket':
      return trans.__('A bracket has no partner.');
    case 'code':
      return trans.__('Not one value on one line.');
    case 'value':
      return trans.__('This cannot be written here.');
  }
}
