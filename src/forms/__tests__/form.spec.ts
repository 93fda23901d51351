import type { YNotebook } from '@jupyter/ydoc';
import type { Cell } from '@jupyterlab/cells';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import * as Y from 'yjs';

import { FormBody } from '../form';
import type { IFormHost } from '../host';
import type { CellForm } from '../cellform';
import { formsOf, preferences } from './fakes';

const TRAIN = [
  '#@title Train',
  'lr = 0.01 #@param {type:"number"}',
  'name = "a" #@param {type:"string"}',
  'on = True #@param {type:"boolean"}',
  'size = "s" #@param ["s", "m"]',
  'code = f(1) #@param {type:"raw"}',
  'day = "2026-03-01" #@param {type:"date"}',
  'any = "s" #@param ["s", "m"] {allow-input: true}'
].join('\n');

/** A form in the page, which is patched at once when it asks for that. */
function open(source: string) {
  const { forms, panel, shared } = formsOf(source);
  const [cell] = forms.cells;
  return { ...show(cell), cell, panel, shared };
}

function show(cell: CellForm) {
  const node = document.createElement('div');
  node.tabIndex = -1;
  const host = {
    panel: {
      content: {
        node,
        rendermime: {
          createModel: (options: unknown) => options,
          createRenderer: () =>
            Object.assign(new Widget(), { renderModel: async () => undefined })
        }
      }
    },
    preferences,
    commands: new CommandRegistry(),
    trans: nullTranslator.load(''),
    runAndAdvance: jest.fn(async () => undefined)
  } as unknown as IFormHost;
  const widget = { node, model: cell.model } as unknown as Cell;
  const body = new FormBody(
    cell,
    widget,
    {
      view: 'both',
      place: (one, place) => place.append(one.node),
      setView: () => undefined,
      toggleCode: () => undefined,
      requestPatch: () => body.patch()
    },
    host
  );
  node.append(body.node);
  document.body.append(node);
  body.patch();
  cell.changed.connect(() => body.patch());
  jest.spyOn(cell, 'run').mockResolvedValue();
  const input = (label: string) => {
    const found = Array.from(body.node.querySelectorAll('label')).find(
      one => one.textContent === label
    );
    return document.getElementById(found?.htmlFor ?? '') as HTMLInputElement;
  };
  const type = (label: string, text: string, isComposing = false) => {
    input(label).focus();
    input(label).value = text;
    input(label).dispatchEvent(
      new InputEvent('input', { bubbles: true, isComposing })
    );
  };
  const press = (label: string, key: string, modifiers: KeyboardEventInit) => {
    const event = { key, bubbles: true, cancelable: true, ...modifiers };
    input(label).dispatchEvent(new KeyboardEvent('keydown', event));
  };
  const { commands, runAndAdvance } = host;
  return { body, commands, input, press, runAndAdvance, type };
}

/** What arrives at one page reaches the other. */
function join(one: YNotebook, other: YNotebook): void {
  Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(one.ydoc));
  Y.applyUpdate(one.ydoc, Y.encodeStateAsUpdate(other.ydoc));
}

// The shared models fill new cells before they join a document, which Yjs remarks on.
beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
  Element.prototype.scrollIntoView = () => undefined;
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  document.body.replaceChildren();
});

