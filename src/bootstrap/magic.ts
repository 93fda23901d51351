/**
 * The line of `%%preflight` itself. It takes no words but `--root DIR`: the kernel refuses a cell
 * with others before it reads the steps, so they are wrong here, too.
 */
import { codePoints } from '../sources/characters';
import { bodyOffset } from './cells';
import type { IProblem } from './grammar';
import { lex } from './lexer';
import type { IWord } from './lines';
import { sentenceOf } from './messages';

const MAGIC = '%%preflight';

/** Whether a cell names a root of its own. */
export function namesRoot(source: string): boolean {
  return /^[ \t]*%%preflight[ \t]+\S/m.test(
    source.slice(0, bodyOffset(source))
  );
}

/** What is wrong with the words behind `%%preflight`; null where nothing is, or no such line. */
export function magicProblem(source: string): IProblem | null {
  const end = bodyOffset(source);
  if (end === 0) {
    return null;
  }
  const lines = source
    .slice(0, end)
    .replace(/\r\n$|[\r\n]$/, '')
    .split(/\r\n|\r|\n/);
  const line = lines[lines.length - 1];
  const at = line.indexOf(MAGIC) + MAGIC.length;
  const [read] = lex(line.slice(at)).lines;
  const [mistake] = read?.mistakes ?? [];
  const wrong = mistake ?? wrongWord(read?.words ?? []);
  if (!wrong) {
    return null;
  }
  const { code, values } = mistake ?? { code: 'magic-words', values: [] };
  return {
    code,
    line: lines.length,
    column: codePoints(line.slice(0, at)) + wrong.column,
    message: sentenceOf(code, values),
    values,
    hint: ''
  };
}

/** The first word that makes them anything but `--root DIR`; undefined where none does. */
function wrongWord(words: readonly IWord[]): IWord | undefined {
  const [root, folder, extra] = words;
  if (root?.value !== '--root' || !folder) {
    return root;
  }
  return folder.value === '' ? folder : extra;
}
