/**
 * A command of a shell that fetches one link, as the line that does the same: a hint for whoever
 * has typed `git clone …` among the lines. A command with an option that is not known here gets
 * none, because what it asks for might be lost.
 */
import { type ISource, LinkProblem, recognise } from '../sources/links';
import { folder, FolderProblem } from './folders';
import { type IFetcherRow, language, lookUp } from './language';
import { quote } from './lines';
import { suggestFolder } from './naming';

/**
 * The line of a step that fetches what a command would; empty where it asks for anything else.
 *
 * @param command - the command's name
 * @param words - what follows it
 * @param step - the name of the step
 */
export function fetchingLine(
  command: string,
  words: readonly string[],
  step: string
): string {
  const row = lookUp(language.fetchers, command);
  const found = row ? argumentsOf(words, row) : null;
  if (!row || !found) {
    return '';
  }
  const { given, ref } = found;
  const isOne = given.length > 0 && given.length <= row.words;
  const source = isOne ? linkOf(given[0]) : null;
  if (!source) {
    return '';
  }
  const place =
    given.length > 1 ? folderOf(given[1]) : suggestFolder(source, step);
  const tail = ref ? ` --ref ${quote(ref)}` : '';
  return place ? `${step} ${quote(given[0])} ${quote(place)}${tail}` : '';
}

/** What a word links to; null where it is no link that can be used. */
export function linkOf(word: string): ISource | null {
  return /[/:]/.test(word) ? known(() => recognise(word), LinkProblem) : null;
}

function folderOf(word: string): string {
  return known(() => folder(word), FolderProblem) ?? '';
}

/** What is read, or null where that ends in a problem of its own kind. */
function known<T>(
  read: () => T,
  kind: typeof LinkProblem | typeof FolderProblem
): T | null {
  try {
    return read();
  } catch (problem) {
    if (problem instanceof kind) {
      return null;
    }
    throw problem;
  }
}

/** The words that are no options, and the branch that one names; null where one is unknown. */
function argumentsOf(
  words: readonly string[],
  row: IFetcherRow
): { given: string[]; ref: string } | null {
  const given: string[] = [];
  let ref = '';
  let takes = '';
  for (const word of words) {
    if (takes) {
      ref = row.ref.includes(takes) ? word : ref;
      takes = '';
    } else if (word.startsWith('--')) {
      const end = word.indexOf('=');
      const name = end < 0 ? word.slice(2) : word.slice(2, end);
      if (row.valued.includes(name)) {
        takes = end < 0 ? name : '';
        ref = end >= 0 && row.ref.includes(name) ? word.slice(end + 1) : ref;
      } else if (end >= 0 || !row.flags.includes(name)) {
        return null;
      }
    } else if (word.startsWith('-')) {
      const letters = Array.from(word.slice(1));
      const last = letters.at(-1) ?? '';
      takes = row.valued.includes(last) ? last : '';
      const rest = takes ? letters.slice(0, -1) : letters;
      if (!last || !rest.every(letter => row.flags.includes(letter))) {
        return null;
      }
    } else {
      given.push(word);
    }
  }
  return takes ? null : { given, ref };
}