describe('FormBody', () => {
  it('writes what is typed after a pause, in one step', () => {
    const { cell, shared, type } = open(TRAIN);
    type('lr', '0.');
    jest.advanceTimersByTime(300);
    type('lr', '0.5');
    jest.advanceTimersByTime(499);
    expect(cell.source).toBe(TRAIN);
    jest.advanceTimersByTime(1);
    expect(cell.source).toBe(TRAIN.replace('0.01', '0.5'));
    shared.cells[0].undo();
    expect(cell.source).toBe(TRAIN);
  });

  it('writes what is typed when the field is left', () => {
    const { cell, input, type } = open(TRAIN);
    type('name', 'b');
    input('name').blur();
    expect(cell.source).toBe(TRAIN.replace('"a"', '"b"'));
  });

  it('writes what is typed before a command of the application', () => {
    const { cell, commands, press, type } = open(TRAIN);
    const saved: string[] = [];
    commands.addCommand('test:save', {
      describedBy: { args: null },
      execute: () => saved.push(cell.source)
    });
    commands.addKeyBinding({
      command: 'test:save',
      keys: ['Ctrl S'],
      selector: 'body'
    });
    type('name', 'b');
    press('name', 's', { ctrlKey: true, keyCode: 83 });
    expect(saved).toEqual([TRAIN.replace('"a"', '"b"')]);
  });

  it('writes what is typed before a button outside is pressed', () => {
    const { cell, input, type } = open(TRAIN);
    const press = (target: Element) =>
      target.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    document.body.addEventListener('pointerdown', event =>
      event.stopPropagation()
    );
    type('name', 'b');
    press(input('name'));
    expect(cell.source).toBe(TRAIN);
    press(document.body);
    expect(cell.source).toBe(TRAIN.replace('"a"', '"b"'));
  });

  it('listens to the page only while something is typed', () => {
    const add = jest.spyOn(document, 'addEventListener');
    const remove = jest.spyOn(document, 'removeEventListener');
    const { input, type } = open(TRAIN);
    expect(add).not.toHaveBeenCalled();
    type('name', 'b');
    expect(add).toHaveBeenCalledTimes(1);
    input('name').dispatchEvent(new Event('change', { bubbles: true }));
    expect(remove).toHaveBeenCalledWith(...add.mock.calls[0]);
  });

  it.each(['shiftKey', 'ctrlKey'])(
    'runs the cell with %s and Enter while a list is open',
    key => {
      const { cell, input, press, runAndAdvance } = open(TRAIN);
      press('any', 'ArrowDown', { altKey: true });
      expect(input('any').getAttribute('aria-expanded')).toBe('true');
      press('any', 'Enter', { [key]: true });
      expect(input('any').getAttribute('aria-expanded')).toBe('false');
      expect(cell.run).toHaveBeenCalledTimes(key === 'ctrlKey' ? 1 : 0);
      expect(runAndAdvance).toHaveBeenCalledTimes(key === 'shiftKey' ? 1 : 0);
      expect(cell.source).toBe(TRAIN);
    }
  );

  it('opens and closes a list with Alt and the arrows', () => {
    const { input, press } = open(TRAIN);
    const isOpen = () => input('any').getAttribute('aria-expanded');
    press('any', 'ArrowDown', { altKey: true });
    expect(isOpen()).toBe('true');
    press('any', 'ArrowUp', { altKey: true });
    expect(isOpen()).toBe('false');
  });

  it('says that a number is too long before its field is locked', () => {
    const { body, cell, input, type } = open(TRAIN);
    type('lr', '12345678901234567');
    jest.advanceTimersByTime(500);
    expect(cell.source).toBe(TRAIN);
    expect(body.node.textContent).toContain('The number has too many digits');
    expect(input('lr').readOnly).toBe(false);
    type('lr', '1234567890123456');
    jest.advanceTimersByTime(500);
    expect(cell.source).toContain('lr = 1234567890123456 ');
  });

  it('waits for a composition to end', () => {
    const { cell, input, type } = open(TRAIN);
    type('name', 'ni', true);
    jest.advanceTimersByTime(2000);
    expect(cell.source).toBe(TRAIN);
    type('name', '你', true);
    input('name').dispatchEvent(new Event('compositionend', { bubbles: true }));
    jest.advanceTimersByTime(500);
    expect(cell.source).toBe(TRAIN.replace('"a"', '"你"'));
  });

  it('does not write into a composition that follows typing', () => {
    const { cell, type } = open(TRAIN);
    type('name', 'n');
    jest.advanceTimersByTime(300);
    type('name', 'ni', true);
    jest.advanceTimersByTime(2000);
    expect(cell.source).toBe(TRAIN);
  });

  it('does not write into a composition for another change', () => {
    const { cell, input, type } = open(TRAIN);
    type('name', 'ni', true);
    const box = input('on');
    box.checked = false;
    box.dispatchEvent(new Event('change', { bubbles: true }));
    expect(cell.source).toBe(TRAIN.replace('True', 'False'));
    expect(input('name').value).toBe('ni');
  });

  it('never replaces or rewrites what has the focus', () => {
    const { cell, input, shared, type } = open(TRAIN);
    const lr = input('lr');
    type('lr', ' 5');
    jest.advanceTimersByTime(500);
    expect(cell.source).toContain('lr = 5 ');
    expect(lr.value).toBe(' 5');
    shared.cells[0].updateSource(
      0,
      0,
      '#@markdown more\nfirst = 1 #@param {type:"integer"}\n'
    );
    expect(input('first').value).toBe('1');
    expect(input('lr')).toBe(lr);
    expect(document.activeElement).toBe(lr);
    expect(lr.value).toBe(' 5');
    lr.blur();
    expect(lr.value).toBe('5');
  });

  it('keeps what is being typed when somebody else changes the field', () => {
    const { cell, input, shared, type } = open(TRAIN);
    const at = TRAIN.indexOf('0.01');
    type('lr', '7');
    shared.cells[0].updateSource(at, at + 4, '8');
    expect(input('lr').value).toBe('7');
    jest.advanceTimersByTime(500);
    expect(cell.source).toContain('lr = 7 ');
    // Nobody types now.
    shared.cells[0].updateSource(at, at + 1, '9');
    expect(input('lr').value).toBe('9');
  });

  it('marks what cannot be written until it can', () => {
    const { body, cell, input, type } = open(TRAIN);
    type('lr', 'x');
    jest.advanceTimersByTime(500);
    expect(input('lr').getAttribute('aria-invalid')).toBe('true');
    expect(body.node.textContent).toContain(
      'Not a number. The code still says 0.01.'
    );
    type('code', 'f(1');
    input('code').blur();
    expect(body.node.textContent).toContain('A bracket has no partner.');
    expect(cell.source).toBe(TRAIN);
    type('lr', '2');
    expect(input('lr').getAttribute('aria-invalid')).toBeNull();
  });

  it('takes half a date for none', () => {
    const { body, cell, input, type } = open(TRAIN);
    const isHalf = jest.fn(() => true);
    Object.defineProperty(input('day').validity, 'badInput', { get: isHalf });
    type('day', '');
    jest.advanceTimersByTime(500);
    expect(cell.source).toBe(TRAIN);
    expect(input('day').getAttribute('aria-invalid')).toBe('true');
    expect(body.node.textContent).toContain('Not a date.');
    isHalf.mockReturnValue(false);
    type('day', '');
    jest.advanceTimersByTime(500);
    expect(cell.source).toBe(TRAIN.replace('"2026-03-01"', '""'));
  });

  it('waits for the last part of a date', () => {
    const { cell, input, type } = open(TRAIN);
    for (const year of ['0002', '0020', '0203', '2031']) {
      type('day', `${year}-03-01`);
      input('day').dispatchEvent(new Event('change', { bubbles: true }));
      expect(cell.source).toBe(TRAIN);
    }
    jest.advanceTimersByTime(500);
    expect(cell.source).toBe(TRAIN.replace('2026', '2031'));
  });

  it('writes a choice at once, and takes it back by the cell’s history', () => {
    const { cell, input } = open(TRAIN);
    input('size').value = 'm';
    input('size').dispatchEvent(new Event('change', { bubbles: true }));
    expect(cell.source).toBe(TRAIN.replace('"s" ', '"m" '));
    input('size').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true })
    );
    expect(cell.source).toBe(TRAIN);
    expect(input('size').value).toBe('s');
  });

  it('shows what has changed since the last run', () => {
    const { body, panel, type } = open(TRAIN);
    const was = () =>
      Array.from(
        body.node.querySelectorAll('.jp-Preflight-was'),
        node => node.textContent
      ).filter(Boolean);
    panel.execute(0, { success: true });
    expect(was()).toEqual([]);
    type('name', '');
    type('lr', '3');
    jest.advanceTimersByTime(500);
    expect(was()).toEqual(['was 0.01', 'was a']);
  });

  it('says why a magic below comments has failed', () => {
    const { body, panel } = open('#@title A\n%%bash\nls');
    const told = () => body.node.textContent?.includes('%%bash');
    panel.execute(0, { success: false, errorName: 'NameError' });
    expect(told()).toBe(false);
    panel.execute(0, { success: false, errorName: 'UsageError' });
    expect(told()).toBe(true);
    panel.execute(0, { success: true });
    expect(told()).toBe(false);
  });

  it('is locked with its cell', () => {
    const { input, panel, shared } = open(TRAIN);
    shared.cells[0].setMetadata('editable', false);
    (panel.models()[0].metadataChanged as Signal<unknown, unknown>).emit({
      key: 'editable'
    });
    expect(['lr', 'on', 'size'].map(name => input(name).disabled)).toEqual([
      true,
      true,
      true
    ]);
  });

  it('shows a part of very many fields, and all where that is asked for', () => {
    const lines = Array.from({ length: 2000 }, (_, i) => `v${i} = 1 #@param`);
    const { body } = open(lines.join('\n'));
    const rows = () => body.node.querySelectorAll('.jp-Preflight-field').length;
    expect(rows()).toBe(300);
    const more = body.node.querySelector<HTMLElement>('[data-action="more"]');
    expect(more?.textContent).toBe('Show 300 of 1700 more');
    more?.click();
    expect(rows()).toBe(600);
    for (let clicks = 0; clicks < 5; clicks++) {
      more?.click();
    }
    expect(rows()).toBe(2000);
    expect(more?.hidden).toBe(true);
  });

  it('closes the list of a field that goes', () => {
    const { body, shared } = open(
      'x = "c" #@param ["a", "b"] {allow-input: true}'
    );
    const list = body.node.querySelector<HTMLElement>('.jp-Preflight-options');
    body.node
      .querySelector<HTMLElement>('.jp-Preflight-comboButton')
      ?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }));
    expect(list?.hidden).toBe(false);
    const remove = jest.spyOn(document, 'removeEventListener');
    shared.cells[0].updateSource(0, 1, 'y');
    expect(list?.hidden).toBe(true);
    expect(remove).toHaveBeenCalledWith('scroll', expect.anything(), true);
    remove.mockRestore();
  });

  it('keeps what stands in a notebook a text', () => {
    const hurt = '<img src=x onerror=alert(1)>';
    const { body, input } = open(
      `x = "${hurt}" #@param ["${hurt}", "y"] {placeholder:"${hurt}"}`
    );
    expect(body.node.querySelector('img')).toBeNull();
    expect(input('x').value).toBe(hurt);
  });

  it('converges with the form of another page', () => {
    const here = open(TRAIN);
    const there = formsOf();
    join(here.shared, there.shared);
    const [cell] = there.forms.cells;
    const other = show(cell);
    here.type('lr', '0.5');
    jest.advanceTimersByTime(500);
    other.input('on').checked = false;
    other.input('on').dispatchEvent(new Event('change', { bubbles: true }));
    join(here.shared, there.shared);
    expect(cell.source).toBe(here.cell.source);
    for (const page of [here, other]) {
      expect(page.input('lr').value).toBe('0.5');
      expect(page.input('on').checked).toBe(false);
    }
  });

  it('hears nothing more when it is gone, and loses nothing', () => {
    const { body, cell, input, type } = open(TRAIN);
    const name = input('name');
    type('name', 'last');
    body.dispose();
    expect(cell.source).toContain('"last"');
    name.value = 'too late';
    name.dispatchEvent(new InputEvent('input', { bubbles: true }));
    jest.advanceTimersByTime(5000);
    expect(cell.source).toContain('"last"');
  });
});
