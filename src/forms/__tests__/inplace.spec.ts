import { inPlace, type IHeldNotebook } from '../inplace';

/** A notebook that notes what is done to it. */
class FakeNotebook {
  readonly done: string[] = [];

  get mode(): 'command' | 'edit' {
    return this._mode;
  }
  set mode(mode: 'command' | 'edit') {
    this._mode = mode;
    this.done.push(mode);
  }

  async scrollToItem(): Promise<void> {
    this.done.push('scroll');
  }

  activate(): void {
    this.done.push('activate');
  }

  private _mode: 'command' | 'edit' = 'edit';
}

/** What JupyterLab does to a notebook when it runs cells. */
async function run(notebook: FakeNotebook): Promise<string> {
  notebook.mode = 'command';
  void (async () => {
    await notebook.scrollToItem();
    notebook.activate();
  })();
  await Promise.resolve();
  return 'ran';
}

describe('inPlace', () => {
  it('keeps mode, focus and scroll position', async () => {
    const notebook = new FakeNotebook();
    const held = notebook as unknown as IHeldNotebook;
    await expect(inPlace(held, () => run(notebook))).resolves.toBe('ran');
    await new Promise(resolve => setTimeout(resolve));
    expect(notebook.done).toEqual([]);
    expect(notebook.mode).toBe('edit');
  });

  it('holds the notebook no longer than the call', async () => {
    const notebook = new FakeNotebook();
    const held = notebook as unknown as IHeldNotebook;
    const fail = () => {
      throw new Error('no kernel');
    };
    expect(() => inPlace(held, fail)).toThrow('no kernel');
    await run(notebook);
    await new Promise(resolve => setTimeout(resolve));
    expect(notebook.done).toEqual(['command', 'scroll', 'activate']);
    expect(notebook.mode).toBe('command');
  });
});
