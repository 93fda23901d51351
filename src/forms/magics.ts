/**
 * Comments above a cell magic. Colab's kernel allows them, and so does ours where the extension is
 * loaded; any other takes the magic for a line's and fails.
 */

const ABOVE = /^(?:[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n?|\n))*/;
const MAGIC = /[ \t]*(%%[^\s%]\S*)/y;

/** The cell magic that stands below comments; null where there is none, or it is on top. */
export function magicBelowComments(source: string): string | null {
  const above = ABOVE.exec(source)?.[0] ?? '';
  return above.includes('#') ? cellMagic(source) : null;
}

/** The cell magic of a cell, be it below comments; null where it has none. */
export function cellMagic(source: string): string | null {
  MAGIC.lastIndex = ABOVE.exec(source)?.[0].length ?? 0;
  return MAGIC.exec(source)?.[1] ?? null;
}
