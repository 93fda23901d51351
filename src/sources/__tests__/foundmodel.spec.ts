import { parse } from '../../bootstrap/grammar';
import { shellSource } from '../../bootstrap/shell';
import { FoundModel } from '../foundmodel';
import { found } from '../paste';
import { FakeBootstrap, surroundings } from './fakes';

const models: FoundModel[] = [];

function foundIn(bootstrap: FakeBootstrap) {
  const around = surroundings(bootstrap);
  const model = new FoundModel(around.panel, around.tracker);
  models.push(model);
  model.start();
  return {
    model,
    lines: () =>
      model.finds.filter(find => !find.isUsed).map(find => find.line),
    ...around
  };
}

afterEach(() => models.splice(0).forEach(model => model.dispose()));

describe('FoundModel', () => {
  it('finds each line once, and none that is a step already', () => {
    const { lines } = foundIn(
      new FakeBootstrap(
        [
          '%%preflight\npip einops\nproject github.com/Me/net.git code\nenv A=B'
        ],
        [
          '%load_ext jupyterlab_preflight\n!pip install loader',
          '!pip install einops\n!pip install torch',
          '!git clone https://github.com/me/net\n!pip install torch',
          'os.environ["A"] = "B"',
          '%%bash\napt-get install -y git'
        ]
      )
    );
    expect(lines()).toEqual(['pip torch', 'apt git']);
  });

  it('finds nothing in plain shell cells of ours', () => {
    const { steps } = parse(
      'dataset https://h.org/a.zip in\nproject github.com/me/net net\n' +
        'link in net/in\npip torch\nenv A=B'
    );
    const plain = shellSource(steps);
    expect(found(plain)).not.toEqual([]);
    const { model } = foundIn(
      new FakeBootstrap(
        ['%%preflight\npip torch'],
        [plain, `#@title Data\r\n${plain.replaceAll('\n', '\r\n')}`]
      )
    );
    expect(model.finds).toEqual([]);
  });

  it('follows the cells and the steps', () => {
    const bootstrap = new FakeBootstrap(
      ['%%preflight\n'],
      ['x = 1', '!pip install a']
    );
    const { model, lines } = foundIn(bootstrap);
    let changes = 0;
    model.stateChanged.connect(() => changes++);
    const [, first, second] = bootstrap.panel.content.model.cells;
    first.write('!pip install b');
    expect(lines()).toEqual(['pip b', 'pip a']);
    expect(changes).toBe(1);
    second.write('# !pip install a');
    expect(lines()).toEqual(['pip b']);
    bootstrap.edit('c0', [{ start: 0, end: 12, text: '%%preflight\npip b' }]);
    expect(lines()).toEqual([]);
  });

  it('reads nothing that nobody sees', () => {
    const bootstrap = new FakeBootstrap([], ['!pip install a']);
    const { model, lines, show } = foundIn(bootstrap);
    show(false);
    const [cell] = bootstrap.panel.content.model.cells;
    const read = jest.spyOn(cell.sharedModel, 'getSource');
    cell.write('!pip install b');
    expect(read).not.toHaveBeenCalled();
    show(true);
    expect(lines()).toEqual(['pip b']);
    model.dispose();
    expect(bootstrap.looks).toBeLessThanOrEqual(1);
  });
});
