/**
 * Where the line of a new field goes in a cell: to the cursor where that has been put somewhere,
 * else below what the form has already, and never into the middle of a statement.
 */
import type { ITextEdit } from '../bootstrap/shared';
import { type IForm, parseForm } from '../forms/grammar';
import type { Writing } from '../forms/literal';
import { scan } from '../forms/scan';

/** A place for a line. */
export interface IPlace {
  edit: ITextEdit;
  /** Of the new line, from 0. */
  line: number;
}

interface IPhysicalLine {
  start: number;
  end: number;
  text: string;
  /** Whether no statement of a line above goes on here. */
  isFirst: boolean;
}

/** Lines below which there may be a place, of which most are inside of one long statement. */
const TRIES = 100;

const BLANK = /^[ \t\f]*$/;
const INDENT = /^[ \t\f]*/;
const COMMENT = /^[ \t\f]*(?:#.*)?$/;
const CELL_MAGIC = /^[ \t]*%%/;
const CONTINUES = /^(?:else|elif|except|finally)\b/;

/**
 * Find a place for a line that is a field.
 *
 * @param source - the source of the cell
 * @param text - the line, without indentation
 * @param cursor - the line that the cursor has been put on; null where it has not been moved
 * @param language - of the notebook
 * @returns null where the line would be a field nowhere in the cell
 */
export function placeLine(
  source: string,
  text: string,
  cursor: number | null,
  language: Writing = 'python'
): IPlace | null {
  const lines = linesOf(source, language);
  const head = headOf(lines);
  const form = parseForm(source, language);
  const starts = [
    ...(cursor === null ? [] : [Math.min(cursor, lines.length - 1)]),
    lastLine(form)
  ];
  for (const start of starts) {
    const first = Math.max(start, head);
    const last = Math.min(first + TRIES, lines.length);
    for (let below = first; below < last; below++) {
      if (isBetween(lines, below)) {
        const place = placeBelow(source, lines, below, text);
        if (isField(source, form, place, language)) {
          return place;
        }
      }
    }
  }
  return null;
}

/** The line of a cell magic, below which code begins; -1 where there is none. */
function headOf(lines: readonly IPhysicalLine[]): number {
  const first = lines.findIndex(({ text }) => !COMMENT.test(text));
  return first >= 0 && CELL_MAGIC.test(lines[first].text) ? first : -1;
}

/** The last line of the form; -1 where there is none. */
function lastLine({ title, items }: IForm): number {
  let last = title?.line ?? -1;
  for (const item of items) {
    const more = item.kind === 'field' ? 0 : item.text.split('\n').length - 1;
    last = Math.max(last, item.line + more);
  }
  return last;
}

/** Whether the place on a blank line, or below one that is not, is inside of no statement. */
function isBetween(lines: readonly IPhysicalLine[], below: number): boolean {
  const isBlankLine = below >= 0 && BLANK.test(lines[below].text);
  return lines.at(isBlankLine ? below : below + 1)?.isFirst ?? true;
}

/** A place on a blank line, or below one that is not; below line -1 is the top of the cell. */
function placeBelow(
  source: string,
  lines: readonly IPhysicalLine[],
  below: number,
  text: string
): IPlace {
  const isBlankLine = below >= 0 && BLANK.test(lines[below].text);
  const isTop = below < 0;
  if (isBlankLine || (isTop && BLANK.test(lines[0].text))) {
    const { start, end } = lines[Math.max(below, 0)];
    const line = indentOf(lines, Math.max(below, 0)) + text;
    return { edit: { start, end, text: line }, line: Math.max(below, 0) };
  }
  const newline = /\r\n|\r|\n/.exec(source)?.[0] ?? '\n';
  if (isTop) {
    return { edit: { start: 0, end: 0, text: text + newline }, line: 0 };
  }
  const { end } = lines[below];
  const line = newline + indentOf(lines, below) + text;
  return { edit: { start: end, end, text: line }, line: below + 1 };
}

/** The indentation of a statement on a blank line, or below one that is not. */
function indentOf(lines: readonly IPhysicalLine[], at: number): string {
  const isBlank = BLANK.test(lines[at].text);
  let before = isBlank ? at - 1 : at;
  while (before >= 0 && BLANK.test(lines[before].text)) {
    before--;
  }
  let after = at + 1;
  while (after < lines.length && BLANK.test(lines[after].text)) {
    after++;
  }
  const next = lines.at(after);
  const outer = before < 0 ? '' : indent(statementOf(lines, before));
  if (!next) {
    return isBlank ? indent(lines[at]) : outer;
  }
  const inner = indent(next);
  const isDeeper = inner.length > outer.length && inner.startsWith(outer);
  const isOutside = isBlank && !CONTINUES.test(next.text.trimStart());
  return isDeeper || isOutside ? inner : outer;
}

/** The first line of the statement that a line belongs to. */
function statementOf(
  lines: readonly IPhysicalLine[],
  at: number
): IPhysicalLine {
  let first = at;
  while (first > 0 && !lines[first].isFirst) {
    first--;
  }
  return lines[first];
}

/** Whether what is written is a field, and all others are what they were. */
function isField(
  source: string,
  before: IForm,
  { edit, line }: IPlace,
  language: Writing
): boolean {
  const { start, end, text } = edit;
  const after = source.slice(0, start) + text + source.slice(end);
  const now = parseForm(after, language);
  return (
    now.items.some(item => item.kind === 'field' && item.line === line) &&
    now.rejected.length === before.rejected.length &&
    fields(now.items) === fields(before.items) + 1
  );
}

function fields(items: readonly { kind: string }[]): number {
  return items.filter(({ kind }) => kind === 'field').length;
}

function linesOf(source: string, language: Writing): IPhysicalLine[] {
  const lines: IPhysicalLine[] = [];
  let start = 0;
  const add = (end: number) => {
    const text = source.slice(start, end);
    lines.push({ start, end, text, isFirst: start === 0 });
  };
  for (const { 0: newline, index } of source.matchAll(/\r\n|\r|\n/g)) {
    add(index);
    start = index + newline.length;
  }
  add(source.length);
  markFirst(source, lines, language);
  return lines;
}

/** Find the lines that begin a statement: a comment put above one of them stands in none. */
function markFirst(
  source: string,
  lines: readonly IPhysicalLine[],
  language: Writing
): void {
  const dialect = language === 'shell' ? language : undefined;
  const comments = new Set(
    scan(source, dialect).lines.map(({ line, hash }) => (hash < 0 ? -1 : line))
  );
  const marks = new Map<number, IPhysicalLine>();
  let probe = '';
  lines.forEach((line, i) => {
    const goesOn =
      i > 0 && lines[i - 1].text.endsWith('\\') && !comments.has(i - 1);
    // A comment would end what goes on behind a backslash.
    if (i > 0 && !goesOn) {
      marks.set(probe.length, line);
      probe += '#\n';
    }
    probe += source.slice(line.start, lines.at(i + 1)?.start);
  });
  for (const { hash, isFirst } of scan(probe, dialect).lines) {
    const line = marks.get(hash);
    if (line) {
      line.isFirst = isFirst;
    }
  }
}

function indent({ text }: IPhysicalLine): string {
  return INDENT.exec(text)?.[0] ?? '';
}
