/** The sentences of the section. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IOutcome } from './giving';

/** Names in a sentence. */
const NAMED = 6;

/** What was pasted, in a sentence or two. */
export function pastedText(
  trans: TranslationBundle,
  { changes, same, unknown, refused, strays }: IOutcome
): string {
  const count = changes.length;
  return [
    count > 0
      ? trans._n('%1 value set.', '%1 values set.', count)
      : same > 0
        ? trans.__('All values are as they were.')
        : '',
    ...lists(trans, unknown, refused, strays)
  ]
    .filter(Boolean)
    .join(' ');
}

/** What pasting would do, in a sentence or two; null is what cannot be read. */
export function previewText(
  trans: TranslationBundle,
  outcome: IOutcome | null
): string {
  if (!outcome) {
    return trans.__('This is no JSON, no -p name=value and no Python dict.');
  }
  const { changes, unknown, refused, strays } = outcome;
  return [
    changes.length > 0
      ? trans._n('%1 value changes.', '%1 values change.', changes.length)
      : trans.__('No value changes.'),
    ...lists(trans, unknown, refused, strays)
  ].join(' ');
}

/** What was put back. */
export function resetText(
  trans: TranslationBundle,
  count: number | null
): string {
  return count === null
    ? trans.__('The saved notebook cannot be read.')
    : count === 0
      ? trans.__('All values are as saved.')
      : trans._n(
          '%1 value as saved again.',
          '%1 values as saved again.',
          count
        );
}

function lists(
  trans: TranslationBundle,
  unknown: readonly string[],
  refused: readonly string[],
  strays: readonly string[]
): string[] {
  return [
    unknown.length > 0
      ? trans.__('Not in this notebook: %1.', listed(unknown))
      : '',
    refused.length > 0 ? trans.__('Not possible for %1.', listed(refused)) : '',
    strays.length > 0 ? trans.__('Not understood: %1.', listed(strays)) : ''
  ].filter(Boolean);
}

function listed(names: readonly string[]): string {
  const named = Array.from(new Set(names));
  const shown = named.slice(0, NAMED).join(', ');
  return named.length > NAMED ? `${shown} …` : shown;
}
