import { YNotebook } from '@jupyter/ydoc';
import { NotebookActions } from '@jupyterlab/notebook';
import type { Signal } from '@lumino/signaling';
import * as Y from 'yjs';

import { fieldsOf } from '../keys';
import * as grammar from '../grammar';
import { formsOf, preferences } from './fakes';

const TRAIN = [
  '#@title Train',
  'lr = 0.01  #@param {type:"number"}',
  'name = \'a\' # @param {type:"string"} # ours',
  'print(lr)'
].join('\n');

/** The same notebook on somebody else's page. */
function colleague(shared: YNotebook): YNotebook {
  const other = new YNotebook({ disableDocumentWideUndoRedo: true });
  Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(shared.ydoc));
  return other;
}

// The shared models fill new cells before they join a document, which Yjs remarks on.
beforeAll(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

describe('NotebookForms', () => {
  it('has the cells with a form, in order', () => {
    const { forms, shared } = formsOf('1', TRAIN, '# @param', '#@title Two');
    const titles = () => forms.cells.map(cell => cell.form.title?.text);
    expect(titles()).toEqual(['Train', 'Two']);
    shared.moveCell(3, 0);
    expect(titles()).toEqual(['Two', 'Train']);
    shared.undoManager?.stopCapturing();
    shared.deleteCell(0);
    expect(titles()).toEqual(['Train']);
    shared.undo();
    expect(titles()).toEqual(['Two', 'Train']);
    shared.cells[0].setSource('#@markdown x');
    expect(titles()).toEqual([undefined, 'Train']);
    shared.cells[0].setSource('2');
    expect(titles()).toEqual(['Train']);
  });

  it('reads a cell when it is looked at, once for each source', () => {
    const parse = jest.spyOn(grammar, 'parseForm');
    const { forms, shared } = formsOf(TRAIN, '#@title Two', '3');
    expect(parse).not.toHaveBeenCalled();
    expect(forms.cells).toHaveLength(2);
    expect(parse).toHaveBeenCalledTimes(2);
    const [first, second] = forms.cells;
    const { form } = first;
    shared.cells[1].updateSource(11, 11, '!');
    shared.cells[2].updateSource(0, 0, '4');
    expect(forms.cells).toEqual([first, second]);
    expect(parse).toHaveBeenCalledTimes(3);
    expect(first.form).toBe(form);
    expect(second.form.title?.text).toBe('Two!');
    parse.mockRestore();
  });

  it('writes a value and nothing else, in one step', () => {
    const { forms, shared } = formsOf(TRAIN);
    const [cell] = forms.cells;
    const [lr, name] = fieldsOf(cell.form);
    expect(cell.set(lr, '1e-3')).toBe(true);
    expect(shared.cells[0].source).toBe(TRAIN.replace('0.01', '1e-3'));
    // The second field has moved since it was read.
    expect(cell.set(name, "it's")).toBe(true);
    expect(cell.source).toBe(
      TRAIN.replace('0.01', '1e-3').replace("'a'", "'it\\'s'")
    );
    shared.cells[0].undo();
    expect(cell.source).toBe(TRAIN.replace('0.01', '1e-3'));
    shared.cells[0].undo();
    expect(cell.source).toBe(TRAIN);
    expect(fieldsOf(cell.form).map(field => field.value)).toEqual([0.01, 'a']);
  });

  it('writes several values in one step, and tells those it could not', () => {
    const { forms, shared } = formsOf(TRAIN);
    const [cell] = forms.cells;
    const [lr, name] = fieldsOf(cell.form);
    expect(
      cell.setAll([
        [lr, 0.5],
        [name, 'b']
      ])
    ).toEqual([true, true]);
    expect(cell.source).toBe(
      TRAIN.replace('0.01', '0.5').replace("'a'", "'b'")
    );
    shared.cells[0].undo();
    expect(cell.source).toBe(TRAIN);
    expect(
      cell.setAll([
        [lr, 'much'],
        [name, 'c']
      ])
    ).toEqual([false, true]);
    expect(cell.source).toBe(TRAIN.replace("'a'", "'c'"));
  });

  it('does not touch the cell for the value that is there', () => {
    const { forms, shared } = formsOf(TRAIN);
    let changes = 0;
    shared.changed.connect(() => changes++);
    const [cell] = forms.cells;
    expect(cell.set(fieldsOf(cell.form)[0], 0.01)).toBe(true);
    expect(changes).toBe(0);
  });

  it('gives nothing to a field that is gone', () => {
    const { forms, shared } = formsOf(TRAIN);
    const [cell] = forms.cells;
    const [lr] = fieldsOf(cell.form);
    shared.cells[0].setSource('x = 1 #@param');
    expect(cell.set(lr, 2)).toBe(false);
    expect(cell.source).toBe('x = 1 #@param');
  });

  it('tells fields of one name from each other', () => {
    const twice = 'x = 1 #@param\nx = 1 #@param';
    const { forms } = formsOf(twice);
    const [cell] = forms.cells;
    const [, second] = fieldsOf(cell.form);
    cell.set(second, '22');
    cell.set(second, '333');
    expect(cell.source).toBe('x = 1 #@param\nx = 333 #@param');
  });

  it('changes nothing in a locked cell or notebook', () => {
    const { forms, panel, shared } = formsOf(TRAIN);
    const [cell] = forms.cells;
    const [lr] = fieldsOf(cell.form);
    expect(cell.isEditable).toBe(true);
    shared.cells[0].setMetadata('editable', false);
    expect(cell.isEditable).toBe(false);
    expect(cell.set(lr, 1)).toBe(false);
    expect(cell.apply([{ start: 0, end: 1, text: '' }])).toBe(false);
    shared.cells[0].deleteMetadata('editable');
    panel.model.readOnly = true;
    expect(cell.set(lr, 1)).toBe(false);
    expect(cell.source).toBe(TRAIN);
  });

  it('keeps what a cell ran with for as long as the kernel', () => {
    const { forms, panel, shared } = formsOf(TRAIN, TRAIN);
    const ran = (index: number) => Object.fromEntries(forms.cells[index].ran);
    const values = { lr: '0.01', name: "'a'" };
    expect(ran(0)).toEqual({});
    panel.execute(0, { success: true });
    expect([ran(0), ran(1)]).toEqual([values, {}]);
    shared.moveCell(0, 1);
    expect([ran(0), ran(1)]).toEqual([{}, values]);
    const [, cell] = forms.cells;
    cell.set(fieldsOf(cell.form)[0], 2);
    expect(ran(1)).toEqual(values);
    panel.execute(1, { success: false });
    expect(ran(1)).toEqual(values);
    panel.execute(1, { success: false, errorName: 'ValueError' });
    expect(ran(1)).toEqual({ ...values, lr: '2' });
    panel.statusChanged.emit('busy');
    expect(ran(1)).not.toEqual({});
    panel.statusChanged.emit('restarting');
    expect(ran(1)).toEqual({});
    panel.execute(1);
    expect(ran(1)).toEqual({ ...values, lr: '2' });
    panel.kernelChanged.emit();
    expect(ran(1)).toEqual({});
  });

  it('knows what another view of the notebook has run', () => {
    const { forms, panel } = formsOf(TRAIN);
    const emit = (signal: unknown, args: object) =>
      (signal as Signal<unknown, unknown>).emit(args);
    emit(NotebookActions.executionScheduled, {
      notebook: {},
      cell: { model: panel.models()[0], isDisposed: false }
    });
    expect(Object.fromEntries(forms.cells[0].ran)).toEqual({
      lr: '0.01',
      name: "'a'"
    });
  });

  it('reads the cells again in another language', () => {
    const { forms, panel } = formsOf('x = TRUE #@param {type:"boolean"}');
    const fieldNow = () => fieldsOf(forms.cells[0].form)[0];
    expect(fieldNow()).toMatchObject({ value: null, editable: false });
    panel.metadata['language_info'] = { name: 'R' };
    let changes = 0;
    forms.changed.connect(() => changes++);
    panel.metadataChanged.emit();
    panel.metadataChanged.emit();
    expect(changes).toBe(1);
    expect(fieldNow()).toMatchObject({ value: true, editable: true });
    forms.cells[0].set(fieldNow(), false);
    expect(forms.cells[0].source).toContain('x = FALSE #');
  });

  it('writes no text into a language whose texts may have code in them', () => {
    const { forms, panel } = formsOf(TRAIN);
    panel.metadata['language_info'] = { name: 'julia' };
    panel.metadataChanged.emit();
    const [cell] = forms.cells;
    const [lr, name] = fieldsOf(cell.form);
    expect(cell.set(name, '$HOME/x')).toBe(false);
    expect(cell.source).toBe(TRAIN);
    expect(cell.set(lr, 1)).toBe(true);
  });

  it('has nothing of a kernel that is dead', () => {
    const { forms, panel } = formsOf(TRAIN);
    panel.execute(0, { success: true });
    panel.statusChanged.emit('dead');
    expect(forms.cells[0].ran.size).toBe(0);
  });

  it('runs a cell whose title says so, whoever changes it', () => {
    const source = TRAIN.replace('Train', 'Train {run: "auto"}');
    const { forms, panel, shared } = formsOf(source);
    const [cell] = forms.cells;
    const touch = jest.spyOn(cell.auto, 'touch');
    panel.execute(0, { success: true });
    const [lr, name] = fieldsOf(cell.form);
    cell.set(lr, 0.01);
    cell.set(lr, 'much');
    expect(touch).toHaveBeenCalledTimes(0);
    cell.set(lr, 2);
    expect(touch).toHaveBeenCalledTimes(1);
    cell.setAll([
      [lr, 3],
      [name, 'c']
    ]);
    expect(touch).toHaveBeenCalledTimes(2);
    const { valueStart: start, valueEnd: end } = fieldsOf(cell.form)[0];
    cell.apply([{ start, end, text: '4' }]);
    expect(touch).toHaveBeenCalledTimes(3);
    // What others write, or is taken back, runs nothing here.
    shared.cells[0].updateSource(start, start + 1, '5');
    shared.cells[0].undo();
    expect(touch).toHaveBeenCalledTimes(3);
    // A repair changes no value, whatever was typed before it.
    cell.apply([{ start: 0, end: 0, text: '\n' }]);
    expect(touch).toHaveBeenCalledTimes(3);
  });

  it('runs nothing by itself where the user has turned that off', () => {
    const source = TRAIN.replace('Train', 'Train {run: "auto"}');
    const { forms, panel } = formsOf(source);
    const [cell] = forms.cells;
    panel.execute(0, { success: true });
    const run = jest.spyOn(cell, 'run');
    preferences.runsOnChange = false;
    cell.set(fieldsOf(cell.form)[0], 2);
    preferences.runsOnChange = true;
    expect(run).not.toHaveBeenCalled();
    cell.set(fieldsOf(cell.form)[0], 3);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('leaves off what was switched off where a cell is moved', () => {
    const { forms, shared } = formsOf(TRAIN, TRAIN);
    const [cell] = forms.cells;
    cell.auto.isOn = false;
    shared.moveCell(0, 1);
    expect(forms.cells).not.toContain(cell);
    const isOn = () => forms.cells.map(({ auto }) => auto.isOn);
    expect(isOn()).toEqual([true, false]);
    forms.cells[1].auto.isOn = true;
    expect(isOn()).toEqual([true, true]);
  });

  it('converges with another page', () => {
    const here = formsOf(TRAIN);
    const other = colleague(here.shared);
    other.cells[0].updateSource(19, 23, '0.5');
    const [cell] = here.forms.cells;
    cell.set(fieldsOf(cell.form)[1], 'b');
    Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(here.shared.ydoc));
    Y.applyUpdate(here.shared.ydoc, Y.encodeStateAsUpdate(other.ydoc));
    const both = TRAIN.replace('0.01', '0.5').replace("'a'", "'b'");
    expect(other.cells[0].source).toBe(both);
    expect(cell.source).toBe(both);
    expect(fieldsOf(cell.form).map(field => field.value)).toEqual([0.5, 'b']);
  });

  it('hears nothing more when its notebook is closed', () => {
    const { forms, panel, shared } = formsOf(TRAIN);
    const [cell] = forms.cells;
    let changes = 0;
    forms.changed.connect(() => changes++);
    cell.changed.connect(() => changes++);
    panel.disposed.emit();
    shared.cells[0].setSource('#@title Other');
    panel.execute(0, { success: true });
    panel.kernelChanged.emit();
    expect(changes).toBe(0);
    expect(forms.isDisposed).toBe(true);
    expect(cell.isDisposed).toBe(true);
    expect(cell.set(fieldsOf(cell.form)[0], 3)).toBe(false);
  });
});
