/**
 * The list below a text that has values to choose from. It offers all of them whatever the text is:
 * a browser's own list hides those that do not begin like it.
 */
import { make, setAttribute } from './dom';
import { isPlain } from './keyboard';

let count = 0;

/** A list of values below an input. The focus stays in the input. */
export class ComboList {
  /**
   * @param input - the input
   * @param button - opens the list
   */
  constructor(input: HTMLInputElement, button: HTMLElement) {
    this._input = input;
    this._button = button;
    this.node = make('ul', 'jp-Preflight-options');
    this.node.id = `jp-preflight-options-${count++}`;
    this.node.setAttribute('role', 'listbox');
    this.node.setAttribute('popover', 'manual');
    this.node.hidden = true;
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'none');
    input.setAttribute('aria-controls', this.node.id);
    input.setAttribute('aria-expanded', 'false');
  }

  /** Stands beside the input. */
  readonly node: HTMLElement;

  /** What is offered. */
  options: readonly string[] = [];

  /** Whether the list can be seen. */
  get isOpen(): boolean {
    return !this.node.hidden;
  }

  /** Show all values; the one of the input is marked. */
  open(): void {
    if (this.isOpen || this._input.disabled || this.options.length === 0) {
      return;
    }
    this.node.replaceChildren(
      ...this.options.map((option, index) => {
        const item = make('li', 'jp-Preflight-option', option || '\u00a0');
        item.id = `${this.node.id}-${index}`;
        item.setAttribute('role', 'option');
        item.dataset.index = String(index);
        return item;
      })
    );
    this.node.hidden = false;
    this.node.showPopover?.();
    this._place();
    this._input.setAttribute('aria-expanded', 'true');
    this._button.setAttribute('aria-expanded', 'true');
    this._mark(this.options.indexOf(this._input.value));
    // The list stands still while what is below it moves.
    document.addEventListener('scroll', this._onScroll, true);
    window.addEventListener('resize', this._onScroll);
  }

  /** Hide the list. */
  close(): void {
    if (!this.isOpen) {
      return;
    }
    document.removeEventListener('scroll', this._onScroll, true);
    window.removeEventListener('resize', this._onScroll);
    this.node.hidden = true;
    if (this.node.matches(':popover-open')) {
      this.node.hidePopover();
    }
    this.node.replaceChildren();
    this._marked = -1;
    this._input.setAttribute('aria-expanded', 'false');
    this._button.setAttribute('aria-expanded', 'false');
    this._input.removeAttribute('aria-activedescendant');
  }

  /**
   * Take a key of the input.
   *
   * @returns the value that it chooses, true where the key is used up, false where it is not the
   *   list's
   */
  press(event: KeyboardEvent): string | boolean {
    const { key, altKey } = event;
    if (!this.isOpen) {
      if (key === 'ArrowDown' || key === 'ArrowUp') {
        this.open();
        return true;
      }
      return false;
    }
    switch (key) {
      case 'ArrowDown':
        this._mark(Math.min(this._marked + 1, this.options.length - 1));
        return true;
      case 'ArrowUp':
        if (altKey) {
          this.close();
        } else {
          this._mark(Math.max(this._marked - 1, 0));
        }
        return true;
      case 'PageDown':
        this._mark(Math.min(this._marked + 10, this.options.length - 1));
        return true;
      case 'PageUp':
        this._mark(Math.max(this._marked - 10, 0));
        return true;
      case 'Escape':
        this.close();
        return true;
      case 'Enter': {
        if (!isPlain(event)) {
          // It runs the cell.
          this.close();
          return false;
        }
        const chosen = this._marked < 0 ? true : this.options[this._marked];
        this.close();
        return chosen;
      }
      default:
        return false;
    }
  }

  /** The value of an item that was pressed; null where it was none. */
  valueAt(target: EventTarget | null): string | null {
    const item =
      target instanceof Element
        ? target.closest<HTMLElement>('.jp-Preflight-option')
        : null;
    return item && this.node.contains(item)
      ? (this.options[Number(item.dataset.index)] ?? null)
      : null;
  }

  private _mark(index: number): void {
    const before = this.node.children.item(this._marked);
    const item = this.node.children.item(index);
    before?.removeAttribute('aria-selected');
    item?.setAttribute('aria-selected', 'true');
    item?.scrollIntoView({ block: 'nearest' });
    this._marked = index;
    setAttribute(this._input, 'aria-activedescendant', item?.id ?? null);
  }

  /** Below the input, or above it where there is more room; never wider than the page. */
  private _place(): void {
    const { left, right, top, bottom, width } =
      this._input.getBoundingClientRect();
    const { style } = this.node;
    const isFromRight = getComputedStyle(this._input).direction === 'rtl';
    const room = isFromRight ? right : window.innerWidth - left;
    const below = window.innerHeight - bottom;
    const isAbove = below < 160 && top > below;
    style.left = isFromRight ? 'auto' : `${left}px`;
    style.right = isFromRight ? `${window.innerWidth - right}px` : 'auto';
    style.minWidth = `${width}px`;
    style.maxWidth = `${Math.max(width, Math.min(480, room - 8))}px`;
    style.maxHeight = `${Math.min(320, (isAbove ? top : below) - 8)}px`;
    style.top = isAbove ? 'auto' : `${bottom}px`;
    style.bottom = isAbove ? `${window.innerHeight - top}px` : 'auto';
  }

  private readonly _onScroll = (event: Event) => {
    const { target } = event;
    // A text that is longer than its input scrolls, too, and moves nothing.
    const isStill =
      target === this._input ||
      (target instanceof Node && !target.contains(this._input));
    if (!isStill) {
      this.close();
    }
  };

  private readonly _button: HTMLElement;
  private readonly _input: HTMLInputElement;
  private _marked = -1;
}
