import { nullTranslator } from '@jupyterlab/translation';

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
