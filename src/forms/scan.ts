/**
 * Finds the comments of a cell. An annotation is a comment, and only a reader that knows quotes,
 * brackets and magics can tell one from a text that looks like it; a cell is often not pure Python,
 * so this is not Python's grammar but what all languages of cells have in common.
 */
import { Brackets } from './brackets';
import { Reader } from './reader';

/** How the code of a cell is written: `shell` is the body of `%%bash` and its like. */
export type Dialect = 'python' | 'shell';

/** A physical line that has a comment, or a quote that nothing closes. */
export interface ILine {
  /** From 0. */
  line: number;
  /** Its span in UTF-16 units, without the line break. */
  start: number;
  end: number;
  /** Where its comment begins; -1 where a quote is open until its end. */
  hash: number;
  /** Whether a statement begins with it: no bracket, string or `\` is open from above. */
  isFirst: boolean;
  /** Whether its statement ends with it, as far as brackets tell. */
  isLast: boolean;
}

/** What a scan finds, in the order of lines. */
export interface IScan {
  dialect: Dialect;
  lines: ILine[];
}

const PLAIN = /[^#"'()[\]{}\\\r\n]+/y;
const BLANKS = /[ \t\f]+/y;
const IN_SINGLE = /[^'\\\r\n]+/y;
const IN_DOUBLE = /[^"\\\r\n]+/y;
const REST = /[^\r\n]+/y;
const IN_SHELL = /[^#"'\\\r\n]+/y;
const SHELL =
  /^%%(?:!|(?:ba|z|da|k)?sh\b|shell\b|sx\b|system\b|script[ \t]+(?:-\S+[ \t]+)*(?:\S*\/)?(?:ba|z|da|k)?sh\b|(?:write)?file[ \t].*\.(?:ba|z)?sh[ \t]*$)/;

/**
 * Find the comments of a text in time linear in its length.
 *
 * @param source - any text
 * @param dialect - how it is written, where that is known already; else its cell magic tells
 */
export function scan(source: string, dialect?: Dialect): IScan {
  return new Scanner(source, dialect).scan();
}

class Scanner extends Reader {
  constructor(source: string, dialect?: Dialect) {
    super(source, source.startsWith('\ufeff') ? 1 : 0);
    this._dialect = dialect ?? 'python';
    this._isHead = dialect === undefined;
    this._start = this.pos;
  }

  scan(): IScan {
    while (this.pos < this.text.length) {
      this._readLine();
      this._newline();
    }
    const depths = this._brackets.depths(this._line + 1);
    for (const line of this._lines) {
      line.isFirst &&= depths[line.line] === 0;
      line.isLast = depths[line.line + 1] === 0;
    }
    return { dialect: this._dialect, lines: this._lines };
  }

  /** Read a physical line, or several where a string joins them, up to the last one's break. */
  private _readLine(): void {
    this._isFirst = !this._isContinued;
    this._isContinued = false;
    this.run(BLANKS);
    if (this._isFirst && this._isCommand()) {
      this._skipCommand();
    } else if (this._dialect === 'shell') {
      this._readShell();
    } else {
      this._readCode();
    }
  }

  /** Whether the reader is at a line that IPython takes: `!cmd`, `%magic` or `%%magic`. */
  private _isCommand(): boolean {
    const char = this.char();
    if (this._isHead && char === '%' && this.char(1) === '%') {
      return true;
    }
    this._isHead &&= char === '' || char === '#' || isBreak(char);
    return (
      this._dialect === 'python' &&
      ((char === '!' && this.char(1) !== '=') ||
        (char === '%' && !this._brackets.isOpen))
    );
  }

  private _skipCommand(): void {
    const start = this.pos;
    this.run(REST);
    if (this._isHead) {
      if (SHELL.test(this.text.slice(start, this.pos))) {
        this._dialect = 'shell';
      }
      return;
    }
    while (this.char(-1) === '\\' && this.char() !== '') {
      this._newline();
      this.run(REST);
    }
  }

  private _readShell(): void {
    for (;;) {
      this.run(IN_SHELL);
      const char = this.char();
      if (char === '' || isBreak(char)) {
        return;
      }
      if (char === '#') {
        // Inside of a word it is a letter like others.
        if (this.pos === this._start || ' \t;&|()'.includes(this.char(-1))) {
          this._comment();
          return;
        }
        this.pos++;
      } else if (char === '\\') {
        this.pos++;
        if (isBreak(this.char())) {
          this._isContinued = true;
          return;
        }
        this.pos++;
      } else if (!this._string(char, char === '"')) {
        return;
      }
    }
  }

  private _readCode(): void {
    for (;;) {
      this.run(PLAIN);
      const char = this.char();
      if (char === '' || isBreak(char)) {
        return;
      }
      if (char === '#') {
        this._comment();
        return;
      }
      if (char === '\\') {
        this.pos++;
        if (isBreak(this.char())) {
          this._isContinued = true;
          return;
        }
      } else if (char === '"' || char === "'") {
        const isRead =
          this.char(1) === char && this.char(2) === char
            ? this._triple(char)
            : this._string(char, true);
        if (!isRead) {
          return;
        }
      } else {
        this._brackets.note(char, this._line);
        this.pos++;
      }
    }
  }

  /** Read a string that ends on its line; whether it is closed. */
  private _string(quote: string, hasEscapes: boolean): boolean {
    this.pos++;
    for (;;) {
      this.run(quote === '"' ? IN_DOUBLE : IN_SINGLE);
      const char = this.char();
      if (char === quote) {
        this.pos++;
        return true;
      }
      if (char === '' || isBreak(char)) {
        this._note(-1);
        return false;
      }
      this.pos++;
      if (hasEscapes && isBreak(this.char())) {
        this._join();
      } else if (hasEscapes && this.char() !== '') {
        this.pos++;
      }
    }
  }

  /** Read a string in triple quotes; whether it is closed. */
  private _triple(quote: string): boolean {
    if (this._neverClosed.includes(quote)) {
      this.run(REST);
      this._note(-1);
      return false;
    }
    const before = this._place();
    this.pos += 3;
    for (;;) {
      this.run(quote === '"' ? IN_DOUBLE : IN_SINGLE);
      const char = this.char();
      if (char === '') {
        // The rest of the cell is no string because somebody has just begun to write one.
        this._neverClosed += quote;
        [this.pos, this._line, this._start, this._isFirst] = before;
        this.run(REST);
        this._note(-1);
        return false;
      }
      if (char === '\\') {
        this.pos++;
        if (!isBreak(this.char()) && this.char() !== '') {
          this.pos++;
        }
      } else if (isBreak(char)) {
        this._join();
      } else if (this.char(1) === quote && this.char(2) === quote) {
        this.pos += 3;
        return true;
      } else {
        this.pos++;
      }
    }
  }

  private _place(): [number, number, number, boolean] {
    return [this.pos, this._line, this._start, this._isFirst];
  }

  /** Go to the next line, which begins inside of what this one has opened. */
  private _join(): void {
    this._newline();
    this._isFirst = false;
  }

  private _comment(): void {
    const hash = this.pos;
    this.run(REST);
    this._note(hash);
  }

  /** Note the line that is read: where its comment is, or that it has an open quote. */
  private _note(hash: number): void {
    this._lines.push({
      line: this._line,
      start: this._start,
      end: this.pos,
      hash,
      isFirst: this._isFirst,
      isLast: true
    });
  }

  private _newline(): void {
    if (this.pos >= this.text.length) {
      return;
    }
    this.pos += this.char() === '\r' && this.char(1) === '\n' ? 2 : 1;
    this._line++;
    this._start = this.pos;
  }

  private _dialect: Dialect;
  private _start: number;
  private _line = 0;
  private _lines: ILine[] = [];
  /** Whether only comments and cell magics were read. */
  private _isHead: boolean;
  private _isFirst = true;
  private _isContinued = false;
  private _neverClosed = '';
  private _brackets = new Brackets();
}

/** Whether a unit breaks a line. */
export function isBreak(char: string): boolean {
  return char === '\n' || char === '\r';
}
