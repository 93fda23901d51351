/** The dialog in a page, on a notebook whose shared model is a real one. */
import type { NotebookPanel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';

import { FakePanel, formsOf } from '../../forms/__tests__/fakes';
import { addField, editField, type IWork } from '../act';

const trans = nullTranslator.load('');

/** Begins with the first cell of a notebook of these. */
function workIn(...sources: string[]) {
  const { panel, shared } = formsOf(...sources);
  panel.content.widgets = panel.models().map(model => ({
    model,
    isDisposed: false
  })) as unknown as typeof panel.content.widgets;
  const work: IWork = {
    panel: panel as unknown as NotebookPanel,
    id: panel.models()[0].id,
    trans
  };
  const source = () => shared.cells[0].getSource();
  return { panel, shared, source, work };
}

/** Wait until the dialog stands in the page. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise(resolve => setTimeout(resolve, 0));
  }
}

function dialog(): HTMLElement {
  return document.querySelector('.jp-Dialog') as HTMLElement;
}

function input(part: string): HTMLInputElement {
  return dialog().querySelector(
    `[data-part='${part}'][id]`
  ) as HTMLInputElement;
}

function type(part: string, text: string): void {
  input(part).value = text;
  input(part).dispatchEvent(new Event('input', { bubbles: true }));
}

/** Press the button that writes, or the other one. */
async function press(name: 'accept' | 'reject'): Promise<void> {
  dialog().querySelector<HTMLElement>(`.jp-mod-${name}`)?.click();
  await settle();
}

function line(): string | null | undefined {
  return dialog().querySelector('.jp-Preflight-authoringLine')?.textContent;
}

// The shared models fill new cells before they join a document, which Yjs remarks on.
beforeAll(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

afterEach(async () => {
  if (dialog()) {
    await press('reject');
  }
});

describe('addField', () => {
  it.each([
    ['python', 'print()', 'ok = False # @param {type:"boolean"}'],
    ['R', 'print()', 'ok <- FALSE # @param {type:"boolean"}'],
    ['bash', 'ls', 'ok=false # @param {type:"boolean"}'],
    ['python', '%%bash\nls', 'ok=false # @param {type:"boolean"}'],
    ['python', '%%R\nprint()', 'ok <- FALSE # @param {type:"boolean"}']
  ])('writes as %s in %j has it', async (name, before, wanted) => {
    const { panel, shared, source, work } = workIn(before);
    panel.metadata['language_info'] = { name };
    void addField(work);
    await settle();
    type('name', 'ok');
    type('type', 'boolean');
    expect(line()).toBe(wanted);
    await press('accept');
    expect(dialog()).toBeNull();
    expect(source().split('\n')).toContain(wanted);
    shared.cells[0].undo();
    expect(source()).toBe(before);
  });

  it('remarks a name that is a field already, and writes it all the same', async () => {
    const { source, work } = workIn(
      'lr = 1 #@param',
      'epochs = 2 #@param\nlr = 3 #@param'
    );
    void addField(work);
    await settle();
    const remark = () =>
      document.getElementById(`${input('name').id}-message`)?.textContent;
    type('name', 'epochs');
    expect(remark()).toBe('Another cell has a field of that name.');
    type('name', 'lr');
    expect(remark()).toContain('This cell has a field of that name');
    expect(input('name').hasAttribute('aria-invalid')).toBe(false);
    type('name', 'momentum');
    expect(remark()).toBe('');
    type('name', 'lr');
    await press('accept');
    expect(source()).toContain('lr = "" # @param {type:"string"}');
  });

  it.each<[string, (panel: FakePanel) => void]>([
    ['The cell is gone.', panel => (panel.content.widgets = [])],
    ['The cell is locked.', panel => (panel.model.readOnly = true)],
    [
      'The cell is locked.',
      panel => {
        const { sharedModel } = panel.models()[0];
        sharedModel.setMetadata('editable', false);
      }
    ]
  ])('says: %s', async (text, happen) => {
    const { panel, source, work } = workIn('x = 1');
    void addField(work);
    await settle();
    type('name', 'lr');
    happen(panel);
    await press('accept');
    expect(dialog().querySelector('[role=alert]')?.textContent).toBe(text);
    expect(source()).toBe('x = 1');
  });
});

describe('editField', () => {
  it('changes a field that has moved while the dialog was open', async () => {
    const { shared, source, work } = workIn('x = TRUE #@param');
    void editField(work, 'x');
    await settle();
    shared.cells[0].updateSource(0, 0, '# above\n');
    type('type', 'string');
    await press('accept');
    // The value is no text, so the annotation alone says another type.
    expect(source()).toBe('# above\nx = TRUE #@param {type:"string"}');
  });

  it('does nothing where the field has gone', async () => {
    const { shared, source, work } = workIn('x = 1 #@param');
    void editField(work, 'x');
    await settle();
    shared.cells[0].setSource('y = 1 #@param');
    type('type', 'number');
    await press('accept');
    expect(dialog().querySelector('[role=alert]')?.textContent).toBe(
      'The field is gone.'
    );
    expect(source()).toBe('y = 1 #@param');
  });
});

it('leaves nothing in the page', async () => {
  const { work } = workIn('x = 1 #@param');
  const before = document.body.innerHTML;
  for (let i = 0; i < 20; i++) {
    void addField(work);
    await settle();
    type('name', 'lr');
    await press('reject');
  }
  expect(document.body.innerHTML).toBe(before);
});
