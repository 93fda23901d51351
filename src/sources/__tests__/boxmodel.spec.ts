import { nullTranslator } from '@jupyterlab/translation';

import { BoxModel } from '../boxmodel';
import { FakeBootstrap, surroundings } from './fakes';

const trans = nullTranslator.load('');
const CATS = 'https://h.org/cats.zip';
const models: BoxModel[] = [];
const shown: string[] = [];

function boxOf(bootstrap: FakeBootstrap | null) {
  const around = surroundings(bootstrap);
  const box = new BoxModel({
    ...around,
    trans,
    show: folder => shown.push(folder)
  });
  models.push(box);
  box.start();
  return { box, ...around };
}

afterEach(() => models.splice(0).forEach(model => model.dispose()));

describe('BoxModel', () => {
  it('knows nothing of an empty or unknown text', () => {
    const { box } = boxOf(new FakeBootstrap([]));
    expect(box.card).toBeNull();
    for (const text of [' ', 'hello', 'me/net', '\n\n']) {
      box.setText(text);
      expect(box.card).toBeNull();
      expect(box.add()).toBe(false);
    }
  });

  it('adds what it shows, and is empty again', () => {
    const bootstrap = new FakeBootstrap(['%%preflight\napt git']);
    const { box } = boxOf(bootstrap);
    let changes = 0;
    box.stateChanged.connect(() => changes++);
    box.setText(`wget ${CATS}`);
    expect(changes).toBeGreaterThan(0);
    expect(box.card).toMatchObject({
      what: 'h.org file',
      will: 'fetched once into data/cats',
      role: 'dataset',
      isSource: true,
      folder: 'data/cats',
      lines: [`dataset ${CATS} data/cats`],
      problem: null
    });
    expect(box.add()).toBe(true);
    expect(bootstrap.cells[0].source).toBe(
      `%%preflight\napt git\ndataset ${CATS} data/cats`
    );
    expect(box.text).toBe('');
    expect(box.card).toBeNull();
    expect(box.isEmpty).toBe(false);
  });

  it('says what is there already, goes to it, and adds it all the same', () => {
    const bootstrap = new FakeBootstrap([
      `%%preflight\ndataset ${CATS} data/a`
    ]);
    const { box } = boxOf(bootstrap);
    box.setText(`wget ${CATS}`);
    expect(box.card).toMatchObject({
      known: 'data/a',
      isRepeated: true,
      notice: 'This link is in the list already, as data/a.',
      folder: 'data/cats',
      problem: null
    });
    box.showKnown();
    expect([shown, box.text]).toEqual([['data/a'], '']);

    box.setText(CATS);
    box.toggleMore();
    expect(box.card?.isRepeated).toBe(true);
    box.setFolder('data/b');
    expect(box.card).toMatchObject({ known: 'data/a', isRepeated: false });
    expect(box.add()).toBe(true);
    expect(bootstrap.cells[0].source).toContain(`\ndataset ${CATS} data/b`);

    box.setText(`${CATS}\nhttps://h.org/b.zip`);
    expect(box.card?.notice).toBe('In the list already: data/a');
    box.setText('https://h.org/b.zip');
    expect(box.card).toMatchObject({
      known: '',
      isRepeated: false,
      notice: ''
    });
    box.setText('pip install einops');
    expect(box.card?.known).toBe('');
  });

  it('inserts the cells where there are none', () => {
    const bootstrap = new FakeBootstrap([]);
    const { box } = boxOf(bootstrap);
    expect(box.isEmpty).toBe(true);
    box.setText('pip install einops');
    expect(box.card).toMatchObject({ isSource: false, what: 'Packages' });
    box.add();
    expect(bootstrap.cells[0].source).toBe('%%preflight\npip einops');
  });

  it('writes shell lines for those who want no package', () => {
    const bootstrap = new FakeBootstrap([]);
    const { box, shellOnly } = boxOf(bootstrap);
    shellOnly();
    box.setText('pip install einops');
    box.add();
    expect(bootstrap.cells).toEqual([]);
    expect(bootstrap.plain[0]).toContain('%pip install einops');
  });

  it('writes what the user has chosen', () => {
    const { box } = boxOf(new FakeBootstrap([]));
    box.setText('git clone -b dev https://github.com/me/net');
    expect(box.card?.lines).toEqual([
      'project https://github.com/me/net net --ref dev'
    ]);
    box.setFolder(' my net ');
    box.setOption({ secret: 'GITHUB_TOKEN', optional: true });
    expect(box.card?.lines).toEqual([
      "project https://github.com/me/net 'my net' --ref dev --secret GITHUB_TOKEN --optional"
    ]);
    box.setOption({ ref: 'v2', optional: false });
    box.setRole('dataset');
    expect(box.card).toMatchObject({
      role: 'dataset',
      will: 'fetched once into my net',
      lines: [
        "dataset https://github.com/me/net 'my net' --ref v2 --secret GITHUB_TOKEN"
      ],
      problem: null
    });
    box.setText('https://github.com/me/net');
    expect(box.card?.options.secret).toBe('');
    box.toggleMore();
    expect(box.card?.isOpen).toBe(true);
  });

  it('keeps the options of a line of ours', () => {
    const { box } = boxOf(new FakeBootstrap([]));
    box.setText(
      `dataset --optional ${CATS} in --on colab,kaggle --include *.a --include b --path=src`
    );
    box.setOption({ optional: true });
    expect(box.card?.lines).toEqual([
      `dataset ${CATS} in --optional --on colab,kaggle --include *.a --include b --path=src`
    ]);
    expect(box.card?.problem).toBeNull();
  });

  it('finds a folder that no other source has', () => {
    const { box } = boxOf(
      new FakeBootstrap([`%%preflight\ndataset ${CATS} data/cats`])
    );
    box.setText('https://other.org/cats.zip');
    expect(box.card?.lines).toEqual([
      'dataset https://other.org/cats.zip data/cats-2'
    ]);
    expect(box.card?.problem).toBeNull();
  });

  it.each([
    ['an absolute folder', '/tmp/x', 'absolute path'],
    ['no folder', '', 'missing'],
    ['the folder of another source', 'data/cats', 'already the folder'],
    ['a folder in another source', 'data/cats/x', 'lies in']
  ])('adds nothing to %s', (_, folder, message) => {
    const bootstrap = new FakeBootstrap([
      `%%preflight\ndataset ${CATS} data/cats`
    ]);
    const { box } = boxOf(bootstrap);
    box.setText('https://other.org/dogs.zip');
    box.setFolder(folder);
    expect(box.card?.problem?.message).toContain(message);
    expect(box.add()).toBe(false);
    expect(bootstrap.cells[0].source).not.toContain('dogs');
  });

  it('tells a conflict even where the cell has the same one already', () => {
    const line = `dataset ${CATS} in`;
    const { box } = boxOf(
      new FakeBootstrap([`%%preflight\n${line}\ndataset ./b in`])
    );
    box.use('dataset ./b in');
    expect(box.text).toBe('dataset ./b in');
  });

  it('does not mind what was wrong before', () => {
    const { box } = boxOf(new FakeBootstrap(['%%preflight\nnonsense']));
    box.setText('pip install einops');
    expect(box.card?.problem).toBeNull();
  });

  it('says what is wrong, and corrects it', () => {
    const { box } = boxOf(new FakeBootstrap([]));
    box.setText('https://');
    expect(box.card).toMatchObject({ isSource: false, lines: [] });
    box.setText('conda install numpy');
    expect(box.card).toMatchObject({ lines: [] });
    expect(box.card?.problem?.fix).toBe('pip numpy');
    box.setText(box.card?.problem?.fix ?? '');
    expect(box.card).toMatchObject({ lines: ['pip numpy'], problem: null });
    box.setText('wget $URL');
    expect(box.card).toMatchObject({ isSource: false, lines: [] });
    expect(box.card?.problem?.message).not.toBe('');
  });

  it('takes several lines, but those that cannot be written', () => {
    const bootstrap = new FakeBootstrap([
      `%%preflight\ndataset ${CATS} data/cats`
    ]);
    const { box } = boxOf(bootstrap);
    box.setText(
      [
        'from google.colab import drive',
        "drive.mount('/content/drive')",
        '!wget https://other.org/cats.zip',
        '!pip install einops'
      ].join('\n')
    );
    expect(box.card).toMatchObject({
      what: '2 lines',
      will: '1 line is left out: Drive is not mounted as a whole.',
      isSource: false,
      lines: ['dataset https://other.org/cats.zip data/cats-2', 'pip einops'],
      problem: null
    });
    box.add();
    expect(bootstrap.cells[0].source.split('\n')).toHaveLength(4);
    box.setText('wget $A\nwget $B');
    expect(box.card?.problem).not.toBeNull();
    expect(box.add()).toBe(false);
  });

  it('keeps a draft with its notebook', () => {
    const one = new FakeBootstrap([]);
    const other = new FakeBootstrap([]);
    const { box, turn, show } = boxOf(one);
    box.setText(CATS);
    turn(other);
    expect(box.text).toBe('');
    show(false);
    turn(one);
    expect(box.bootstrap).toBeNull();
    show(true);
    expect(box.text).toBe(CATS);
    expect([one.looks > 0, other.looks]).toEqual([true, 0]);
  });

  it('says why nothing can be added', () => {
    const bootstrap = new FakeBootstrap([]);
    const { box, turn } = boxOf(bootstrap);
    expect(box.refusal).toBe('');
    bootstrap.isReadOnly = true;
    box.setText(CATS);
    expect(box.refusal).toBe('This notebook is read-only.');
    expect(box.add()).toBe(false);
    turn(null);
    expect(box.refusal).toBe('Open a notebook to add sources to it.');
    box.use('pip a');
    expect(box.add()).toBe(false);
  });
});
