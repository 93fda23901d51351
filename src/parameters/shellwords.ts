/** Words of a command line by POSIX quoting (POSIX.1-2024 §2.2); nothing is expanded. */

const PLAIN = /^[\w@%+=:,./-]+$/;
const QUOTES = /['"\\]/;

/** A word as any shell takes it: in single quotes only where it has to be. */
export function quoteWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The words of a text; null where a quote is not closed. */
export function splitWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < text.length) {
    const char = text[at];
    if (/\s/.test(char)) {
      if (word !== null) {
        words.push(word);
        word = null;
      }
      at++;
    } else if (char === '\\') {
      // Before the end of a line it continues the line, and is nothing itself.
      const length = text.startsWith('\r\n', at + 1) ? 3 : 2;
      const escaped = text.slice(at + 1, at + length);
      if (!/^[\r\n]/.test(escaped)) {
        word = (word ?? '') + escaped;
      }
      at += length;
    } else if (QUOTES.test(char)) {
      const end = endOfQuotes(text, at);
      if (end < 0) {
        return null;
      }
      const inner = text.slice(at + 1, end);
      word =
        (word ?? '') +
        (char === '"' ? inner.replace(/\\(["$`\\\n])/g, unescaped) : inner);
      at = end + 1;
    } else {
      word = (word ?? '') + char;
      at++;
    }
  }
  return word === null ? words : [...words, word];
}

/** Where the quotes end that begin at a place; -1 where they do not. */
function endOfQuotes(text: string, start: number): number {
  const quote = text[start];
  let at = start + 1;
  while (at < text.length && text[at] !== quote) {
    at += quote === '"' && text[at] === '\\' ? 2 : 1;
  }
  return at < text.length ? at : -1;
}

function unescaped(_: string, char: string): string {
  return char === '\n' ? '' : char;
}
