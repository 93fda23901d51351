/** Elements of forms: what comes from a notebook goes in as text and nothing else. */

const SVG = 'http://www.w3.org/2000/svg';

/** Make an element. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

/**
 * Make an element that can have the focus. Each of them keeps the notebook's shortcuts away, for
 * an attribute further out is not seen by those that are bound to what has the focus.
 */
export function makeFocusable<K extends 'input' | 'select' | 'button'>(
  tag: K,
  className: string
): HTMLElementTagNameMap[K] {
  const node = make(tag, className);
  node.setAttribute('data-lm-suppress-shortcuts', 'true');
  return node;
}

/** Pictures beside words that say the same. */
const SHAPES = {
  needs: [
    ['jp-Preflight-solid', 'M8 2 14.8 13.8H1.2Z'],
    ['jp-Preflight-cut', 'M8 6.2v3.6M8 11.9v.1']
  ],
  failed: [
    ['jp-Preflight-solid', 'M2 8a6 6 0 1 0 12 0a6 6 0 1 0-12 0'],
    ['jp-Preflight-cut', 'm5.8 5.8 4.4 4.4m0-4.4-4.4 4.4']
  ],
  play: [['jp-Preflight-solid', 'M4.5 3 12.5 8 4.5 13Z']],
  code: [['', 'M5.4 4.4 1.8 8l3.6 3.6M10.6 4.4 14.2 8l-3.6 3.6']],
  open: [['jp-Preflight-solid', 'M4.5 6.5h7L8 10.5Z']]
} as const;

/** Names of the pictures. */
export type Picture = keyof typeof SHAPES;

/** Make a picture, hidden from screen readers. */
export function makePicture(name: Picture): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `jp-Preflight-glyph jp-mod-${name}`);
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  for (const [className, d] of SHAPES[name]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', className);
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

/** Set a text, where it is another one. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Set an attribute, or take it away where it is null. */
export function setAttribute(
  node: Element,
  name: string,
  value: string | null
): void {
  if (value === null) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== value) {
    node.setAttribute(name, value);
  }
}

/** Make these the children of an element; those that are at their places stay untouched. */
export function arrange(
  parent: HTMLElement,
  nodes: readonly HTMLElement[]
): void {
  const wanted = new Set<Element>(nodes);
  for (const child of Array.from(parent.children)) {
    if (!wanted.has(child)) {
      child.remove();
    }
  }
  let next = parent.firstElementChild;
  for (const node of nodes) {
    if (node === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(node, next);
    }
  }
}
