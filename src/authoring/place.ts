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
}

/** Places that are tried, of which most are inside of one long statement. */
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
  const lines = linesOf(source);
  const head = headOf(lines);
  const after = lastLine(parseForm(source, language));
  const starts = [
    ...(cursor === null ? [] : [Math.min(cursor, lines.length - 1)]),
    after
  ];
  for (const start of starts) {
    const first = Math.max(start, head);
    const last = Math.min(first + TRIES, lines.length);
    for (let below = first; below < last; below++) {
      const place = placeBelow(source, lines, below, text);
      if (isField(source, place, language)) {
        return place;
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
  return Math.max(
    title?.line ?? -1,
    ...items.map(item =>
      item.kind === 'field'
        ? item.line
        : item.line + item.text.split('\n').length - 1
    )
  );
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
    const line = indentOf(source, lines, Math.max(below, 0)) + text;
    return { edit: { start, end, text: line }, line: Math.max(below, 0) };
  }
  const newline = /\r\n|\r|\n/.exec(source)?.[0] ?? '\n';
  if (isTop) {
    return { edit: { start: 0, end: 0, text: text + newline }, line: 0 };
  }
  const { end } = lines[below];
  const line = newline + indentOf(source, lines, below) + text;
  return { edit: { start: end, end, text: line }, line: below + 1 };
}

/** The indentation of a statement on a blank line, or below one that is not. */
function indentOf(
  source: string,
  lines: readonly IPhysicalLine[],
  at: number
): string {
  const isBlank = BLANK.test(lines[at].text);
  let before = isBlank ? at - 1 : at;
  while (before >= 0 && BLANK.test(lines[before].text)) {
    before--;
  }
  const next = lines.slice(at + 1).find(({ text }) => !BLANK.test(text));
  const outer =
    before < 0 ? '' : indent(lines[statementOf(source, lines, before)]);
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
  source: string,
  lines: readonly IPhysicalLine[],
  at: number
): number {
  for (let first = at; first > Math.max(at - TRIES, 0); first--) {
    const { start } = lines[first];
    // A comment between statements stands in none.
    const probe = `${source.slice(0, start)}#\n${source.slice(start)}`;
    const found = scan(probe).lines.find(({ line }) => line === first);
    if (found?.hash === start && found.isFirst) {
      return first;
    }
  }
  return Math.max(at - TRIES, 0);
}

/** Whether what is written is a field, and all others are what they were. */
function isField(
  source: string,
  { edit, line }: IPlace,
  language: Writing
): boolean {
  const { start, end, text } = edit;
  const after = source.slice(0, start) + text + source.slice(end);
  const before = parseForm(source, language);
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

function linesOf(source: string): IPhysicalLine[] {
  const lines: IPhysicalLine[] = [];
  let start = 0;
  for (const { 0: newline, index } of source.matchAll(/\r\n|\r|\n/g)) {
    lines.push({ start, end: index, text: source.slice(start, index) });
    start = index + newline.length;
  }
  lines.push({ start, end: source.length, text: source.slice(start) });
  return lines;
}

function indent({ text }: IPhysicalLine): string {
  return INDENT.exec(text)?.[0] ?? '';
}
