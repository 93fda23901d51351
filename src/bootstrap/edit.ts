/**
 * Changes a cell's text as its author would: one line is touched, its comment and its columns stay,
 * and every other letter of the cell is left as it is.
 */
import { codePoints } from '../sources/characters';
import { type IStep, parse } from './grammar';
import { stepRows } from './language';
import { lex } from './lexer';
import { type ILine, type IWord, withoutBlanks } from './lines';

/** Replace the UTF-16 units `start` to `end` of a cell's source by `text`. */
export interface ITextEdit {
  start: number;
  end: number;
  text: string;
}

/** A cell's source after some edits of it, none overlapping another. */
export function applyEdits(
  source: string,
  edits: readonly ITextEdit[]
): string {
  let out = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    out += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + source.slice(at);
}

/**
 * Add a step, or several, after everything else in a cell, in the columns of the steps there.
 *
 * @param source - the cell's source
 * @param line - the line, or several, parted by newlines
 */
export function addStep(source: string, line: string): ITextEdit {
  const eol = breakOf(source);
  const columns = columnsOf(source);
  const added = line
    .split(/\r\n|\r|\n/)
    .map(one => aligned(one, columns))
    .join(eol);
  const before = withoutBlanks(`.${source}`, ' \t\r\n').slice(1);
  const at = before.length;
  if (before === '') {
    return { start: 0, end: 0, text: source === '' ? added : added + eol };
  }
  const gap = isContinued(before) ? eol + eol : eol;
  return { start: at, end: at, text: gap + added };
}

/** Take a step's lines out of a cell; null where it is not there. */
export function removeStep(source: string, step: IStep): ITextEdit[] | null {
  const block = blockOf(source, step);
  return block && [deletion(source, block)];
}

/**
 * Write a line in the place of a step's. A line that is plainly spaced keeps the step's own columns,
 * continuations and comment; any other line is taken as it is.
 *
 * @returns null where the step is not there
 */
export function replaceStep(
  source: string,
  step: IStep,
  newLine: string
): ITextEdit[] | null {
  const block = blockOf(source, step);
  if (!block) {
    return null;
  }
  const eol = breakOf(source);
  const old = source.slice(step.start, step.end);
  const text = newLine.split(/\r\n|\r|\n/).join(eol);
  const [before, after] = [lineOf(old), lineOf(text)];
  const edits =
    before && after && isPlainlySpaced(text, after)
      ? wordEdits(old, before, text, after)
      : [];
  const exact = edits.length > 0 ? applyEdits(old, edits) : text;
  return exact === old ? [] : [shifted(difference(old, exact), step.start)];
}

/**
 * Move a step's lines so that it becomes the step at another index.
 *
 * @param toIndex - among all steps of the cell, counted without this one
 * @returns null where the step or the place is not there
 */
export function moveStep(
  source: string,
  step: IStep,
  toIndex: number
): ITextEdit[] | null {
  const { steps } = parse(source);
  const from = steps.findIndex(one => one.start === step.start);
  const block = blockOf(source, step);
  if (!block || from < 0 || toIndex < 0 || toIndex >= steps.length) {
    return null;
  }
  if (from === toIndex) {
    return [];
  }
  const target = blockOf(source, steps[toIndex]);
  if (!target) {
    return null;
  }
  const eol = breakOf(source);
  const text = source.slice(block.start, block.end);
  const insertion =
    toIndex < from
      ? { start: target.start, end: target.start, text: text + eol }
      : { start: target.end, end: target.end, text: eol + text };
  return [deletion(source, block), insertion];
}

/** The whole physical lines of a step, without the last one's break. */
function blockOf(
  source: string,
  step: IStep
): { start: number; end: number } | null {
  const [word] = step.words;
  if (!source.startsWith(word, step.start) || step.end > source.length) {
    return null;
  }
  let start = step.start;
  while (start > 0 && !'\r\n'.includes(source[start - 1])) {
    start--;
  }
  return { start, end: step.end };
}

function deletion(
  source: string,
  { start, end }: { start: number; end: number }
): ITextEdit {
  const after = breakAt(source, end);
  if (after > 0 || start === 0) {
    return { start, end: end + after, text: '' };
  }
  const isPair = source.slice(start - 2, start) === '\r\n';
  return { start: start - (isPair ? 2 : 1), end, text: '' };
}

/** The length of the line break at a place. */
function breakAt(source: string, at: number): number {
  if (source.startsWith('\r\n', at)) {
    return 2;
  }
  return source[at] === '\r' || source[at] === '\n' ? 1 : 0;
}

/** The line break that a cell uses. */
function breakOf(source: string): string {
  return /\r\n|\r|\n/.exec(source)?.[0] ?? '\n';
}

/** Whether the next line would continue the last one. */
function isContinued(text: string): boolean {
  const { lines } = lex(text);
  return (
    lines[lines.length - 1]?.mistakes.some(
      mistake => mistake.code === 'continue-nothing'
    ) ?? false
  );
}

