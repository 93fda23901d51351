import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import type {
  IBootstrap,
  IBootstrapTracker,
  IPreflightPanel
} from '../../tokens';
import { readSnapshot } from '../../channel/messages';
import { wire } from '../../channel/__tests__/fakes';
import { StateModel } from '../statemodel';

const STEP = 'dataset https://h.org/a.zip data/a';

/** A notebook with one step that is ready, in a kernel that has the package. */
class FakeNotebook {
  readonly changed = new Signal<this, void>(this);
  readonly panel = {
    title: { label: '' },
    sessionContext: { kernelDisplayName: 'Python' }
  };
  readonly cells = [{ id: 'c', source: `%%preflight\n${STEP}`, isKnown: true }];
  readonly kernel = 'idle';
  readonly language = 'python';
  readonly probe = {
    installed: true,
    loaded: true,
    environment: '',
    python: ''
  };
  readonly isKnown = true;
  readonly isAsking = false;
  readonly isReadOnly = false;
  readonly snapshot = readSnapshot(
    wire({ rows: [{ key: STEP, step: 'dataset', state: 'ready' }] })
  );
  readonly look = () => undefined;
  readonly rest = () => undefined;
  readonly prepare = jest.fn(() => Promise.resolve());
  isRunning = false;

  run(isRunning: boolean): void {
    this.isRunning = isRunning;
    this.changed.emit();
  }
}

function setUp() {
  const notebook = new FakeNotebook();
  const tracker = { current: notebook as unknown as IBootstrap | null };
  const currentChanged = new Signal<object, unknown>(tracker);
  const panel = { isVisible: true };
  const visibilityChanged = new Signal<object, boolean>(panel);
  const model = new StateModel({
    panel: { ...panel, visibilityChanged } as unknown as IPreflightPanel,
    tracker: { ...tracker, currentChanged } as unknown as IBootstrapTracker,
    trans: nullTranslator.load(''),
    newNotebook: () => undefined
  });
  model.start();
  const seen: (string | undefined)[] = [];
  model.stateChanged.connect(() => seen.push(model.situation?.sentence));
  return { model, notebook, seen };
}

describe('StateModel', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('says nothing of a wait that is over before it could be read', () => {
    const { model, notebook, seen } = setUp();
    expect(model.situation?.sentence).toBe('Ready');
    notebook.run(true);
    jest.advanceTimersByTime(200);
    notebook.run(false);
    jest.advanceTimersByTime(1000);
    expect(new Set(seen)).toEqual(new Set(['Ready']));
  });

  it('says it of a wait that lasts, whatever else changes meanwhile', () => {
    const { model, notebook } = setUp();
    notebook.run(true);
    jest.advanceTimersByTime(200);
    notebook.changed.emit();
    expect(model.situation?.sentence).toBe('Ready');
    jest.advanceTimersByTime(100);
    expect(model.situation?.sentence).toBe('Waiting for the kernel');
    model.dispose();
  });

  it('asks for no second run before the button says Stop', async () => {
    const { model, notebook } = setUp();
    await model.act('prepare');
    notebook.run(true);
    expect(model.situation?.buttons.map(({ verb }) => verb)).toEqual([
      'prepare'
    ]);
    await model.act('prepare');
    expect(notebook.prepare).toHaveBeenCalledTimes(1);
    model.dispose();
  });
});
