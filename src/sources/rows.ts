/**
 * The list of the Sources section as data: one row a line of a `%%preflight` cell, in its order,
 * with what the kernel said about it. Pure, so that every state can be put into a table of tests.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IProblem, IStep } from '../bootstrap/grammar';
import { match } from '../bootstrap/match';
import { aboutStep, isSource, nameOf, placeOf } from '../bootstrap/names';
import { type IWrongLine, wrongLines } from '../bootstrap/wrong';
import type { ISnapshot, ISnapshotRow } from '../channel/messages';
import { clock, share, size, span } from '../figures';
import type { Glyph } from '../glyphs';

/** What a button of a row does. */
export type RowVerb =
  'again' | 'check' | 'edit' | 'fix' | 'open-page' | 'open-folder' | 'show';

/** A button of a row that needs something. */
export interface IRowButton {
  verb: RowVerb;
  label: string;
  /** The line to write (`fix`), or the address to open (`open-page`). */
  value?: string;
}

/** One row. */
export interface IRow {
  /** Stable while the line stays what it is: kept by the view to keep its place. */
  id: string;
  /** Id of the cell. */
  cell: string;
  /** Place among the cell's steps; -1 for a line that cannot be read. */
  index: number;
  step: IStep | null;
  /** The line as it stands, with its continuations. */
  line: string;
  /** Where it stands in the source of the cell, in UTF-16 units. */
  start: number;
  end: number;
  name: string;
  glyph: Glyph;
  /** What the state is in one or two words, for those who do not see the picture. */
  state: string;
  text: string;
  meta: string;
  /** Everything there is to say, for the tooltip. */
  title: string;
  /** Part that is done, 0 to 1; null where nothing is at work or the whole is not known. */
  progress: number | null;
  buttons: IRowButton[];
  /** Whether the reason may take several lines. */
  wraps: boolean;
  /** Whether the line cannot be run as it stands. */
  isWrong: boolean;
  /** The link as it was written; empty where there is none. */
  link: string;
  /** Absolute path on the kernel's machine; empty where it is not known. */
  path: string;
  /** When the kernel has ended it, in seconds since the epoch; null where it has not. */
  ended: number | null;
}

/** A cell with its steps, as far as they can be read. */
export interface IParsedCell {
  id: string;
  source: string;
  steps: readonly IStep[];
  problems: readonly IProblem[];
}

/**
 * The rows of some cells.
 *
 * @param cells - all `%%preflight` cells of a notebook
 * @param snapshot - what the kernel said last, or null
 */
export function rowsOf(
  cells: readonly IParsedCell[],
  snapshot: ISnapshot | null,
  trans: TranslationBundle
): IRow[] {
  const said = match(
    cells.flatMap(cell => cell.steps),
    snapshot
  );
  const seen = new Map<string, number>();
  return cells.flatMap(cell => {
    const wrong = wrongLines(cell.source, cell);
    const rows = cell.steps.map((step, index) => {
      const times = seen.get(step.key) ?? 0;
      seen.set(step.key, times + 1);
      const own = wrong.find(line => line.step === step);
      const row = stepRow(
        cell,
        step,
        index,
        times,
        said.shift() ?? null,
        trans
      );
      return own
        ? { ...row, title: row.line, ...mistaken(own, true, trans) }
        : row;
    });
    const others = wrong.filter(line => line.step === null);
    return [...rows, ...lineRows(cell, others, trans)].sort(
      (a, b) => a.start - b.start
    );
  });
}

function stepRow(
  cell: IParsedCell,
  step: IStep,
  index: number,
  times: number,
  said: ISnapshotRow | null,
  trans: TranslationBundle
): IRow {
  const row: IRow = {
    id: `${cell.id} ${step.key} ${times}`,
    cell: cell.id,
    index,
    step,
    line: cell.source.slice(step.start, step.end),
    start: step.start,
    end: step.end,
    name: nameOf(step, trans),
    glyph: 'unknown',
    state: trans.__('not prepared'),
    text: aboutStep(step, trans),
    meta: placeOf(step, trans),
    title: '',
    progress: null,
    buttons: [],
    wraps: false,
    isWrong: false,
    link: isSource(step) ? step.args[0] : '',
    path: said?.path ?? '',
    ended: said?.ended ?? null
  };
  if (said) {
    Object.assign(row, saidOf(said, row, trans));
  }
  row.title = [row.name, row.text, ...(said?.notes ?? [])]
    .filter(text => text !== '')
    .join('\n');
  return row;
}

/** Steps of which it matters when they were done: what they bring may have changed since. */
const TIMED: ReadonlySet<string> = new Set(['project', 'pip', 'keep']);

