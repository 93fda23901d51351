/**
 * Letters as Unicode counts them. The kernel's side counts code points and an editor counts UTF-16
 * units; everything that both must agree on goes through here.
 */

/** The number of code points of a text, as the kernel's side counts its length. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at + 1 < text.length; at++) {
    if (isPair(text, at)) {
      count--;
      at++;
    }
  }
  return count;
}

/** Whether two units of a text are one letter. */
export function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
}

/** The length of a text in UTF-8. */
export function utf8Length(text: string): number {
  let length = 0;
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return length;
}

/** Whether a letter is a control, a direction mark, zero-width or half a surrogate pair. */
export function isHidden(char: string): boolean {
  const n = char.codePointAt(0) ?? 0;
  return (
    n < 0x20 ||
    (n >= 0x7f && n <= 0x9f) ||
    [0x061c, 0x200b, 0x2060, 0xfeff, 0xfffe, 0xffff].includes(n) ||
    (n >= 0x200e && n <= 0x200f) ||
    (n >= 0x2028 && n <= 0x202e) ||
    (n >= 0x2066 && n <= 0x2069) ||
    (n >= 0xd800 && n <= 0xdfff)
  );
}

/** Whether a letter looks like a blank and is none (a no-break space, an em space …). */
export function isBlank(char: string): boolean {
  const n = char.codePointAt(0) ?? 0;
  return (
    [0x00a0, 0x1680, 0x202f, 0x205f, 0x3000].includes(n) ||
    (n >= 0x2000 && n <= 0x200a)
  );
}

/** The usual name of a letter that cannot be shown: `U+202E`. */
export function codePoint(char: string): string {
  const n = char.codePointAt(0) ?? 0;
  return `U+${n.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A text with its hidden letters made visible. */
export function visible(text: string): string {
  return /^[ -~]*$/.test(text)
    ? text
    : Array.from(text, char => (isHidden(char) ? '\ufffd' : char)).join('');
}
