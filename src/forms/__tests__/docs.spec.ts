/** The reference of forms says what is so. */
import { readFileSync } from 'fs';
import * as path from 'path';

import { TYPES } from '../annotation';
import { parseForm } from '../grammar';

const PAGE = readFileSync(
  path.join(__dirname, '../../../docs/reference/forms.md'),
  'utf8'
);

/** The text between backticks at the beginning of each row of a section's tables. */
function firstOf(heading: string): string[] {
  const [, section = ''] = PAGE.split(`\n${heading}\n`);
  const [own] = section.split(/\n#/);
  return Array.from(own.matchAll(/^\| `([^`]+)`/gm), ([, text]) => text);
}

const FIELDS = firstOf('## Fields');
const TITLES = firstOf('## Titles and views');

it.each(FIELDS)('%s makes a field', annotation => {
  const { items, rejected } = parseForm(`x = 1 ${annotation}`);
  expect(rejected).toEqual([]);
  expect(items).toHaveLength(1);
  expect(items[0]).not.toHaveProperty('hint');
});

it('names every type', () => {
  const types = FIELDS.map(annotation => {
    const [item] = parseForm(`x = 1 ${annotation}`).items;
    return item.kind === 'field' ? item.type : null;
  });
  expect(new Set(types)).toEqual(new Set([...TYPES, 'dropdown']));
});

it.each(TITLES)('%s is read in a title', option => {
  const { title } = parseForm(`#@title T ${option}`);
  expect(title?.text).toBe('T');
  // Outputs stand below their cells in any case.
  const says = !option.includes('vertical-output');
  expect(Object.keys(title ?? {})).toHaveLength(says ? 3 : 2);
});

it('names what a title can have', () => {
  expect(TITLES).toHaveLength(4);
});