/** What the kernel says about a step, in the places of a row. */
function saidOf(
  said: ISnapshotRow,
  row: IRow,
  trans: TranslationBundle
): Partial<IRow> {
  switch (said.state) {
    case 'waiting':
      return {
        glyph: 'waiting',
        state: trans.__('waiting'),
        text: said.text || trans.__('waiting')
      };
    case 'working':
      return atWork(said, trans);
    case 'ready':
      return {
        glyph: 'ready',
        state: trans.__('ready'),
        text:
          said.ended && TIMED.has(said.step)
            ? `${said.text} · ${clock(said.ended)}`
            : said.text,
        meta: said.meta || (said.bytes ? size(said.bytes) : row.meta)
      };
    case 'warning':
      return {
        glyph: 'needs',
        state: trans.__('ready, with a warning'),
        text: said.text,
        meta: said.meta || row.meta,
        wraps: true,
        buttons: said.error ? cures(said, trans) : []
      };
    case 'blocked':
      return {
        glyph: 'waiting',
        state: trans.__('not run'),
        text: said.text || trans.__('not run'),
        wraps: true
      };
    case 'skipped':
      return {
        glyph: 'skipped',
        state: trans.__('skipped'),
        text: said.text
      };
    case 'needs':
    case 'failed':
    case 'offline':
      return {
        glyph: said.state,
        state: {
          needs: trans.__('needs you'),
          failed: trans.__('failed'),
          offline: trans.__('no network')
        }[said.state],
        text: said.text,
        wraps: true,
        buttons: cures(said, trans)
      };
  }
}

function atWork(said: ISnapshotRow, trans: TranslationBundle): Partial<IRow> {
  const parts: string[] = [];
  if (said.of) {
    parts.push(trans.__('%1 of %2 %3', ...share(said.bytes, said.of)));
  } else if (said.bytes) {
    parts.push(size(said.bytes));
  }
  if (said.eta !== null) {
    parts.push(trans.__('%1 left', span(said.eta)));
  }
  if (said.text) {
    parts.push(said.text);
  }
  return {
    glyph: 'working',
    state: trans.__('working'),
    text: parts.join(' · ') || trans.__('working'),
    meta: said.speed === null ? '' : trans.__('%1/s', size(said.speed)),
    progress: said.of ? Math.min(1, said.bytes / said.of) : null
  };
}

/** The buttons that lead on from an error, by its kind; there is always one. */
function cures(said: ISnapshotRow, trans: TranslationBundle): IRowButton[] {
  const again: IRowButton = { verb: 'again', label: trans.__('Try again') };
  const edit: IRowButton = { verb: 'edit', label: trans.__('Edit') };
  const page = /https:\/\/[^\s"'<>]+[^\s"'<>.,;:!?)]/.exec(
    said.error?.action ?? ''
  )?.[0];
  const open: IRowButton[] = page
    ? [{ verb: 'open-page', label: trans.__('Open page'), value: page }]
    : [];
  switch (said.error?.code) {
    case 'cell':
    case 'link':
    case 'unsupported':
      return [edit];
    case 'gone':
    case 'install':
    case 'not-an-archive':
    case 'unsafe-archive':
      return [...open, edit, again];
    case 'conflict':
      return [
        { verb: 'open-folder', label: trans.__('Open folder') },
        edit,
        again
      ];
    default:
      return [...open, again];
  }
}

/** Lines that are no steps. */
function lineRows(
  cell: IParsedCell,
  wrong: readonly IWrongLine[],
  trans: TranslationBundle
): IRow[] {
  const spans = lineSpans(cell.source);
  const textOf = (n: number) => cell.source.slice(...(spans[n] ?? [0, 0]));
  return wrong.map(own => {
    const at = own.line - 1;
    const [start, end] = spans[at] ?? [0, 0];
    const line = textOf(at);
    // A correction is of all lines that are continued.
    const isWhole = !line.endsWith('\\') && !textOf(at - 1).endsWith('\\');
    return {
      id: `${cell.id} line ${own.line}`,
      cell: cell.id,
      index: -1,
      step: null,
      line,
      start,
      end,
      name: trans.__('Line %1', own.line),
      meta: '',
      title: line,
      link: '',
      path: '',
      ended: null,
      ...mistaken(own, isWhole, trans)
    };
  });
}

/** What a row says of a line that is wrong, whatever the kernel has said of it before. */
function mistaken(
  { problems }: IWrongLine,
  isWhole: boolean,
  trans: TranslationBundle
): Pick<
  IRow,
  'glyph' | 'state' | 'text' | 'progress' | 'buttons' | 'wraps' | 'isWrong'
> {
  const fix = isWhole ? problems.find(({ hint }) => hint)?.hint : undefined;
  return {
    glyph: 'failed',
    state: trans.__('wrong'),
    text: [...new Set(problems.map(({ message }) => message))].join(' '),
    progress: null,
    buttons: [
      ...(fix
        ? [{ verb: 'fix' as const, label: trans.__('Correct'), value: fix }]
        : []),
      { verb: 'edit', label: trans.__('Edit') }
    ],
    wraps: true,
    isWrong: true
  };
}

function lineSpans(source: string): [number, number][] {
  const spans: [number, number][] = [];
  let start = 0;
  for (const line of source.split('\n')) {
    spans.push([start, start + line.length]);
    start += line.length + 1;
  }
  return spans;
}
