/**
 * One line while it is read: its options, its other words, and what is wrong with them. A reader
 * collects mistakes instead of stopping at the first, so that a line is corrected once.
 */
import type { ISource } from '../sources/links';
import {
  type IStepRow,
  language,
  nearest,
  optionKinds,
  stepRows
} from './language';
import { type ILine, type IWord, quote } from './lines';
import { type Value, ValueProblem, valueReaders } from './values';

/** A span of the text and what should stand there. */
export interface IFix {
  start: number;
  end: number;
  text: string;
}

/** Something wrong with a word, and the spans to replace for it to be right. */
export interface IFinding {
  code: string;
  word: IWord;
  values: readonly string[];
  fixes: readonly IFix[];
  line: ILine | null;
}

/** One line while it is read. */
export class Reader {
  /**
   * @param line - the line
   * @param row - the step's row in the table
   * @param version - version of this package, or empty where conditions on it are not checked
   */
  constructor(
    readonly line: ILine,
    readonly row: IStepRow,
    readonly version: string
  ) {
    this.first = line.words[0];
    this.name = this.first.value;
  }

  /** The names of the options that this step takes. */
  get known(): string[] {
    return [...this.row.options, ...language.everywhere];
  }

  /**
   * Note a mistake at a word.
   *
   * @param fix - what should stand in its place, already quoted
   */
  wrong(
    code: string,
    word: IWord,
    values: readonly string[] = [],
    fix: string | null = null
  ): void {
    const { start, end } = word;
    const fixes = fix === null ? [] : [{ start, end, text: fix }];
    this.report(code, word, values, fixes);
  }

  /** Note a mistake whose correction is more than one word. */
  report(
    code: string,
    word: IWord,
    values: readonly string[],
    fixes: readonly IFix[]
  ): void {
    this.findings.push({ code, word, values, fixes, line: this.line });
  }

  /** The span of a word and the blanks before it, to be taken out. */
  without(word: IWord): IFix {
    const before = this.line.words[this.line.words.indexOf(word) - 1];
    return { start: before?.end ?? word.start, end: word.end, text: '' };
  }

  readonly name: string;
  readonly first: IWord;
  readonly findings: IFinding[] = [];
  readonly options = new Map<string, Value>();
  readonly optionWords = new Map<string, IWord>();
  positional: IWord[] = [];
  args: string[] = [];
  source: ISource | null = null;
  /** Whether this is a step with all that it needs, so that checks across lines make sense. */
  isComplete = false;
}

/** Our own options directly after the name; all else belongs to the command. */
export function leadingOptions(reader: Reader): IWord[] {
  const rest = reader.line.words.slice(1);
  const { known } = reader;
  let at = 0;
  while (at < rest.length && rest[at].value.startsWith('--')) {
    if (!known.includes(rest[at].value.slice(2).split('=', 1)[0])) {
      break;
    }
    at += readOption(reader, rest, at);
  }
  return rest.slice(rest[at]?.value === '--' ? at + 1 : at);
}

/** Options before, between and after the other words. */
export function allOptions(reader: Reader): IWord[] {
  const rest = reader.line.words.slice(1);
  const positional: IWord[] = [];
  let at = 0;
  while (at < rest.length) {
    const word = rest[at].value;
    if (word === '--') {
      return [...positional, ...rest.slice(at + 1)];
    }
    if (word.startsWith('-') && word !== '-') {
      at += readOption(reader, rest, at);
    } else {
      positional.push(rest[at]);
      at++;
    }
  }
  return positional;
}

