/**
 * Reads `target = value`, the part of a field's line before its comment. Where its value stands is
 * all that an edit needs, so names, hints of types and several targets are read and left alone.
 */
import { Reader } from './reader';
import { type IRepair, REASONS } from './reasons';
import type { Dialect } from './scan';

/** An assignment and the places of its parts, in UTF-16 units of the code it was read from. */
export interface IAssignment {
  /** Its first target, as it is written. */
  name: string;
  /** The last word of that target. */
  label: string;
  /** Whether it is written with R's arrow. */
  isArrow: boolean;
  valueStart: number;
  valueEnd: number;
}

/** Why a text is no assignment, and what would make it one. */
export interface INoAssignment {
  reason: string;
  repair?: IRepair;
}

const IDENTIFIER = /[\p{ID_Start}_]\p{ID_Continue}*/uy;
const EXPORT =
  /(?:export|local|readonly|(?:declare|typeset)(?:[ \t]+-\w+)*)[ \t]+/y;
const BLANKS = /[ \t\f]+/y;
const PLAIN = /[^"'()[\]{}=]+/y;
const IN_SINGLE = /[^'\\]+/y;
const IN_DOUBLE = /[^"\\]+/y;
const WORDS = /[\p{L}\p{M}\p{N}_]+/gu;
const HYPHENED = /^[\w-]*\w(?=[ \t]*=(?!=))/;
const TORN = /^[ \t]*<[ \t]+-[ \t]*/;

/**
 * Read an assignment.
 *
 * @param code - what stands on a line before its comment
 * @param dialect - how it is written
 */
export function readAssignment(
  code: string,
  dialect: Dialect
): IAssignment | INoAssignment {
  return new AssignmentReader(code).read(dialect);
}

class AssignmentReader extends Reader {
  read(dialect: Dialect): IAssignment | INoAssignment {
    this.run(BLANKS);
    if (dialect === 'shell') {
      this.run(EXPORT);
    }
    const start = this.pos;
    if (!this._target()) {
      return { reason: REASONS.assignment };
    }
    const end = this.pos;
    let hasGap = this.run(BLANKS);
    const isArrow = this.takes('<-');
    if (!isArrow) {
      if (this.char() === ':' && this.char(1) !== '=') {
        this._annotation();
        hasGap = isBlank(this.char(-1));
      }
      if (!this._equals()) {
        return this._nearly(start, end);
      }
      this._moreTargets();
    }
    const name = this.text.slice(start, end);
    const label = name.match(WORDS)?.at(-1) ?? name;
    return { name, label, isArrow, ...this._value(hasGap) };
  }

  /** A name with its attributes and subscripts. */
  private _target(): boolean {
    if (!this.run(IDENTIFIER)) {
      return false;
    }
    for (;;) {
      const before = this.pos;
      const isMore =
        this.char() === '['
          ? this._brackets()
          : this.takes('.') && this.run(IDENTIFIER);
      if (!isMore) {
        this.pos = before;
        return true;
      }
    }
  }

  /** The rest of `a = b = value` before the value. */
  private _moreTargets(): void {
    for (;;) {
      const before = this.pos;
      this.run(BLANKS);
      const isTarget = this._target();
      this.run(BLANKS);
      if (!isTarget || !this._equals()) {
        this.pos = before;
        return;
      }
    }
  }

  private _equals(): boolean {
    return this.char(1) !== '=' && this.takes('=');
  }

  /** The hint of a type, up to the `=` after it. */
  private _annotation(): void {
    this.pos++;
    while (this.char() !== '' && this.char() !== '=') {
      if (!this.run(PLAIN) && !this._string() && !this._brackets()) {
        this.pos = this.text.length;
      }
    }
  }

  /** Brackets and all that is in them; nothing where they are not closed. */
  private _brackets(): boolean {
    const before = this.pos;
    let depth = 0;
    do {
      const char = this.char();
      if (char === '') {
        this.pos = before;
        return false;
      }
      if (!this.run(PLAIN) && !this._string()) {
        depth += '([{'.includes(char) ? 1 : ')]}'.includes(char) ? -1 : 0;
        this.pos++;
      }
    } while (depth > 0);
    return true;
  }

  private _string(): boolean {
    const quote = this.char();
    if (quote !== '"' && quote !== "'") {
      return false;
    }
    this.pos++;
    while (this.char() !== '' && !this.takes(quote)) {
      if (!this.run(quote === '"' ? IN_DOUBLE : IN_SINGLE)) {
        this.pos += 2;
      }
    }
    return true;
  }

  private _value(hasGap: boolean): { valueStart: number; valueEnd: number } {
    const after = this.pos;
    this.run(BLANKS);
    const { length } = this.text;
    if (this.pos >= length) {
      // Nothing is there: a value will stand as far from the `=` as the name does.
      const at = Math.min(hasGap ? after + 1 : after, length);
      return { valueStart: at, valueEnd: at };
    }
    let valueEnd = length;
    while (isBlank(this.text.charAt(valueEnd - 1))) {
      valueEnd--;
    }
    return { valueStart: this.pos, valueEnd };
  }

  /** What was meant to be an assignment to what stands at `start`. */
  private _nearly(start: number, end: number): INoAssignment {
    const torn = TORN.exec(this.text.slice(end))?.[0];
    if (torn) {
      const repair = { start: end, end: end + torn.length, text: ' <- ' };
      return { reason: REASONS.arrow, repair };
    }
    const word = HYPHENED.exec(this.text.slice(start))?.[0];
    if (word) {
      const text = word.replaceAll('-', '_');
      const repair = { start, end: start + word.length, text };
      return { reason: REASONS.name, repair };
    }
    return { reason: REASONS.assignment };
  }
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\f';
}
