/** The one look that cells without a form cost. */

const MARKER = /#\s*@(?:param|title|markdown)/;

/**
 * Whether a source may have a form. It has none where this is false.
 *
 * @param source - the source of a code cell
 */
export function hasMarker(source: string): boolean {
  return MARKER.test(source);
}
