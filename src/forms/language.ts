/**
 * How the values of a cell are written: as the language of its kernel has it, unless the cell has a
 * magic that gives it to another one.
 */
import type { Writing } from './literal';
import { cellMagic } from './magics';
import { scan } from './scan';

const PYTHON = /^$|py|sage|sos/i;
const R = /^(?:spark)?r$/i;
const SHELL = /^(?:ba|z|da|k)?sh$|^shell/i;

/** Magics whose cells are in languages of which nothing is known here. */
const OTHER =
  /^%%(?:css|html|javascript|js|latex|markdown|perl|ruby|svg|sql)$/i;

/** As much of a notebook as tells its language. */
export interface ILanguageModel {
  getMetadata(key: string): unknown;
}

/**
 * The language of a notebook.
 *
 * @param model - the notebook, whose metadata say it since its kernel was first started
 * @returns null where it is none of which we know how values are written
 */
export function languageOf(model: ILanguageModel | null): Writing | null {
  const name =
    textAt(model?.getMetadata('language_info'), 'name') ||
    textAt(model?.getMetadata('kernelspec'), 'language');
  if (PYTHON.test(name)) {
    return 'python';
  }
  return R.test(name) ? 'r' : SHELL.test(name) ? 'shell' : null;
}

/**
 * How values are written in a cell.
 *
 * @param source - the source of the cell
 * @param language - of its notebook
 * @returns null where nobody here knows
 */
export function writingIn(
  source: string,
  language: Writing | null
): Writing | null {
  const known = languageOfMagic(source, language);
  return known === 'python' && cellMagic(source) !== null
    ? scan(source).dialect
    : known;
}

/** The language of a cell, without a look at its code: shells are known by `scan`. */
export function languageOfMagic(
  source: string,
  language: Writing | null
): Writing | null {
  const magic = language === 'python' ? cellMagic(source) : null;
  if (magic === null) {
    return language;
  }
  return magic === '%%R' ? 'r' : OTHER.test(magic) ? null : language;
}

function textAt(value: unknown, key: string): string {
  const text =
    typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)[key]
      : null;
  return typeof text === 'string' ? text : '';
}
