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
    .filter(line => !/^\s*#|\w\(/.test(line.replace(QUOTED, '')))
    .flatMap(line => Array.from(line.trim().matchAll(QUOTED)))
    .map(([link, code]) => code ?? withoutForeign(link));
}

/** A link up to the first closing bracket that was not opened in it. */
function withoutForeign(link: string): string {
  let depth = 0;
  for (const { 0: bracket, index } of link.matchAll(/[()]/g)) {
    depth += bracket === '(' ? 1 : -1;
    if (depth < 0) {
      return link.slice(0, index);
    }
  }
  return link;
}

/** A text without the full stop or comma of a sentence that it ends; a folder `..` stays. */
export function withoutStop(text: string): string {
  let end = text.length;
  while (end > 0 && '.,;!?'.includes(text[end - 1])) {
    end--;
  }
  return end === 0 || '/ '.includes(text[end - 1]) ? text : text.slice(0, end);
}
