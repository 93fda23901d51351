/**
 * What is told of a line that is no field, or an odd one: whole sentences without values in them, so
 * that a translator can take each as it stands.
 */

/** Replace the UTF-16 units `start` to `end` of a text by `text`, and it is right there. */
export interface IRepair {
  start: number;
  end: number;
  text: string;
}

/** Why a line with an annotation makes no field. */
export const REASONS = {
  arrow: 'The arrow <- is torn apart.',
  assignment: 'There is no assignment to a name before the annotation.',
  bracket: 'A bracket of the annotation is missing or of the wrong kind.',
  colon: 'A colon is missing between an option and its value.',
  comma: 'A comma is missing or one too many.',
  escaped: 'The quotes of the annotation stand behind backslashes.',
  name: 'A name of a variable has only letters, digits and underscores.',
  quote: 'A quote is not closed.',
  stray: 'There is text between @param and its options.',
  type: 'A field of this type does not exist.',
  unreadable: 'The annotation cannot be read.',
  word: 'A text of the annotation stands without quotes.',
  wrapped:
    'The assignment goes over several lines: a field has its name, its value and its annotation on one.'
} as const;

/** What is odd about a line that makes a field nevertheless. */
export const HINTS = {
  numbers:
    'An option is written as text when it is chosen; with {type:"raw"} it stays a number.',
  order: 'The list of options belongs before the braces.',
  trailer: 'The text after the annotation is no part of the form.'
} as const;
