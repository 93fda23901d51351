/**
 * Turns a cell's text into steps, or into a list of everything that is wrong with it. Any problem
 * means that nothing runs. The kernel has the same parser; both are held to `tests/vectors`.
 */
import { codePoints } from '../sources/characters';
import type { ISource } from '../sources/links';
import { conflicts } from './checks';
import { lex, MAX_MISTAKES } from './lexer';
import { type ILine, type IMistake, quote, withoutBlanks } from './lines';
import { sentenceOf } from './messages';
import type { IFinding, Reader } from './reader';
import { readStep } from './steps';

export { quote };

/** More problems are not told; one more says so. */
export const MAX_PROBLEMS = MAX_MISTAKES;

const LONGEST_HINT = 10_000;

/** One line of a cell, read and checked. */
export interface IStep {
  /** `dataset`, `pip` …. */
  name: string;
  /** The physical line of its first word, from 1. */
  line: number;
  /** All words, the first of them the name. */
  words: string[];
  /**
   * Conditions of `require`; link and folder of `dataset` and `project`; target and path of `link`;
   * packages of `apt`; pip's own words; `NAME=VALUE` of `env`; folder and place of `keep`; the
   * command of `run`. Folders are normalised.
   */
  args: string[];
  /** Without the dashes; flags are true. */
  options: Record<string, string | true | string[]>;
  /** What the link of `dataset` and `project` is. */
  source: ISource | null;
  /** The step in canonical spelling: rows of a report are matched to lines by it. */
  key: string;
  /** Where its first word begins, in UTF-16 units. */
  start: number;
  /** Where its last physical line ends, without the line break. */
  end: number;
}

/** What is wrong at one place. */
export interface IProblem {
  /** Stable name of the sentence. */
  code: string;
  /** Physical line, from 1. */
  line: number;
  /** In code points, from 1. */
  column: number;
  /** One sentence for the user. */
  message: string;
  /** What the sentence's places stand for, for `sentenceOf` in another language. */
  values: readonly string[];
  /** The whole step as it should read, where that is known. */
  hint: string;
}

/** What a text says. */
export interface IParsed {
  steps: IStep[];
  problems: IProblem[];
  /** The text of `#@title`. */
  title: string;
}

/**
 * Read a `%%preflight` cell, with or without that line. Never throws; takes time linear in the
 * length of the text.
 *
 * @param text - the source of the cell
 * @param version - version of the kernel's package, for `require preflight>=`; empty: not checked
 */
export function parse(text: string, version = ''): IParsed {
  const { lines, inComments, title } = lex(text);
  return parsed(text, lines, inComments, title, version);
}

/**
 * Read one step whose words are split already, and take them as they are. Columns count in the
 * step's canonical spelling.
 */
export function parseWords(words: readonly string[], version = ''): IParsed {
  let text = '';
  let column = 1;
  const line: ILine = { words: [], start: 0, end: 0, mistakes: [] };
  for (const value of words) {
    if (text !== '') {
      text += ' ';
      column++;
    }
    const start = text.length;
    const spelled = quote(value);
    text += spelled;
    line.words.push({ value, line: 1, column, start, end: text.length });
    column += codePoints(spelled);
  }
  line.end = text.length;
  return parsed(text, words.length > 0 ? [line] : [], [], '', version);
}

function parsed(
  text: string,
  lines: readonly ILine[],
  inComments: readonly IMistake[],
  title: string,
  version: string
): IParsed {
  const readers: Reader[] = [];
  let findings = inComments.map(mistake => findingOf(mistake, null));
  for (const line of lines) {
    if (line.mistakes.length > 0) {
      findings.push(...line.mistakes.map(mistake => findingOf(mistake, line)));
    } else {
      const reader = readStep(line, version);
      readers.push(reader);
      findings.push(...reader.findings);
    }
    if (findings.length > MAX_PROBLEMS) {
      break;
    }
  }
  const complete = readers.filter(reader => reader.isComplete);
  if (findings.length <= MAX_PROBLEMS) {
    findings.push(...conflicts(complete));
  }
  const newer = findings.find(finding => finding.code === 'newer');
  if (newer) {
    findings = [newer];
  }
  findings.sort(
    (a, b) => a.word.line - b.word.line || a.word.column - b.word.column
  );
  const problems = findings
    .slice(0, MAX_PROBLEMS)
    .map(finding => problemOf(text, finding));
  if (findings.length > MAX_PROBLEMS) {
    const { word } = findings[MAX_PROBLEMS];
    const values = [String(MAX_PROBLEMS)];
    problems.push(
      problemOf(text, {
        code: 'too-many',
        word,
        values,
        fixes: [],
        line: null
      })
    );
  }
  return { steps: complete.map(stepOf), problems, title };
}

function stepOf(reader: Reader): IStep {
  const words = reader.line.words.map(word => word.value);
  return {
    name: reader.name,
    line: reader.first.line,
    words,
    args: reader.args,
    options: Object.fromEntries(reader.options),
    source: reader.source,
    key: words.map(quote).join(' '),
    start: reader.line.start,
    end: reader.line.end
  };
}

function findingOf(mistake: IMistake, line: ILine | null): IFinding {
  const { code, values, fix, start, end, column } = mistake;
  const word = { value: '', line: mistake.line, column, start, end };
  const fixes = fix === null ? [] : [{ start, end, text: fix }];
  return { code, word, values, fixes, line };
}

function problemOf(text: string, finding: IFinding): IProblem {
  const { code, values, word } = finding;
  return {
    code,
    line: word.line,
    column: word.column,
    message: sentenceOf(code, values),
    values,
    hint: hintOf(text, finding)
  };
}

/** The step's own text, so with its columns and comments, with the wrong words replaced. */
function hintOf(text: string, { line, fixes }: IFinding): string {
  if (line === null || fixes.length === 0) {
    return '';
  }
  const whole = text.slice(line.start, line.end);
  if (whole.length > LONGEST_HINT && codePoints(whole) > LONGEST_HINT) {
    return '';
  }
  let out = '';
  let at = line.start;
  for (const fix of [...fixes].sort((a, b) => a.start - b.start)) {
    out += text.slice(at, fix.start) + fix.text;
    at = fix.end;
  }
  return withoutBlanks(out + text.slice(at, line.end));
}