function lineOf(text: string): ILine | null {
  const { lines } = lex(text);
  return lines.length === 1 && lines[0].mistakes.length === 0 ? lines[0] : null;
}

/** The columns of the second and third words, where a cell's steps stand in columns. */
function columnsOf(source: string): (number | null)[] {
  const rows = parse(source).steps.map(step => {
    const line = lineOf(source.slice(step.start, step.end));
    return { step, line };
  });
  return [1, 2].map(index => {
    const votes = new Map<number, { count: number; isPadded: boolean }>();
    for (const { step, line } of rows) {
      const words = line?.words ?? [];
      if (
        words.length <= index ||
        words[index].line > 1 ||
        (index > 1 && stepRows.get(step.name)?.most !== 2)
      ) {
        continue;
      }
      const { column } = words[index];
      const gap = words[index].start - words[index - 1].end;
      const vote = votes.get(column) ?? { count: 0, isPadded: false };
      votes.set(column, {
        count: vote.count + 1,
        isPadded: vote.isPadded || gap > 1
      });
    }
    let best: number | null = null;
    let most = 0;
    for (const [column, { count, isPadded }] of votes) {
      if (isPadded && count >= most) {
        best = column;
        most = count;
      }
    }
    return best;
  });
}

/** A line with its first words in columns, where it is plainly spaced and they fit. */
function aligned(text: string, columns: readonly (number | null)[]): string {
  const line = lineOf(text);
  if (!line || !isPlainlySpaced(text, line)) {
    return text;
  }
  let out = '';
  for (const [index, word] of line.words.entries()) {
    const isColumn =
      index === 1 ||
      (index === 2 &&
        stepRows.get(line.words[0].value)?.most === 2 &&
        !line.words.slice(1, 3).some(({ value }) => value.startsWith('-')));
    const column = isColumn ? columns[index - 1] : null;
    const length = codePoints(out);
    const gap = Math.max(1, (column ?? 0) - 1 - length);
    out += (index > 0 ? ' '.repeat(gap) : '') + rawOf(text, word);
  }
  return out + text.slice(line.words[line.words.length - 1].end);
}

/** Whether one blank stands between the words, on one physical line. */
function isPlainlySpaced(text: string, line: ILine): boolean {
  return line.words.every(
    (word, index) =>
      index === 0 || text.slice(line.words[index - 1].end, word.start) === ' '
  );
}

/** Edits of a step's text that replace only the words that differ, and keep what is in columns. */
function wordEdits(
  old: string,
  before: ILine,
  text: string,
  after: ILine
): ITextEdit[] {
  const same = (a: IWord, b: IWord) => a.value === b.value;
  const [olds, news] = [before.words, after.words];
  const least = Math.min(olds.length, news.length);
  let head = 0;
  while (head < least && same(olds[head], news[head])) {
    head++;
  }
  let tail = 0;
  while (
    tail < least - head &&
    same(olds[olds.length - 1 - tail], news[news.length - 1 - tail])
  ) {
    tail++;
  }
  if (olds.length === news.length) {
    return olds.flatMap((word, index) =>
      same(word, news[index])
        ? []
        : replaced(old, word, rawOf(text, news[index]), olds[index + 1])
    );
  }
  const gone = olds.slice(head, olds.length - tail);
  const come = news.slice(head, news.length - tail);
  const words = come.map(word => rawOf(text, word)).join(' ');
  const start = olds[head - 1]?.end ?? before.start;
  const end = gone[gone.length - 1]?.end ?? start;
  if (gone.length === 0) {
    return [{ start, end: start, text: ` ${words}` }];
  }
  return come.length === 0
    ? [{ start, end, text: '' }]
    : [{ start: gone[0].start, end, text: words }];
}

/** One word replaced; blanks that keep the next one in its column take up the difference. */
function replaced(
  old: string,
  word: IWord,
  text: string,
  next: IWord | undefined
): ITextEdit[] {
  const gap = next ? old.slice(word.end, next.start) : '';
  if (!/^ {2,}$/.test(gap)) {
    return [{ start: word.start, end: word.end, text }];
  }
  const grown = codePoints(text) - codePoints(rawOf(old, word));
  const blanks = ' '.repeat(Math.max(1, gap.length - grown));
  return [
    { start: word.start, end: word.end + gap.length, text: text + blanks }
  ];
}

function rawOf(text: string, word: IWord): string {
  return text.slice(word.start, word.end);
}

/** The one edit that makes a text another, without the ends that they share. */
function difference(old: string, text: string): ITextEdit {
  const least = Math.min(old.length, text.length);
  let head = 0;
  while (head < least && old[head] === text[head]) {
    head++;
  }
  let tail = 0;
  while (
    tail < least - head &&
    old[old.length - 1 - tail] === text[text.length - 1 - tail]
  ) {
    tail++;
  }
  return {
    start: head,
    end: old.length - tail,
    text: text.slice(head, text.length - tail)
  };
}

function shifted(edit: ITextEdit, by: number): ITextEdit {
  return { start: edit.start + by, end: edit.end + by, text: edit.text };
}
