import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { MarkdownBlock, type RenderMime } from '../markdown';
import { PlacedLayout } from '../placed';

/** Remembers what it is told of the page. */
class Child extends Widget {
  readonly told: string[] = [];

  protected override onAfterAttach(msg: Message): void {
    this.told.push(msg.type);
  }

  protected override onBeforeDetach(msg: Message): void {
    this.told.push(msg.type);
  }
}

function parentOf(): {
  parent: Widget;
  place: HTMLElement;
  layout: PlacedLayout;
} {
  const parent = new Widget();
  const place = document.createElement('p');
  const layout = new PlacedLayout();
  parent.node.append(document.createElement('hr'), place);
  parent.layout = layout;
  return { parent, place, layout };
}

describe('PlacedLayout', () => {
  it('puts a widget into its element, and tells it of the page', () => {
    const { parent, place, layout } = parentOf();
    const early = new Child();
    const late = new Child();
    layout.place(early, place);
    expect(early.told).toEqual([]);
    Widget.attach(parent, document.body);
    layout.place(late, place);
    expect([...place.children]).toEqual([early.node, late.node]);
    expect([early.told, late.told]).toEqual([
      ['after-attach'],
      ['after-attach']
    ]);
    late.dispose();
    expect(late.told).toEqual(['after-attach', 'before-detach']);
    expect([...place.children]).toEqual([early.node]);
    Widget.detach(parent);
    Widget.attach(parent, document.body);
    expect(early.told).toEqual([
      'after-attach',
      'before-detach',
      'after-attach'
    ]);
    parent.dispose();
    expect(early.isDisposed).toBe(true);
  });
});

/** Until what was begun has ended. */
const settled = () => new Promise(resolve => setTimeout(resolve));

/** A block in the page, and what it has rendered. */
function blockOf(renderModel: () => Promise<void> = async () => undefined) {
  const { parent, place, layout } = parentOf();
  Widget.attach(parent, document.body);
  const made: Child[] = [];
  const rendermime = {
    createModel: (options: unknown) => options,
    createRenderer: () => {
      const child = Object.assign(new Child(), { renderModel });
      made.push(child);
      return child;
    }
  } as unknown as RenderMime;
  const block = new MarkdownBlock(rendermime, layout, 'block');
  place.append(block.node);
  return { block, made, parent };
}

describe('MarkdownBlock', () => {
  it('ends quietly after its parent has left the page', async () => {
    const { block, made, parent } = blockOf();
    block.show('**text**');
    await settled();
    expect(made[0].told).toEqual(['after-attach']);
    Widget.detach(parent);
    block.clear();
    expect(made[0].isDisposed).toBe(true);
    expect(block.node.children).toHaveLength(0);
  });

  it('shows as it is written what cannot be rendered', async () => {
    const deep = '>'.repeat(9000);
    const { block, made } = blockOf(() => Promise.reject(new RangeError()));
    block.show(deep);
    await settled();
    expect(block.node.textContent).toBe(deep);
    expect(made[0].isDisposed).toBe(true);
  });

  it('renders no text without an end', async () => {
    const { block, made } = blockOf();
    block.show('*a_ '.repeat(100_000));
    expect(block.node.textContent).toHaveLength(20_001);
    expect(made).toHaveLength(0);
    block.show('short');
    await settled();
    expect(block.node.textContent).toBe('');
    expect(made[0].told).toEqual(['after-attach']);
  });
});
