/** The words of the dialog. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { FieldType } from '../forms/value';
import type { DraftFault, FaultPart } from './draft';
import type { NamePlace } from './names';

/** The types, in the order in which they are offered, by what a person calls them. */
export function typeNames(
  trans: TranslationBundle
): readonly (readonly [FieldType, string])[] {
  return [
    ['string', trans.__('Text')],
    ['number', trans.__('Number')],
    ['integer', trans.__('Whole number')],
    ['slider', trans.__('Slider')],
    ['boolean', trans.__('Yes or no')],
    ['dropdown', trans.__('Choice')],
    ['date', trans.__('Date')],
    ['raw', trans.__('Code')]
  ];
}

/** What is wrong in a part, and what would be right. */
export function faultText(
  trans: TranslationBundle,
  part: FaultPart,
  fault: DraftFault
): string {
  switch (fault) {
    case 'missing':
      return part === 'name'
        ? trans.__('A field needs the name of a variable.')
        : trans.__('A slider needs both ends.');
    case 'letters':
      return trans.__(
        'A name has letters, digits and underscores, and begins with a letter.'
      );
    case 'keyword':
      return trans.__('This is a word of the language itself.');
    case 'options':
      return trans.__('There is nothing to choose from: one option a line.');
    case 'number':
      return trans.__('Not a number.');
    case 'integer':
      return trans.__('Not a whole number.');
    case 'order':
      return trans.__('The maximum is below the minimum.');
    case 'positive':
      return trans.__('A step is above 0.');
  }
}

/** What there is to say of a name that is a field already. */
export function takenText(trans: TranslationBundle, place: NamePlace): string {
  return place === 'cell'
    ? trans.__('This cell has a field of that name: the lower line counts.')
    : trans.__('Another cell has a field of that name.');
}

/** What is in the way of a field: it or its cell is gone, or locked, or has no place for it. */
export type Obstacle = 'cell' | 'field' | 'locked' | 'refused';

/** What is in the way of a field. */
export function obstacleText(
  trans: TranslationBundle,
  obstacle: Obstacle
): string {
  switch (obstacle) {
    case 'cell':
      return trans.__('The cell is gone.');
    case 'field':
      return trans.__('The field is gone.');
    case 'locked':
      return trans.__('The cell is locked.');
    case 'refused':
      return trans.__('The cell cannot take this field.');
  }
}
