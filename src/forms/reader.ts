/** A place in a text that moves forward: what the hand-written readers of this folder share. */
export class Reader {
  /**
   * @param text - what is read
   * @param pos - where to begin, in UTF-16 units
   */
  constructor(
    protected readonly text: string,
    protected pos = 0
  ) {}

  /** The unit at the reader's place, or that far from it; empty outside of the text. */
  protected char(ahead = 0): string {
    return this.text.charAt(this.pos + ahead);
  }

  /** Go over a text, if it is here. */
  protected takes(text: string): boolean {
    const isHere = this.text.startsWith(text, this.pos);
    if (isHere) {
      this.pos += text.length;
    }
    return isHere;
  }

  /** Whether a sticky pattern finds something here. */
  protected sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.pos;
    return pattern.test(this.text);
  }

  /** Go over what a sticky pattern finds, if it finds something. */
  protected run(pattern: RegExp): boolean {
    const isHere = this.sees(pattern);
    if (isHere) {
      this.pos = pattern.lastIndex;
    }
    return isHere;
  }
}
