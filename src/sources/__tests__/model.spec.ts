import { nullTranslator } from '@jupyterlab/translation';

import type { ICommandResult } from '../../tokens';
import { SourcesModel } from '../model';
import { FakeBootstrap, surroundings } from './fakes';

const models: SourcesModel[] = [];

function modelOf(bootstrap: FakeBootstrap): SourcesModel {
  const model = new SourcesModel({
    ...surroundings(bootstrap),
    trans: nullTranslator.load(''),
    canOpenFolder: () => false,
    openFolder: () => undefined
  });
  models.push(model);
  model.start();
  return model;
}

afterEach(() => models.splice(0).forEach(model => model.dispose()));

describe('a line that is edited in its row', () => {
  it('is written, and its editor closes', () => {
    const bootstrap = new FakeBootstrap(['%%preflight\napt git\nenv A=1']);
    const model = modelOf(bootstrap);
    const [{ id }] = model.rows;
    model.edit(id);
    expect(model.save(id, 'apt make')).toBe(true);
    expect(model.editing).toBeNull();
    expect(bootstrap.cells[0].source).toBe('%%preflight\napt make\nenv A=1');
  });

  it('may stay as it was', () => {
    const model = modelOf(new FakeBootstrap(['%%preflight\napt git']));
    const [{ id }] = model.rows;
    model.edit(id);
    expect(model.save(id, ' apt git ')).toBe(true);
    expect(model.editing).toBeNull();
  });

  it('is not lost where the cell cannot be changed', () => {
    const bootstrap = new FakeBootstrap(['%%preflight\napt git']);
    bootstrap.edit = () => false;
    const model = modelOf(bootstrap);
    const [{ id }] = model.rows;
    model.edit(id);
    expect(model.save(id, 'apt make')).toBe(false);
    expect(model.editing).toBe(id);
  });
});

describe('a check of files', () => {
  const LINE = 'dataset https://h.org/a.zip data/a';
  const READY = { key: LINE, step: 'dataset', state: 'ready', text: '3 files' };
  const ROW = { ...READY, path: '/r/data/a', ended: 1000 };

  function ready(): { bootstrap: FakeBootstrap; model: SourcesModel } {
    const bootstrap = new FakeBootstrap([`%%preflight\n${LINE}`]);
    bootstrap.report([ROW]);
    return { bootstrap, model: modelOf(bootstrap) };
  }

  it('that fails is what the row shows, until it is done again', async () => {
    const { bootstrap, model } = ready();
    const [{ id }] = model.rows;
    expect(model.rows[0].glyph).toBe('ready');
    let answer: (said: ICommandResult) => void = () => undefined;
    bootstrap.runCommand = () => new Promise(resolve => (answer = resolve));
    const checking = model.verify(id);
    expect(model.rows[0]).toMatchObject({
      glyph: 'working',
      text: 'checking files'
    });
    answer({ ok: false, text: 'data/a: 1 changed: a.csv. Rename it.' });
    await checking;
    expect(model.rows[0]).toMatchObject({
      glyph: 'failed',
      state: 'failed',
      wraps: true
    });
    expect(model.rows[0].text).toMatch(/^1 changed: a\.csv\. Rename it\. · /);
    expect(model.rows[0].buttons.map(({ verb }) => verb)).toEqual(['check']);

    bootstrap.report([ROW]);
    expect(model.rows[0].glyph).toBe('failed');
    bootstrap.report([{ ...ROW, ended: 1001 }]);
    expect(model.rows[0].glyph).toBe('ready');
    bootstrap.report([ROW]);
    bootstrap.report(null);
    expect(model.rows[0].glyph).toBe('unknown');
  });

  it('that fails in the report of the kernel too can be done again', async () => {
    const { bootstrap, model } = ready();
    const [{ id }] = model.rows;
    const failed = { ...ROW, state: 'failed', text: '1 changed', ended: 1001 };
    bootstrap.runCommand = async () => {
      bootstrap.report([failed]);
      return { ok: false, text: 'data/a: 1 changed: a.csv. Rename it.' };
    };
    await model.verify(id);
    expect(model.rows[0].text).toMatch(/^1 changed: a\.csv\. Rename it\. · /);
    expect(model.rows[0].buttons.map(({ verb }) => verb)).toEqual(['check']);
    bootstrap.runCommand = async () => {
      bootstrap.report([{ ...ROW, ended: 1002 }]);
      return { ok: true, text: '3 files as installed' };
    };
    await model.verify(id);
    expect(model.rows[0]).toMatchObject({ glyph: 'ready', buttons: [] });
    bootstrap.report([failed]);
    expect(model.rows[0].glyph).toBe('failed');
    expect(model.rows[0].text).toBe('1 changed');
  });

  it('that goes well leaves the row as it is', async () => {
    const { bootstrap, model } = ready();
    bootstrap.runCommand = async () => ({
      ok: true,
      text: '3 files as installed'
    });
    model.press(model.rows[0].id, { verb: 'check', label: '' });
    await Promise.resolve();
    await Promise.resolve();
    expect(model.rows[0]).toMatchObject({ glyph: 'ready', buttons: [] });
    expect(model.rows[0].text).toMatch(/^3 files as installed · /);
  });
});

