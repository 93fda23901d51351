/**
 * Strings of an annotation, right or wrong: the lower half of its reader. What is wrong is noted with
 * what would be right, and read as if it were.
 */
import { Reader } from './reader';
import { type IRepair, REASONS } from './reasons';

/** A place that is wrong, and what would be right there. */
export interface ISlip extends IRepair {
  reason: string;
}

const PLAIN = /[^"'\\]+/y;
const UNTIL = /[^"'\\,}\]]+/y;
const ESCAPES: Record<string, string> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/'
};

/** A reader of strings that notes slips. */
export class SlipReader extends Reader {
  /** A text in quotes; null where there is none. */
  protected quoted(): string | null {
    const char = this.char();
    if (char === '"' || char === "'") {
      return this._string();
    }
    return char === '\\' ? this._escaped() : null;
  }

  private _string(): string {
    const quote = this.char();
    const start = this.pos;
    let value = '';
    this.pos++;
    for (;;) {
      const from = this.pos;
      this.run(PLAIN);
      value += this.text.slice(from, this.pos);
      const char = this.char();
      if (char === '') {
        this.pos = start;
        return this._unclosed();
      }
      this.pos++;
      if (char === quote) {
        return value;
      }
      value += char === '\\' ? this._escape() : char;
    }
  }

  /** What a `\` before the reader's place makes of what follows. */
  private _escape(): string {
    const char = this.char();
    const unit = /^u[\da-fA-F]{4}/.exec(
      this.text.slice(this.pos, this.pos + 5)
    );
    this.pos += unit ? 5 : char.length;
    if (unit) {
      return String.fromCharCode(parseInt(unit[0].slice(1), 16));
    }
    return ESCAPES[char] ?? `\\${char}`;
  }

  /** A string that nothing closes: up to the other quote, or to what ends an item. */
  private _unclosed(): string {
    const quote = this.char();
    const start = ++this.pos;
    this.run(UNTIL);
    if (this.char() === '"' || this.char() === "'") {
      this.slip(REASONS.quote, this.pos, this.pos + 1, quote);
      return this.text.slice(start, this.pos++);
    }
    const value = this.text.slice(start, this.pos).trimEnd();
    this.pos = start + value.length;
    this.slip(REASONS.quote, this.pos, this.pos, quote);
    return value;
  }

  /** A string in quotes with backslashes, as inside of another string. */
  private _escaped(): string {
    const quote = this.char(1);
    const start = this.pos + 2;
    const end = this.text.indexOf(`\\${quote}`, start);
    if ((quote !== '"' && quote !== "'") || end < 0) {
      this.isLost = true;
      return '';
    }
    const value = this.text.slice(start, end);
    this.pos = end + 2;
    this.slip(REASONS.escaped, start - 2, this.pos, quote + value + quote);
    return value;
  }

  /** Go over brackets in brackets, which may be many. */
  protected nested(): void {
    let depth = 0;
    do {
      const char = this.char();
      if (char === '') {
        this.isLost = true;
        return;
      }
      if (char === '\\' || this.quoted() === null) {
        depth += '([{'.includes(char) ? 1 : ')]}'.includes(char) ? -1 : 0;
        this.pos++;
      }
    } while (depth > 0);
  }

  protected slip(
    reason: string,
    start: number,
    end: number,
    text: string
  ): void {
    this.slips.push({ reason, start, end, text });
  }

  protected slips: ISlip[] = [];
  /** Whether no sense can be made of what is here. */
  protected isLost = false;
}
