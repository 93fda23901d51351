import { YCodeCell } from '@jupyter/ydoc';
import type { ICellModel } from '@jupyterlab/cells';

import {
  readView,
  shownView,
  viewChange,
  widthOf,
  writeView
} from '../cellview';
import { parseForm } from '../grammar';
import type { FormView } from '../view';

const PLAIN = parseForm('#@title A').title;
const FORM = parseForm('#@title A {display-mode: "form"}').title;

/** A cell with that metadata. */
function cell(metadata: object): ICellModel {
  const model = YCodeCell.create();
  model.setMetadata(metadata);
  return {
    getMetadata: (key: string) => model.getMetadata(key),
    setMetadata: (key: string, value: never) => model.setMetadata(key, value),
    deleteMetadata: (key: string) => model.deleteMetadata(key)
  } as unknown as ICellModel;
}

beforeAll(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

describe('shownView', () => {
  it.each([
    [PLAIN, {}, 'both', 'both'],
    [PLAIN, {}, 'form', 'form'],
    [null, {}, 'form', 'form'],
    [FORM, {}, 'both', 'form'],
    [FORM, { cellView: 'both' }, 'both', 'both'],
    [PLAIN, { cellView: 'form' }, 'both', 'form'],
    [PLAIN, { cellView: 'code' }, 'both', 'code'],
    [PLAIN, { cellView: 7 }, 'both', 'both'],
    [PLAIN, { isHidden: true }, 'both', 'form'],
    [FORM, { isHidden: false }, 'both', 'both'],
    [PLAIN, { cellView: 'form', isHidden: false }, 'both', 'both'],
    [PLAIN, { cellView: 'code', isHidden: false }, 'both', 'code'],
    [PLAIN, { cellView: 'both', isHidden: true }, 'both', 'form']
  ] as const)('%j %j %s', (title, metadata, usual, view) => {
    expect(shownView(title, metadata, usual)).toBe(view);
  });
});

describe('what is written', () => {
  const titles = { plain: PLAIN, form: FORM, none: null };
  const metadatas = [
    {},
    { cellView: 'form' },
    { cellView: 'code' },
    { cellView: 'both' },
    { jupyter: { source_hidden: true } },
    { jupyter: { source_hidden: true, outputs_hidden: true } },
    { cellView: 'form', jupyter: { source_hidden: true } }
  ];
  const all = Object.entries(titles).flatMap(([name, title]) =>
    metadatas.flatMap(metadata =>
      (['both', 'form'] as const).map(
        usual => [name, metadata, usual, title] as const
      )
    )
  );

  it.each(all)('for %s %j %s shows it', (_, metadata, usual, title) => {
    const model = cell(metadata);
    const views: FormView[] = ['form', 'both', 'form', 'both'];
    for (const view of views) {
      writeView(model, viewChange(title, readView(model), usual, view));
      expect(shownView(title, readView(model), usual)).toBe(view);
    }
    // Colab's key is there where it was, and other keys stay.
    expect(model.getMetadata('cellView') === undefined).toBe(
      !('cellView' in metadata)
    );
    const hidden = metadata.jupyter && 'outputs_hidden' in metadata.jupyter;
    expect(model.getMetadata('jupyter')?.outputs_hidden === true).toBe(
      Boolean(hidden)
    );
  });

  it('leaves nothing behind where nothing needs to be said', () => {
    const model = cell({});
    const set = (view: FormView) =>
      writeView(model, viewChange(PLAIN, readView(model), 'both', view));
    set('form');
    expect(model.getMetadata('jupyter')).toEqual({ source_hidden: true });
    set('both');
    expect(model.getMetadata('jupyter')).toBeUndefined();
  });
});

describe('widthOf', () => {
  it.each([
    ['25%', '25%'],
    ['300px', '300px'],
    ['12.5em', '12.5em'],
    ['100%', null],
    ['0px', null],
    ['1px; color: red', null],
    ['calc(1px)', null],
    ['99999px', null]
  ])('%s', (formWidth, width) => {
    expect(widthOf({ line: 0, text: '', formWidth })).toBe(width);
  });

  it('is none where the title has none', () => {
    expect(widthOf(PLAIN)).toBeNull();
    expect(widthOf(null)).toBeNull();
  });
});
