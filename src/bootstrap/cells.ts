/**
 * The two cells of ours, known by their text alone: the loader, and the `%%preflight` cell. Nothing
 * about them is kept anywhere else, so they are found again whoever has edited them.
 */

import type { ITextEdit } from './shared';

/** Versions of the kernel's package that this front end works with. */
export const REQUIREMENT = 'jupyterlab-preflight>=0.1,<1';

/** The title of a new cell. */
export const TITLE = 'Data, code and packages';

const BLANK = /^[ \t]*(#.*)?$/;
const MAGIC = /^[ \t]*%%preflight(?![^ \t])/;
const LOADER =
  /^[ \t]*%(load|reload)_ext[ \t]+jupyterlab_preflight[ \t]*(#.*)?$/m;
// IPython evaluates what stands in braces behind a magic, in a comment too.
const LOADER_LINE =
  /^[ \t]*%(load|reload)_ext[ \t]+jupyterlab_preflight[ \t]*$/;

/** Whether a cell is one of steps: `%%preflight` is its first line that is no comment. */
export function isBootstrapCell(source: string): boolean {
  return magicEnd(source) >= 0;
}

/** Whether a cell loads the kernel's side. */
export function isLoaderCell(source: string): boolean {
  return LOADER.test(source) && !isBootstrapCell(source);
}

/**
 * Where the steps of a cell begin: after the line of `%%preflight` and the comments before it; 0
 * where there is no such line.
 */
export function bodyOffset(source: string): number {
  return Math.max(0, magicEnd(source));
}

/**
 * What a cell of steps asks for: the words behind `%%preflight`, which say where, and the steps.
 *
 * @param source - of a cell of steps
 */
export function askedFor(source: string): string {
  const end = bodyOffset(source);
  const words = /%%preflight([^\r\n]*)[\r\n]*$/.exec(source.slice(0, end));
  return `${words?.[1].trim() ?? ''}\n${source.slice(end)}`;
}

/**
 * Whether a loader only loads, or is the one that we write. Others hold code that comes with the
 * notebook: they are the user's to run.
 */
export function isPlainLoader(source: string): boolean {
  const lines = source.split(/\r\n|\r|\n/).filter(line => !BLANK.test(line));
  return (
    lines.every(line => LOADER_LINE.test(line)) ||
    lines.join('\n') === loaderSource()
  );
}

/**
 * The source of the loader: loads the kernel's side, where it is missing installs it once, from a
 * wheel beside the notebook or from the package index, and else says so in one sentence.
 */
export function loaderSource(): string {
  return `try:
    %load_ext jupyterlab_preflight
except ImportError:
    import glob
    preflight = (sorted(glob.glob("jupyterlab_preflight-*.whl")) or ["${REQUIREMENT}"])[-1]
    %pip install -q --disable-pip-version-check --timeout 10 --retries 1 "{preflight}"
    try:
        %load_ext jupyterlab_preflight
    except ImportError:
        from IPython.core.error import UsageError
        raise UsageError("Preflight is not installed here and could not be fetched: "
                         "run pip install jupyterlab-preflight where there is a network.") from None
`.trimEnd();
}

/**
 * The edit that lets a loader install what it loads.
 *
 * @param source - of a loader
 * @returns null where the cell seems to see to that itself
 */
export function installingEdit(source: string): ITextEdit | null {
  const found = /^%(re)?load_ext[ \t]+jupyterlab_preflight\b/m.exec(source);
  return found
    ? {
        start: found.index,
        end: found.index + found[0].length,
        text: loaderSource()
      }
    : null;
}

/**
 * The source of a cell of steps.
 *
 * @param lines - the steps
 * @param title - shown as the cell's heading; empty for none
 */
export function bootstrapSource(
  lines: readonly string[],
  title = TITLE
): string {
  return [
    '%%preflight',
    ...(title === '' ? [] : [`#@title ${title.replace(/\s+/g, ' ')}`]),
    ...lines
  ].join('\n');
}

/** Where the line of `%%preflight` ends, with its break; -1 where there is none. */
function magicEnd(source: string): number {
  let at = 0;
  while (at <= source.length) {
    const length = source.slice(at).search(/[\r\n]/);
    const end = length < 0 ? source.length : at + length;
    const line = source.slice(at, end);
    const next = end + (source.startsWith('\r\n', end) ? 2 : 1);
    if (MAGIC.test(line)) {
      return Math.min(next, source.length);
    }
    if (!BLANK.test(line)) {
      return -1;
    }
    at = next;
  }
  return -1;
}
