/**
 * Reads what stands after `@param`: a list of options, an object of settings, or both. The syntax is
 * Colab's own (bare keys with hyphens, either quote), written by hand and often wrong; so the reader
 * goes on over a slip as if it were right, and notes what would put it right.
 */
import { REASONS } from './reasons';
import { type ISlip, SlipReader } from './slips';

/** A setting's value. Lists and objects have no meaning in a setting, and are null. */
export type Setting = string | number | boolean | null;

/** What an annotation says. */
export interface ISpec {
  /** Null where there is no list. */
  options: string[] | null;
  /** Whether an option is a number, not a text. */
  hasNumbers: boolean;
  settings: Map<string, Setting>;
  /** Where the value of `type` stands, for who must correct it. */
  type: { start: number; end: number } | null;
  /** Whether the object stands before the list. */
  isSwapped: boolean;
  start: number;
  end: number;
  slips: ISlip[];
  /** Whether the reader could not make sense of it in spite of all. */
  isLost: boolean;
}

const SPACES = /\s+/y;
const KEY = /[A-Za-z][\w-]*/y;
const NUMBER = /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?=[\s,}\])]|$)/y;
const WORD = /[^\s,}\])"':]+/y;
const QUOTE = /["']/y;
const ITEM = /[^,\]}#{]+/y;
const SETTINGS = /\{\s*["']?[A-Za-z][\w-]*["']?\s*[:=]/y;
const CLOSERS = [']', '}', ')'];
const CONSTANTS: Record<string, boolean | null> = {
  true: true,
  false: false,
  null: null
};
const PYTHONIC: Record<string, string> = {
  True: 'true',
  False: 'false',
  None: 'null'
};

/**
 * Read a list, an object, or one after the other.
 *
 * @param text - the line after `@param`
 * @param start - where the list or object begins in it
 */
export function readSpec(text: string, start: number): ISpec {
  return new SpecReader(text, start).read();
}

/** Read an object of settings that is right and is all there is; else null. */
export function readSettings(text: string): Map<string, Setting> | null {
  const { settings, slips, isLost, end } = readSpec(text, 0);
  const isRight = !isLost && slips.length === 0 && end === text.length;
  return isRight && settings.size > 0 ? settings : null;
}

class SpecReader extends SlipReader {
  read(): ISpec {
    let options: string[] | null = null;
    let isSwapped = false;
    const start = this.pos;
    if (this.char() === '[') {
      options = this._list();
      const end = this.pos;
      this.run(SPACES);
      if (!this.isLost && this.sees(SETTINGS)) {
        this._object();
      } else {
        this.pos = end;
      }
    } else {
      this._object();
      options = this._listAfter();
      isSwapped = options !== null;
    }
    if (this.slips.at(-1)?.reason === REASONS.escaped && this.sees(QUOTE)) {
      // The end of the string that the annotation was in.
      this.slip(REASONS.escaped, this.pos, this.pos + 1, '');
      this.pos++;
    }
    return {
      options,
      hasNumbers: this._hasNumbers,
      settings: this._settings,
      type: this._type,
      isSwapped,
      start,
      end: this.pos,
      slips: this.slips,
      isLost: this.isLost
    };
  }

  /** A list after the object; what is not quite one is the author's prose. */
  private _listAfter(): string[] | null {
    const end = this.pos;
    const slips = this.slips.length;
    this.run(SPACES);
    if (this.isLost || this.char() !== '[') {
      this.pos = end;
      return null;
    }
    const options = this._list();
    if (this.isLost || this.slips.length > slips) {
      this.isLost = false;
      this._hasNumbers = false;
      this.slips.length = slips;
      this.pos = end;
      return null;
    }
    return options;
  }

  private _list(): string[] {
    const options: string[] = [];
    this._parts(']', '#{', () => options.push(this._option()));
    return options;
  }

  private _object(): void {
    this._parts('}', '#', () => this._pair());
  }

  /** Read what commas part, in brackets; where a letter of `never` comes they should have ended. */
  private _parts(closer: string, never: string, read: () => void): void {
    this.pos++;
    let isParted = true;
    let last = this.pos;
    while (!this.isLost) {
      this.run(SPACES);
      const char = this.char();
      if (char === '' || never.includes(char)) {
        this.slip(REASONS.bracket, last, last, closer);
        this.pos = last;
        return;
      }
      if (CLOSERS.includes(char)) {
        if (char !== closer) {
          this.slip(REASONS.bracket, this.pos, this.pos + 1, closer);
        }
        this.pos++;
        return;
      }
      if (char === ',') {
        this.pos++;
        if (isParted) {
          this.slip(REASONS.comma, this.pos - 1, this.pos, '');
        }
        isParted = true;
      } else {
        if (!isParted) {
          this.slip(REASONS.comma, last, last, ',');
        }
        read();
        isParted = false;
      }
      last = this.pos;
    }
  }

  private _option(): string {
    const quoted = this.quoted();
    if (quoted !== null) {
      return quoted;
    }
    const start = this.pos;
    if (this.run(NUMBER)) {
      this._hasNumbers = true;
      return this.text.slice(start, this.pos);
    }
    const isNested = '(['.includes(this.char());
    if (isNested) {
      this.nested();
    } else {
      this.run(ITEM);
    }
    const text = this.text.slice(start, this.pos).trim();
    this.pos = start + text.length;
    if (!this.isLost && !Object.hasOwn(CONSTANTS, text)) {
      const bare = isNested ? text : text.replace(/["']/g, '');
      this.slip(REASONS.word, start, this.pos, JSON.stringify(bare));
    }
    return text;
  }

  private _pair(): void {
    const key = this._key();
    const end = this.pos;
    this.run(SPACES);
    const char = this.char();
    if (key === '' || this.isLost) {
      this.isLost = true;
      return;
    }
    if (char === ':') {
      this.pos++;
    } else if (char === '=') {
      this.slip(REASONS.colon, this.pos, this.pos + 1, ':');
      this.pos++;
    } else if (char === '"' || char === "'") {
      this.slip(REASONS.colon, end, end, ':');
    } else {
      this.isLost = true;
      return;
    }
    this.run(SPACES);
    const start = this.pos;
    this._settings.set(key, this._setting());
    if (key === 'type') {
      this._type = { start, end: this.pos };
    }
  }

  /** The name of a setting; empty where there is none. */
  private _key(): string {
    const quoted = this.quoted();
    if (quoted !== null) {
      return quoted;
    }
    const start = this.pos;
    this.run(KEY);
    return this.text.slice(start, this.pos);
  }

  private _setting(): Setting {
    const quoted = this.quoted();
    if (quoted !== null) {
      return quoted;
    }
    if (this.char() === '[' || this.char() === '{') {
      this.nested();
      return null;
    }
    const start = this.pos;
    if (this.run(NUMBER)) {
      return Number(this.text.slice(start, this.pos));
    }
    if (!this.run(WORD)) {
      this.isLost = true;
      return null;
    }
    const word = this.text.slice(start, this.pos);
    if (Object.hasOwn(CONSTANTS, word)) {
      return CONSTANTS[word];
    }
    if (Object.hasOwn(PYTHONIC, word)) {
      this.slip(REASONS.word, start, this.pos, PYTHONIC[word]);
      return CONSTANTS[PYTHONIC[word]];
    }
    // `type: string"` lacks its first quote only.
    this.run(QUOTE);
    this.slip(REASONS.word, start, this.pos, JSON.stringify(word));
    return word;
  }

  private _settings = new Map<string, Setting>();
  private _type: { start: number; end: number } | null = null;
  private _hasNumbers = false;
}
