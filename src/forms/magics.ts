/**
 * Comments above a cell magic. Colab's kernel allows them, and so does ours where the extension is
 * loaded; any other takes the magic for a line's and fails.
 */

const ABOVE = /^(?:[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n?|\n))+/;
const MAGIC = /[ \t]*(%%[^\s%]\S*)/y;

/** The cell magic that stands below comments; null where there is none, or it is on top. */
export function magicBelowComments(source: string): string | null {
  const above = ABOVE.exec(source)?.[0] ?? '';
  MAGIC.lastIndex = above.length;
  return above.includes('#') ? (MAGIC.exec(source)?.[1] ?? null) : null;
}
