import { nullTranslator } from '@jupyterlab/translation';

import { parseForm } from '../../forms/grammar';
import { FIELD_EVENTS } from '../../forms/hands';
import type { IField } from '../../forms/types';
import { FieldPreview } from '../preview';

/** The preview of the field of a line, in the page. */
function show(line: string) {
  const set = jest.fn(() => true);
  const preview = new FieldPreview(set, nullTranslator.load(''));
  FIELD_EVENTS.forEach(type =>
    preview.node.addEventListener(type, event => preview.take(event))
  );
  document.body.replaceChildren(preview.node);
  preview.show(parseForm(line).items[0] as IField, true);
  const input = preview.node.querySelector('input');
  if (!input) {
    throw new Error('no input');
  }
  const type = (value: string, isComposing = false) => {
    input.value = value;
    input.dispatchEvent(
      new InputEvent('input', { bubbles: true, isComposing })
    );
  };
  const press = (key: string) => {
    const event = new KeyboardEvent('keydown', { key });
    Object.defineProperty(event, 'target', { value: input });
    return preview.take(event);
  };
  return { preview, press, set, type };
}

const TEXT = 's = "a" # @param {type:"string"}';

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe('FieldPreview', () => {
  it('takes what is typed after a pause, and not half of a composition', () => {
    const { set, type } = show(TEXT);
    type('n');
    type('ni', true);
    jest.advanceTimersByTime(2000);
    expect(set).not.toHaveBeenCalled();
    type('b');
    jest.advanceTimersByTime(500);
    expect(set.mock.calls).toEqual([['b']]);
  });

  it('forgets what was typed for another field', () => {
    const { preview, set, type } = show(TEXT);
    type('b');
    preview.clear();
    preview.flush();
    jest.advanceTimersByTime(2000);
    expect(set).not.toHaveBeenCalled();
  });

  it('leaves Enter to the dialog unless a list is open', () => {
    const { press } = show('s = "a" # @param ["a", "b"] {allow-input: true}');
    expect(press('Enter')).toBe(false);
    expect(press('ArrowDown')).toBe(true);
    expect(press('Enter')).toBe(true);
    expect(press('Enter')).toBe(false);
  });
});