/** Read the option at a place; returns how many words it took. */
function readOption(reader: Reader, rest: IWord[], at: number): number {
  const word = rest[at];
  const text = word.value.replace(/^--/, '');
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const { options, row } = reader;
  if (!word.value.startsWith('--') || !reader.known.includes(name)) {
    return unknownOption(reader, rest, at);
  }
  const kind = row.kinds?.[name] ?? optionKinds.get(name) ?? '';
  if (options.has(name) && !row.many?.includes(name)) {
    reader.wrong('option-twice', word, [`--${name}`]);
    return equals >= 0 || kind === 'flag' || kind === 'inside' ? 1 : 2;
  }
  reader.optionWords.set(name, word);
  if (kind === 'flag') {
    if (equals >= 0) {
      reader.wrong('option-no-value', word, [`--${name}`], `--${name}`);
    }
    options.set(name, true);
    return 1;
  }
  if (kind === 'inside' && equals < 0) {
    options.set(name, true);
    return 1;
  }
  let holder = word;
  let given = text.slice(equals + 1);
  if (equals < 0) {
    const following = rest[at + 1];
    if (!following || following.value.startsWith('--')) {
      reader.wrong('option-value', word, [`--${name}`]);
      options.set(name, '');
      return 1;
    }
    holder = following;
    given = following.value;
  }
  const taken = equals < 0 ? 2 : 1;
  if (given === '') {
    reader.wrong('option-value', word, [`--${name}`]);
    options.set(name, '');
    return taken;
  }
  const before = options.get(name);
  const value = readValue(reader, holder, name, kind, given);
  options.set(
    name,
    Array.isArray(value) && Array.isArray(before)
      ? [...before, ...value]
      : value
  );
  return taken;
}

function readValue(
  reader: Reader,
  holder: IWord,
  name: string,
  kind: string,
  given: string
): Value {
  try {
    return valueReaders.get(kind)?.(given) ?? given;
  } catch (problem) {
    if (!(problem instanceof ValueProblem)) {
      throw problem;
    }
    const isJoined = holder.value !== given || holder.value.startsWith('--');
    const fix =
      problem.fix === null
        ? null
        : quote(isJoined ? `--${name}=${problem.fix}` : problem.fix);
    const values =
      problem.code === 'value-number'
        ? [...problem.values, `--${name}`]
        : problem.values;
    reader.wrong(problem.code, holder, values, fix);
    return ['names', 'glob', 'bindings'].includes(kind) ? [given] : given;
  }
}

/**
 * Say that the word at a place is no option here, and what was probably meant.
 *
 * @returns how many words it would have taken
 */
export function unknownOption(
  reader: Reader,
  rest: readonly IWord[],
  at: number
): number {
  const word = rest[at];
  const equals = word.value.indexOf('=');
  const shown = equals < 0 ? word.value : word.value.slice(0, equals);
  const bare = shown.replace(/^-+/, '');
  for (const [step, row] of stepRows) {
    if (row.options.includes(bare) && shown === `--${bare}`) {
      reader.wrong('option-only', word, [shown, step, reader.name]);
      return equals >= 0 || optionKinds.get(bare) === 'flag' ? 1 : 2;
    }
  }
  const near =
    Array.from(bare.slice(0, 4)).length > 1 ? nearest(bare, reader.known) : '';
  if (near) {
    const tail = equals < 0 ? '' : word.value.slice(equals);
    const values = [reader.name, shown, `--${near}`];
    reader.wrong('similar-option', word, values, quote(`--${near}${tail}`));
    const kind = optionKinds.get(near) ?? '';
    return equals >= 0 || kind === 'flag' || kind === 'inside' ? 1 : 2;
  }
  reader.wrong('unknown-option', word, [reader.name, shown]);
  return 1;
}

/** Whether there are as many words as the step needs. */
export function isEnough(reader: Reader): boolean {
  const { least, most, usage } = reader.row;
  const { positional } = reader;
  if (positional.length < least) {
    reader.wrong('needs-words', reader.first, [usage]);
    return false;
  }
  if (most > 0 && positional.length > most) {
    const extra = positional[most];
    const tail = positional.slice(most - 1);
    const isLikely =
      reader.options.size === 0 &&
      tail.every(
        word => word.line === tail[0].line && !word.value.includes('.')
      );
    const text = quote(tail.map(word => word.value).join(' '));
    const { start } = tail[0];
    const { end } = tail[tail.length - 1];
    const fixes = isLikely ? [{ start, end, text }] : [];
    reader.report('too-many-words', extra, [extra.value, usage], fixes);
    return false;
  }
  return true;
}
