/** Widgets in elements that their parent makes, where a layout of Lumino would put them side by side. */
import { MessageLoop } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';

/** Widgets in elements of their parent: they come, go and end with it. */
export class PlacedLayout extends PanelLayout {
  /**
   * Add a widget.
   *
   * @param widget - the widget
   * @param node - the element of the parent that gets it
   */
  place(widget: Widget, node: HTMLElement): void {
    this._places.set(widget, node);
    this.addWidget(widget);
  }

  protected override attachWidget(_: number, widget: Widget): void {
    this._tell(widget, Widget.Msg.BeforeAttach);
    this._places.get(widget)?.append(widget.node);
    this._tell(widget, Widget.Msg.AfterAttach);
  }

  protected override detachWidget(_: number, widget: Widget): void {
    this._tell(widget, Widget.Msg.BeforeDetach);
    widget.node.remove();
    this._tell(widget, Widget.Msg.AfterDetach);
  }

  private _tell(widget: Widget, message: typeof Widget.Msg.AfterAttach): void {
    if (this.parent?.isAttached) {
      MessageLoop.sendMessage(widget, message);
    }
  }

  private readonly _places = new WeakMap<Widget, HTMLElement>();
}
