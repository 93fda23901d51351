/**
 * Splits a cell into steps and words, by POSIX quoting and without any expansion: whatever a shell
 * would expand, pipe or run is a mistake here that is told with its quoted form. The kernel has the
 * same lexer; both are held to `tests/vectors`.
 */
import { codePoint, isBlank, isHidden } from '../sources/characters';
import {
  breaks,
  deceives,
  type ILine,
  type IMistake,
  isPlain,
  type IWord,
  quote,
  titleOf,
  TYPOGRAPHIC,
  withoutBlanks
} from './lines';

/** More mistakes of one line are not told: whoever has made so many has pasted something else. */
export const MAX_MISTAKES = 100;

const ORDINARY = /[!#%()*+,\-./0-9:=?@A-Z[\]^_a-z{}~]+/y;
const IN_DOUBLE = /[ !#%-[\]^_a-~]+/y;
const IN_SINGLE = /[ -&(-~]+/y;
const MAGIC = /[ \t]*%%preflight(?![^ \t\r\n])[^\r\n]*/y;
const ESCAPABLE = ' \t\'"\\$`|&;<>()*?[]^!#~={}%,-';
const ESCAPABLE_IN_DOUBLE = '$`"\\';

/** What the lexer makes of a text. */
export interface ILexed {
  lines: ILine[];
  /** What is wrong in comments. */
  inComments: IMistake[];
  /** The text of `#@title`. */
  title: string;
}

/** All steps of a text. Takes time linear in its length and throws nothing. */
export function lex(text: string): ILexed {
  return new Lexer(text).read();
}

class Lexer {
  constructor(text: string) {
    this._text = text;
    this._pos = text.startsWith('\ufeff') ? 1 : 0;
    this._lineStart = this._pos;
  }

  read(): ILexed {
    const lines: ILine[] = [];
    while (this._pos < this._text.length) {
      const line = this._readLine();
      if (line) {
        lines.push(line);
      }
    }
    return { lines, inComments: this._inComments, title: this._title };
  }

  private _readLine(): ILine | null {
    const words: IWord[] = [];
    const mistakes: IMistake[] = [];
    this._isRequire = false;
    if (this._isBeforeMagic && this._run(MAGIC)) {
      this._isBeforeMagic = false;
    }
    for (;;) {
      this._skipBlanks(mistakes);
      const char = this._char();
      if (char === '' || char === '\r' || char === '\n') {
        break;
      }
      if (char === '#') {
        this._comment(words.length === 0);
        break;
      }
      const word = this._word(mistakes);
      this._isRequire ||= words.length === 0 && word.value === 'require';
      words.push(word);
    }
    const end = this._pos;
    this._newline();
    if (words.length === 0 && mistakes.length === 0) {
      return null;
    }
    this._isBeforeMagic = false;
    const start = words.length > 0 ? words[0].start : mistakes[0].at;
    return { words, start, end, mistakes };
  }

  /** The unit at the reader's place, or after it; empty at the end. */
  private _char(ahead = 0): string {
    return this._text.charAt(this._pos + ahead);
  }

  /** Take what a sticky pattern finds at the reader's place; empty where it finds nothing. */
  private _run(pattern: RegExp): string {
    pattern.lastIndex = this._pos;
    const found = pattern.exec(this._text)?.[0] ?? '';
    this._pos += found.length;
    return found;
  }

  /** Take one letter, which may have two units. */
  private _take(): string {
    const char = String.fromCodePoint(this._text.codePointAt(this._pos) ?? 0);
    this._pos += char.length;
    this._pairs += char.length - 1;
    return char;
  }

  private _newline(): void {
    if (this._char() === '\r' && this._char(1) === '\n') {
      this._pos++;
    }
    this._pos++;
    this._line++;
    this._lineStart = this._pos;
    this._pairs = 0;
  }

  private _skipBlanks(mistakes: IMistake[]): void {
    for (;;) {
      const char = this._char();
      if (char === ' ' || char === '\t') {
        this._pos++;
      } else if (char === '\\' && isBreak(this._char(1))) {
        this._pos++;
        this._newline();
      } else if (char !== '\\' || !this._trailing(mistakes)) {
        return;
      }
    }
  }

  /** A `\` with only blanks after it, or with nothing: meant to continue, and does not. */
  private _trailing(mistakes: IMistake[]): boolean {
    let end = this._pos + 1;
    while (isSpace(this._text.charAt(end))) {
      end++;
    }
    const isLast = end >= this._text.length;
    if (!isLast && !isBreak(this._text.charAt(end))) {
      return false;
    }
    mistakes.push({
      ...this._mistake(isLast ? 'continue-nothing' : 'continue-blank'),
      start: this._pos,
      end,
      fix: isLast ? '' : '\\'
    });
    this._pos = end;
    if (!isLast) {
      this._newline();
    }
    return true;
  }

  private _comment(isFirst: boolean): void {
    const start = this._pos;
    let isTold = false;
    while (this._char() !== '' && !isBreak(this._char())) {
      const char = this._take();
      if (!isTold && deceives(char)) {
        isTold = true;
        const end = this._pos;
        this._pos -= char.length;
        const mistake = this._mistake('hidden', codePoint(char));
        this._inComments.push({ ...mistake, start: this._pos, end });
        this._pos = end;
      }
    }
    if (isFirst && this._title === '') {
      this._title = titleOf(this._text.slice(start, this._pos));
    }
  }

  private _word(mistakes: IMistake[]): IWord {
    const { line, column, at: start } = this._mistake('');
    const value: string[] = [];
    const wrong: IMistake[] = [];
    for (;;) {
      const run = this._run(ORDINARY);
      if (run) {
        value.push(run);
      }
      const char = this._char();
      if (char === '' || isSpace(char) || isBreak(char)) {
        break;
      }
      if (char === "'") {
        this._single(value, wrong);
      } else if (char === '"') {
        this._double(value, wrong);
      } else if (char === '\\') {
        if (!this._escape(value, wrong)) {
          break;
        }
      } else {
        this._other(value, wrong);
      }
    }
    const end = this._pos;
    const word = { value: value.join(''), line, column, start, end };
    if (word.value === '&' && this._text.slice(start, end) === '&') {
      wrong.push({ ...this._mistake('operator', '&'), at: start, column });
    }
    if (wrong.length > 0 && mistakes.length <= MAX_MISTAKES) {
      mistakes.push(offer(wrong[0], word));
    }
    return word;
  }

  private _single(value: string[], wrong: IMistake[]): void {
    const opened = this._mistake('unclosed', this._char());
    this._pos++;
    for (;;) {
      const run = this._run(IN_SINGLE);
      if (run) {
        value.push(run);
      }
      if (this._char() === "'") {
        this._pos++;
        return;
      }
      if (!this._quoted(opened, value, wrong)) {
        return;
      }
    }
  }

  private _double(value: string[], wrong: IMistake[]): void {
    const opened = this._mistake('unclosed', this._char());
    this._pos++;
    for (;;) {
      const run = this._run(IN_DOUBLE);
      if (run) {
        value.push(run);
      }
      const char = this._char();
      const following = this._char(1);
      if (char === '"') {
        this._pos++;
        return;
      }
      if (
        char === '\\' &&
        following &&
        ESCAPABLE_IN_DOUBLE.includes(following)
      ) {
        value.push(following);
        this._pos += 2;
      } else if (char === '\\' && isBreak(following)) {
        this._pos++;
        this._newline();
      } else if (char === '$' || char === '`') {
        this._note(wrong, 'dollar', char);
        value.push(this._take());
      } else if (!this._quoted(opened, value, wrong)) {
        return;
      }
    }
  }

  /** A letter between quotes that is no plain one; false at the end of the line. */
  private _quoted(
    opened: IMistake,
    value: string[],
    wrong: IMistake[]
  ): boolean {
    if (this._char() === '' || isBreak(this._char())) {
      wrong.splice(0, wrong.length, opened);
      return false;
    }
    const here = this._mistake('hidden');
    const char = this._take();
    if (isHidden(char) && char !== '\t' && wrong.length === 0) {
      wrong.push({ ...here, values: [codePoint(char)] });
    }
    value.push(char);
    return true;
  }

  /** A `\` outside quotes; false where it ends the word. */
  private _escape(value: string[], wrong: IMistake[]): boolean {
    const following = this._char(1);
    if (isBreak(following)) {
      this._pos++;
      this._newline();
      return true;
    }
    if ((following === '' || isSpace(following)) && this._trailing(wrong)) {
      return false;
    }
    if (!ESCAPABLE.includes(following)) {
      const point = this._text.codePointAt(this._pos + 1) ?? 0;
      this._note(wrong, 'backslash', String.fromCodePoint(point));
      value.push(this._take());
      return true;
    }
    value.push(following);
    this._pos += 2;
    return true;
  }

  private _other(value: string[], wrong: IMistake[]): void {
    const following = this._char(1);
    const point = this._text.codePointAt(this._pos) ?? 0;
    const char = String.fromCodePoint(point);
    if (char === '$' || char === '`') {
      this._note(wrong, 'dollar', char);
    } else if ('<>'.includes(char) && this._isRequire) {
      if (following !== '=') {
        this._note(wrong, 'compare', char);
      }
    } else if ('|;<>'.includes(char)) {
      this._note(wrong, 'operator', char);
    } else if (char === '&') {
      if (following === '&') {
        this._note(wrong, 'operator', '&&');
        value.push(this._take());
      }
    } else if (isHidden(char)) {
      this._note(wrong, 'hidden', codePoint(char));
    } else if (isBlank(char)) {
      this._note(wrong, 'odd-blank', codePoint(char));
    } else if (TYPOGRAPHIC.includes(char) && value.length === 0) {
      this._note(wrong, 'smart-quote', char);
    }
    value.push(this._take());
  }

  /** Only the first mistake of a word is told, so that a word of them costs no more. */
  private _note(wrong: IMistake[], code: string, value: string): void {
    if (wrong.length === 0) {
      wrong.push(this._mistake(code, value));
    }
  }

  /** A mistake at the reader's place. */
  private _mistake(code: string, ...values: string[]): IMistake {
    const at = this._pos;
    const column = at - this._lineStart - this._pairs + 1;
    return {
      code,
      values,
      at,
      line: this._line,
      column,
      start: 0,
      end: 0,
      fix: null
    };
  }

  private readonly _inComments: IMistake[] = [];
  private _isBeforeMagic = true;
  private _isRequire = false;
  private _line = 1;
  private _lineStart: number;
  /** How many letters of two units the line has had so far. */
  private _pairs = 0;
  private _pos: number;
  private readonly _text: string;
  private _title = '';
}

/** A mistake with the word that should stand there instead. */
function offer(wrong: IMistake, word: IWord): IMistake {
  if (wrong.fix !== null) {
    return wrong;
  }
  let fix: string | null = null;
  switch (wrong.code) {
    case 'dollar':
    case 'operator':
    case 'backslash':
      fix = quote(word.value);
      break;
    case 'compare':
      fix = word.value
        .replaceAll('=>', '>=')
        .replaceAll('=<', '<=')
        .replace(/([<>])(?!=)/g, '$1=');
      break;
    case 'hidden':
    case 'odd-blank':
      fix = breaks(word.value) ? null : unhidden(word.value);
  }
  return { ...wrong, start: word.start, end: word.end, fix };
}

/** A word without hidden letters and odd blanks: several words, where those parted them. */
function unhidden(word: string): string {
  const letters = Array.from(word)
    .filter(char => !isHidden(char))
    .map(char => (isBlank(char) ? ' ' : char));
  const bare = withoutBlanks(letters.join(''), ' ');
  return isPlain(bare.replaceAll(' ', '')) ? bare : quote(bare);
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t';
}

function isBreak(char: string): boolean {
  return char === '\r' || char === '\n';
}
