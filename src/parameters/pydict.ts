/** Reads a Python dict as it is written: its keys, and the code of each value as it stands there. */
import { readLiteral } from '../forms/literal';
import { Reader } from '../forms/reader';

const BLANK = /(?:\s|#[^\r\n]*|\\\r?\n)+/y;
const STRING =
  /[a-zA-Z]{0,2}(?:"""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\r\n]|\\[^])*"|'(?:[^'\\\r\n]|\\[^])*')/y;
const OTHER = /[^\s#"'()[\]{},\\]+/y;

const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/**
 * The keys of a dict with the code of their values, of equal keys the last one's.
 *
 * @param text - a dict whose keys are texts, and nothing behind it
 * @returns null where it is something else
 */
export function readDict(text: string): Map<string, string> | null {
  return new DictReader(text).read();
}

class DictReader extends Reader {
  read(): Map<string, string> | null {
    const items = new Map<string, string>();
    if (!this.takes('{')) {
      return null;
    }
    this.run(BLANK);
    while (!this.takes('}')) {
      const key = this._key();
      this.run(BLANK);
      if (key === null || !this.takes(':')) {
        return null;
      }
      this.run(BLANK);
      const value = this._value();
      if (value === null || !(this.takes(',') || this.char() === '}')) {
        return null;
      }
      items.set(key, value);
      this.run(BLANK);
    }
    this.run(BLANK);
    return this.char() === '' ? items : null;
  }

  private _key(): string | null {
    const start = this.pos;
    const key = this.run(STRING)
      ? readLiteral(this.text.slice(start, this.pos), 'python')
      : null;
    return typeof key === 'string' ? key : null;
  }

  /** The code up to the next comma or bracket that belongs to the dict. */
  private _value(): string | null {
    const start = this.pos;
    const open: string[] = [];
    let end = start;
    for (;;) {
      this.run(BLANK);
      const char = this.char();
      if (open.length === 0 && (char === ',' || char === '}')) {
        return end > start ? this.text.slice(start, end) : null;
      }
      if (char in CLOSING) {
        open.push(CLOSING[char]);
        this.pos++;
      } else if (char !== '' && char === open.at(-1)) {
        open.pop();
        this.pos++;
      } else if (char === ',') {
        this.pos++;
      } else if (!this.run(STRING) && !this.run(OTHER)) {
        return null;
      }
      end = this.pos;
    }
  }
}
