/**
 * The sentences about a cell's text and its links, in one table that the kernel reads too: a mistake
 * reads the same in the panel, in the cell's output and in a terminal.
 */
import sentences from '../../jupyterlab_preflight/bootstrap/messages.json';
import { codePoints, visible } from '../sources/characters';

const LONGEST = 80;
const table = new Map(Object.entries(sentences));

/**
 * A sentence with values in the places `%1`, `%2` …. Values come from the cell: they are cut at 80
 * letters, and what is invisible in them is made visible.
 *
 * @param code - name of the sentence
 * @param values - what stands in its places
 * @param translate - looks the sentence up in another language
 */
export function sentenceOf(
  code: string,
  values: readonly string[] = [],
  translate: (sentence: string) => string = sentence => sentence
): string {
  return translate(table.get(code) ?? code).replace(
    /%([1-9])/g,
    (place: string, number: string) => {
      const value = values[Number(number) - 1];
      return value === undefined ? place : shortened(value);
    }
  );
}

function shortened(value: string): string {
  const start = value.slice(0, 4 * LONGEST);
  const cut =
    codePoints(start) <= LONGEST
      ? value
      : `${Array.from(start)
          .slice(0, LONGEST - 1)
          .join('')}…`;
  return visible(cut);
}
