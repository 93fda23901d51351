/**
 * Literals of the languages of cells: which text, number or truth value a piece of code is, and how
 * one is written so that nothing but the value changes. Texts are written as Colab writes them, JSON
 * that is safe inside of HTML.
 */

/** How values are written: Python's way, a shell's or R's. */
export type Writing = 'python' | 'shell' | 'r';

const TRUTH: Record<Writing, [string, string][]> = {
  python: [['True', 'False']],
  shell: [
    ['true', 'false'],
    ['True', 'False']
  ],
  r: [
    ['TRUE', 'FALSE'],
    ['T', 'F'],
    ['True', 'False']
  ]
};

/** In letters: longer than any that a person types. */
const LONGEST_NUMBER = 400;
const INTEGER = /^[+-]?(?:0+(?:_0+)*|[1-9]\d*(?:_\d+)*)$/;
const FLOAT =
  /^[+-]?(?:\d+(?:_\d+)*\.?|(?:\d+(?:_\d+)*)?\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const ESCAPE =
  /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^xuUN]))/y;
const LETTERS: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  "'": "'",
  '"': '"',
  '\\': '\\'
};

/**
 * The value of a literal; null for all other code, and for a number that would not be the same
 * after it was read.
 */
export function readLiteral(
  code: string,
  writing: Writing
): string | number | boolean | null {
  const quote = quoteOf(code);
  if (quote) {
    const inner = code.slice(1, -1);
    return writing === 'shell'
      ? readShell(inner, quote)
      : readString(inner, quote);
  }
  for (const [yes, no] of TRUTH[writing]) {
    if (code === yes || code === no) {
      return code === yes;
    }
  }
  return readNumber(code);
}

/** The quote that a code begins and ends with, if it does; else an empty text. */
export function quoteOf(code: string): string {
  const quote = code.charAt(0);
  return (quote === '"' || quote === "'") &&
    code.length > 1 &&
    code.endsWith(quote)
    ? quote
    : '';
}

/** The value of a decimal number; null where a number of this page cannot hold it. */
export function readNumber(code: string): number | null {
  if (code.length > LONGEST_NUMBER) {
    return null;
  }
  const isInteger = INTEGER.test(code);
  if (!isInteger && !(FLOAT.test(code) && /[.eE]/.test(code))) {
    return null;
  }
  const value = Number(code.replaceAll('_', ''));
  const isHeld = isInteger ? Number.isSafeInteger(value) : isFinite(value);
  // Zero has no sign for whoever looks at it.
  return isHeld ? value + 0 : null;
}

/** A number in as few letters as possible; null for what is no number. */
export function writeNumber(value: number): string | null {
  if (!Number.isFinite(value)) {
    return null;
  }
  // As an integer, it would be too long to be read back.
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? value.toExponential()
    : String(value);
}

/** A truth value, in the manner of the one that stands there. */
export function writeBoolean(
  value: boolean,
  writing: Writing,
  current: string
): string {
  const pairs = TRUTH[writing];
  const pair = pairs.find(words => words.includes(current)) ?? pairs[0];
  return pair[value ? 0 : 1];
}

/** A text in quotes; null for one that the language cannot have on one line. */
export function writeString(
  value: string,
  quote: string,
  writing: Writing
): string | null {
  if (writing === 'shell') {
    return writeShell(value, quote);
  }
  const inner = JSON.stringify(value)
    .slice(1, -1)
    .replaceAll('<', '\\u003C')
    .replace(/\\.|'/g, found => {
      const char = found === '\\"' ? '"' : found;
      return char === quote ? `\\${quote}` : char;
    });
  return quote + inner + quote;
}

function writeShell(value: string, quote: string): string | null {
  if (/[\r\n]/.test(value)) {
    return null;
  }
  return quote === "'"
    ? `'${value.replaceAll("'", "'\\''")}'`
    : `"${value.replace(/[\\"$`]/g, '\\$&')}"`;
}

/** What is between quotes, as Python reads it; null where a quote ends it before. */
function readString(inner: string, quote: string): string | null {
  let value = '';
  let at = 0;
  for (;;) {
    const next = inner.indexOf('\\', at);
    const plain = next < 0 ? inner.slice(at) : inner.slice(at, next);
    if (plain.includes(quote)) {
      return null;
    }
    value += plain;
    if (next < 0) {
      return value;
    }
    ESCAPE.lastIndex = next;
    const found = ESCAPE.exec(inner);
    const char = found && unescape(found);
    if (found === null || char === null) {
      return null;
    }
    value += char;
    at = next + found[0].length;
  }
}

/** What an escape stands for; null where it stands for nothing. */
function unescape(found: RegExpExecArray): string | null {
  const [all, octal, byte, unit, point, letter] = found;
  if (letter !== undefined) {
    return LETTERS[letter] ?? all;
  }
  const code = octal ? parseInt(octal, 8) : parseInt(byte ?? unit ?? point, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : null;
}

/** What is between a shell's quotes, where nothing in it is expanded; else null. */
function readShell(inner: string, quote: string): string | null {
  if (quote === "'") {
    const parts = inner.split("'\\''");
    return parts.some(part => part.includes("'")) ? null : parts.join("'");
  }
  const isPlain = !/[\\"$`]/.test(inner.replace(/\\./g, ''));
  return isPlain ? inner.replace(/\\([\\"$`])/g, '$1') : null;
}
