/** Markdown of a form, rendered and cleaned by JupyterLab as that of Markdown cells is. */
import type { Notebook } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';

import { make } from './dom';

/** What renders. */
export type RenderMime = Notebook['rendermime'];

/** What blocks of Markdown ask of the widget that they stand in. */
export interface IMarkdownFrame {
  /** Put a widget into an element of this one, for as long as both live. */
  place(widget: Widget, node: HTMLElement): void;
}

const MIME = 'text/markdown';

/** Characters of a text that is rendered. */
const LONGEST = 20_000;

/** A block of Markdown. */
export class MarkdownBlock {
  /**
   * @param rendermime - what renders
   * @param frame - the widget that it stands in
   * @param className - of the element
   */
  constructor(
    rendermime: RenderMime,
    frame: IMarkdownFrame,
    className: string
  ) {
    this._rendermime = rendermime;
    this._frame = frame;
    this.node = make('div', className);
  }

  readonly node: HTMLElement;

  /** Show a text. Its element must be in the page. */
  show(text: string): void {
    if (text === this._text || !this.node.isConnected) {
      return;
    }
    this._text = text;
    if (isEndless(text)) {
      this._write(`${text.slice(0, LONGEST)}…`);
    } else {
      void this._render(text);
    }
  }

  /** Let go of what is rendered; it may show another text. */
  clear(): void {
    this._text = null;
    this._drop();
  }

  private async _render(text: string): Promise<void> {
    const renderer = this._rendermime.createRenderer(MIME);
    const data = { [MIME]: withHeadings(text) };
    const model = this._rendermime.createModel({ data, trusted: false });
    // Brackets in brackets may be too deep for it.
    const isRendered = await renderer.renderModel(model).then(
      () => true,
      () => false
    );
    const isWanted = text === this._text;
    if (isWanted && isRendered && this.node.isConnected) {
      this._write('');
      this._renderer = renderer;
      this._frame.place(renderer, this.node);
      return;
    }
    renderer.dispose();
    if (isWanted && isRendered) {
      // It is shown when it is in the page again.
      this._text = null;
    } else if (isWanted) {
      this._write(text);
    }
  }

  /** Show a text as it is written. */
  private _write(text: string): void {
    this._drop();
    this.node.textContent = text;
    this.node.classList.toggle('jp-mod-plain', text !== '');
  }

  private _drop(): void {
    this._renderer?.dispose();
    this._renderer = null;
  }

  private readonly _frame: IMarkdownFrame;
  private readonly _rendermime: RenderMime;
  private _renderer: Widget | null = null;
  private _text: string | null = null;
}

/** Pictures that a text brings along; no renderer reads their letters one by one. */
const PICTURE = /data:image\/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=]*/g;

/**
 * Whether a text is too long to be rendered: the time of renderers grows with the square of it. The
 * longest that are known have some thousand characters.
 */
export function isEndless(text: string): boolean {
  return text.length > LONGEST && text.replace(PICTURE, '').length > LONGEST;
}

const HEADING = /^( {0,3}#{1,6})(?=[^#\s])/;
const FENCE = /^ {0,3}(?:```|~~~)/;

/** Markdown whose headings need no blank after their marks: Colab's do not. */
export function withHeadings(text: string): string {
  let isCode = false;
  return text
    .split('\n')
    .map(line => {
      isCode = FENCE.test(line) ? !isCode : isCode;
      return isCode ? line : line.replace(HEADING, '$1 ');
    })
    .join('\n');
}

const MARKUP = /[#*_`~[\]<>&$\\]|:\/\//;

/** Whether a title is more than its letters. */
export function hasMarkup(text: string): boolean {
  return MARKUP.test(text);
}

/** A title without its marks, for a name. */
export function plainText(text: string): string {
  return text
    .replace(/^#+\s*/, '')
    .replace(/\*\*|__|`/g, '')
    .replace(/<[^<>]*>/g, '')
    .trim();
}
