/** Which lines of a text are inside of brackets. */
const CLOSERS: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/**
 * The brackets of a text, as they come. One without a partner is a slip and has no inside: else the
 * rest of a cell would vanish while its author is writing.
 */
export class Brackets {
  /** Whether some bracket has no partner yet. */
  get isOpen(): boolean {
    return this._openers.length > 0;
  }

  /** Note a bracket on a line. */
  note(char: string, line: number): void {
    const closer = CLOSERS[char];
    if (closer) {
      this._openers.push({ closer, line });
      this._count[closer]++;
      return;
    }
    let opener = this._count[char] > 0 ? this._openers.pop() : undefined;
    while (opener) {
      this._count[opener.closer]--;
      if (opener.closer === char) {
        this._pairs.push([opener.line, line]);
        return;
      }
      opener = this._openers.pop();
    }
  }

  /** How deep in brackets each line begins, of `count` lines and the one after them. */
  depths(count: number): Int32Array {
    const depths = new Int32Array(count + 2);
    for (const [first, last] of this._pairs) {
      depths[first + 1]++;
      depths[last + 1]--;
    }
    for (let line = 1; line < depths.length; line++) {
      depths[line] += depths[line - 1];
    }
    return depths;
  }

  private _openers: { closer: string; line: number }[] = [];
  private _count: Record<string, number> = { ')': 0, ']': 0, '}': 0 };
  private _pairs: [number, number][] = [];
}