describe('a cell with a root of its own', () => {
  const LINE = 'dataset https://h.org/a.zip data/a';

  it('runs whole before its rows are run alone: only it knows the folder', async () => {
    const bootstrap = new FakeBootstrap([`%%preflight --root work\n${LINE}`]);
    const said: string[] = [];
    bootstrap.runCommand = async command => {
      said.push(command);
      return { ok: true, text: '3 files as installed' };
    };
    const model = modelOf(bootstrap);
    const [{ id }] = model.rows;
    await model.get(id);
    await model.verify(id);
    expect([bootstrap.prepares, said]).toEqual([1, []]);

    bootstrap.report([{ key: LINE, step: 'dataset', state: 'ready' }]);
    await model.get(id);
    await model.verify(id);
    expect([bootstrap.prepares, said]).toEqual([
      1,
      [LINE, 'verify --only data/a']
    ]);
  });
});

describe('a notebook that cannot be changed', () => {
  it('has nothing that would change it', () => {
    const source = '%%preflight\napt git\npip a\nprojet x y';
    const bootstrap = new FakeBootstrap([source]);
    const model = modelOf(bootstrap);
    const ids = model.rows.map(({ id }) => id);
    expect(model.rows[2].buttons.map(({ verb }) => verb)).toContain('edit');
    expect([model.canEdit, model.canMove(ids[0], 1)]).toEqual([true, true]);
    expect(ids.map(id => model.canRemove(id))).toEqual([true, true, true]);

    bootstrap.isReadOnly = true;
    bootstrap.changed.emit();
    expect(model.rows[2].buttons.map(({ verb }) => verb)).toEqual(['show']);
    expect([model.canEdit, model.canMove(ids[0], 1)]).toEqual([false, false]);
    for (const id of ids) {
      expect([model.canRemove(id), model.remove(id)]).toEqual([false, false]);
      model.edit(id);
      expect(model.editing).toBeNull();
    }
    expect(bootstrap.cells[0].source).toBe(source);
  });
});

describe('the line of %%preflight', () => {
  it('can be corrected, and not be taken out', () => {
    const bootstrap = new FakeBootstrap(['%%preflight --rot a\napt git']);
    const model = modelOf(bootstrap);
    const [{ id, name }] = model.rows;
    expect(name).toBe('Line 1');
    expect(model.canRemove(id)).toBe(false);
    expect(model.remove(id)).toBe(false);
    expect(model.check('%%preflight --rot b')).not.toBeNull();
    expect(model.check('%%preflight --root b')).toBeNull();
    expect(model.save(id, '%%preflight --root a')).toBe(true);
    expect(model.rows.map(row => row.name)).toEqual(['System packages']);
  });
});
