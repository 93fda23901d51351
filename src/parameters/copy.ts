/** Writes the values of fields for other places: JSON, words of a command line, a Python dict. */
import { writeString } from '../forms/literal';
import type { IField } from '../forms/types';
import { asCode, asJsonText, asText } from './written';
import { quoteWord } from './shellwords';

/** The ways to write values. */
export type CopyFormat = 'json' | 'words' | 'python';

/** Letters of a line that is still read at a glance. */
const LINE = 72;

/**
 * Write the values of fields. Fields without a value are left out.
 *
 * @param fields - in their order; of those with one name, the second is called `name#2` where it is
 *   not as the first
 */
export function copyText(
  fields: readonly IField[],
  format: CopyFormat
): string {
  const named = namedOnce(fields).filter(([, { text }]) => text !== '');
  switch (format) {
    case 'words':
      return named
        .map(([name, field]) => `-p ${quoteWord(`${name}=${asText(field)}`)}`)
        .join(' ');
    case 'python': {
      const items = named.map(
        ([name, field]) =>
          // In single quotes, it cannot be taken for JSON.
          `${writeString(name, "'", 'python')}: ${asCode(field)}`
      );
      const line = `{${items.join(', ')}}`;
      return line.length <= LINE ? line : block(items, ',');
    }
    case 'json':
      return block(
        named.map(
          ([name, field]) => `${JSON.stringify(name)}: ${asJsonText(field)}`
        )
      );
  }
}

/** What tells a field from the others of its name: its name, and from the second on which it is. */
export function numberedNames(fields: readonly IField[]): string[] {
  const counts = new Map<string, number>();
  return fields.map(({ name }) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}

/** Fields by name, without those that are as the first of their name. */
function namedOnce(fields: readonly IField[]): [string, IField][] {
  const first = new Map<string, IField>();
  const names = numberedNames(fields);
  return fields.flatMap((field, i) => {
    const known = first.get(field.name);
    if (!known) {
      first.set(field.name, field);
    }
    const isTold =
      known &&
      known.text === field.text &&
      known.raw === field.raw &&
      known.writing === field.writing &&
      known.type === field.type;
    return isTold ? [] : [[names[i], field] as [string, IField]];
  });
}

function block(items: readonly string[], last = ''): string {
  return items.length === 0 ? '{}' : `{\n  ${items.join(',\n  ')}${last}\n}`;
}
