/**
 * The table of the language: its steps, their options, and the words people write instead. It is
 * data that the kernel reads too, so that the two sides cannot disagree about it.
 */
import rows from '../../jupyterlab_preflight/bootstrap/language.json';

/** A step's row. */
export interface IStepRow {
  usage: string;
  least: number;
  /** 0 for any number. */
  most: number;
  options: string[];
  many?: string[];
  kinds?: Record<string, string>;
  /** Whether our own options stand directly after its name, because the rest is a command. */
  command?: boolean;
  /** Whether this version only knows it. */
  later?: string;
}

/** What is known of a command of a shell that fetches a link. */
export interface IFetcherRow {
  /** How many words it takes beside its options. */
  words: number;
  /** Options that change nothing here: letters, and long names. */
  flags: string[];
  /** Options whose value is the next word. */
  valued: string[];
  /** Those of them that name a branch or a tag. */
  ref: string[];
}

interface ILanguage {
  steps: Record<string, IStepRow>;
  everywhere: string[];
  options: Record<string, string>;
  against: string[][];
  for: Record<string, string[]>;
  later: Record<string, string>;
  commands: string[];
  'later-commands': string[];
  exclusive: string[];
  like: Record<string, string>;
  same: string[];
  verbs: Record<string, string[]>;
  fetchers: Record<string, IFetcherRow>;
  'not-verbs': Record<string, string[]>;
  tokens: { begins: string; least: number; also: string; within?: string }[];
  'secret-names': string[];
  'secret-whole': string[];
  folders: { reserved: string[]; own: string[]; archives: string[] };
}

/** The content of `language.json`. */
export const language: ILanguage = rows;

/** Steps by name, in the order in which they are proposed. */
export const stepRows: ReadonlyMap<string, IStepRow> = new Map(
  Object.entries(language.steps)
);

/** The kinds of options by name. */
export const optionKinds: ReadonlyMap<string, string> = new Map(
  Object.entries(language.options)
);

/** What a table says of a word; undefined where the word is not in it. */
export function lookUp<T>(
  table: Record<string, T>,
  word: string
): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

const SHORTEST_TOKEN = 16;

/** The candidate that a word is a slip of the keyboard away from, else an empty text. */
export function nearest(word: string, candidates: Iterable<string>): string {
  const letters = Array.from(word.slice(0, 50));
  if (letters.length > 20) {
    return '';
  }
  const lower = word.toLowerCase();
  const allowed = letters.length < 6 ? 1 : 2;
  let best = '';
  let least = allowed + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - letters.length) <= allowed) {
      const found = distance(lower, candidate);
      if (found < least) {
        best = candidate;
        least = found;
      }
    }
  }
  return best;
}

/** Edits between two words: a letter more, less, other, or two neighbours swapped. */
export function distance(one: string, other: string): number {
  const a = Array.from(one);
  const b = Array.from(other);
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const following = [i];
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(
        row[j] + 1,
        following[j - 1] + 1,
        row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2] + 1);
      }
      following.push(cost);
    }
    before = row;
    row = following;
  }
  return row[b.length];
}

/** Whether a word holds what looks like a token, by the known beginnings of tokens. */
export function tokenIn(word: string): boolean {
  return (
    word.length >= SHORTEST_TOKEN &&
    language.tokens.some(({ begins, least, also, within }) => {
      for (
        let at = word.indexOf(begins);
        at >= 0;
        at = word.indexOf(begins, at + 1)
      ) {
        const start = at + begins.length;
        const tail = word.slice(start, start + least);
        if (
          !(at > 0 && isAlphanumeric(word[at - 1])) &&
          tail.length === least &&
          Array.from(tail).every(c => isAlphanumeric(c) || also.includes(c)) &&
          tail.includes(within ?? '')
        ) {
          return true;
        }
      }
      return false;
    })
  );
}

/** Whether a variable's name says that its value is secret. */
export function isSecretName(name: string): boolean {
  const upper = name.toUpperCase();
  return (
    language['secret-whole'].includes(upper) ||
    language['secret-names'].some(ending => upper.endsWith(ending))
  );
}

/** Whether the value of a variable whose name says "secret" is one and no placeholder. */
export function looksSecret(value: string): boolean {
  return (
    /^[A-Za-z0-9_.\-+/=~:]{16,}$/.test(value) &&
    /[0-9]/.test(value) &&
    /[A-Za-z]/.test(value)
  );
}

function isAlphanumeric(char: string): boolean {
  return /^[A-Za-z0-9]$/.test(char);
}
