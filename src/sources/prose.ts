/** Links and commands as people write them to each other: within sentences. */

/** Code between backticks, a clone with the folder that ends its sentence, a link. */
const QUOTED =
  /`([^`]+)`|\bgit clone https?:\/\/[^\s<>"'`]+(?: [\w./-]+$)?|(?<![\w"'`=])https?:\/\/[^\s<>"'`]+/g;

/**
 * What a text quotes, in its order; comments and calls of Python quote nothing.
 *
 * @param text - a text of several lines that is no command itself
 */
export function quotedIn(text: string): string[] {
  return text
    .split('\n')
    .filter(line => !/^\s*#|\w\(/.test(line.replace(/`[^`]*`/g, '')))
    .flatMap(line => Array.from(line.trim().matchAll(QUOTED)))
    .map(([link, code]) =>
      // A closing bracket is a link's own only where it was opened in it.
      code === undefined ? link.replace(/^([^()]*)\).*$/, '$1') : code
    );
}

/** A text without the full stop or comma of a sentence that it ends; a folder `..` stays. */
export function withoutStop(text: string): string {
  let end = text.length;
  while (end > 0 && '.,;!?'.includes(text[end - 1])) {
    end--;
  }
  return end === 0 || '/ '.includes(text[end - 1]) ? text : text.slice(0, end);
}
