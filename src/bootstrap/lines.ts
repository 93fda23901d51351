/** Words, the lines they stand in, and how a word is written. */
import { isBlank, isHidden } from '../sources/characters';

/** A word after quoting is undone, and where it stands. */
export interface IWord {
  value: string;
  /** Physical line, from 1. */
  line: number;
  /** In code points, from 1. */
  column: number;
  /** Its span in the text, in UTF-16 units. */
  start: number;
  end: number;
}

/** One step: a physical line and those that continue it. */
export interface ILine {
  words: IWord[];
  /** Where its first word begins. */
  start: number;
  /** Where its last physical line ends, without the line break. */
  end: number;
  mistakes: IMistake[];
}

/** A place in the text that the lexer cannot read. */
export interface IMistake {
  code: string;
  values: string[];
  /** The place of the letter that is wrong. */
  at: number;
  line: number;
  column: number;
  /** The span that `fix` would replace. */
  start: number;
  end: number;
  fix: string | null;
}

/** Quotes that a word processor made. At the start of a word they were meant as real ones. */
export const TYPOGRAPHIC = '\u201c\u201d\u201e\u2018\u2019';

const SAFE =
  /^(?![#\u201c\u201d\u201e\u2018\u2019])[!#%&()*+,\-./0-9:=?@A-Z[\]^_a-z{}~\u0080-\u{10ffff}]+$/u;

/** A word as it is written in a cell: in single quotes only where it has to be. */
export function quote(word: string): string {
  return isPlain(word) && !word.includes('&&') && word !== '&'
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether a word has only letters that need no quotes. */
export function isPlain(word: string): boolean {
  if (!SAFE.test(word)) {
    return false;
  }
  for (const char of word) {
    if (char > '\x7f' && (isHidden(char) || isBlank(char))) {
      return false;
    }
  }
  return true;
}

/** Whether some program reads a text as several lines. */
export function breaks(text: string): boolean {
  return [
    '\x0b',
    '\x0c',
    '\x1c',
    '\x1d',
    '\x1e',
    '\x85',
    '\u2028',
    '\u2029'
  ].some(char => text.includes(char));
}

/** Whether a letter makes a comment look like something else, or a terminal act. */
export function deceives(char: string): boolean {
  const n = char.codePointAt(0) ?? 0;
  return (
    (n < 0x20 && char !== '\t') ||
    (n >= 0x7f && n <= 0x9f) ||
    (n >= 0x202a && n <= 0x202e) ||
    (n >= 0x2066 && n <= 0x2069) ||
    (n >= 0xd800 && n <= 0xdfff)
  );
}

/** The text of a `#@title` comment, without its object of options; else an empty text. */
export function titleOf(comment: string): string {
  const found = /^#[ \t]*@title(?:[ \t]+|$)/.exec(comment);
  if (!found) {
    return '';
  }
  const text = withoutBlanks(comment.slice(found[0].length));
  const brace = text.lastIndexOf('{');
  const isObject =
    text.endsWith('}') &&
    brace >= 0 &&
    (brace === 0 || ' \t'.includes(text[brace - 1]));
  return isObject ? withoutBlanks(text.slice(0, brace)) : text;
}

/** A text without the blanks around it, in linear time. */
export function withoutBlanks(text: string, blanks = ' \t'): string {
  let start = 0;
  let end = text.length;
  while (start < end && blanks.includes(text[start])) {
    start++;
  }
  while (end > start && blanks.includes(text[end - 1])) {
    end--;
  }
  return text.slice(start, end);
}
