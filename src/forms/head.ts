/** The first line of a form: its title, and what can be done with the cell. */
import type { TranslationBundle } from '@jupyterlab/translation';

import { make, makeFocusable, makePicture, setAttribute, setText } from './dom';
import type { Picture } from './dom';
import {
  hasMarkup,
  type IMarkdownFrame,
  MarkdownBlock,
  plainText,
  type RenderMime
} from './markdown';

/** What the first line shows. */
export interface IHeadView {
  /** Markdown. */
  title: string;
  /** Whether the code of the cell can be seen. */
  isCodeShown: boolean;
  /** Whether the form is folded away, down to this line. */
  isFolded: boolean;
  /** Whether the cell runs when a value changes; null where it is not asked for. */
  runsOnChange: boolean | null;
}

/** The first line of a form. */
export class FormHead {
  /**
   * @param rendermime - renders the title
   * @param frame - the widget that it stands in
   * @param trans - translations
   */
  constructor(
    rendermime: RenderMime,
    frame: IMarkdownFrame,
    trans: TranslationBundle
  ) {
    this._trans = trans;
    this._title = new MarkdownBlock(
      rendermime,
      frame,
      'jp-Preflight-formTitle'
    );
    this.toggle = makeFocusable('input', 'jp-Preflight-switch');
    this.toggle.type = 'checkbox';
    this.toggle.setAttribute('role', 'switch');
    this._auto = make(
      'label',
      'jp-Preflight-formAuto',
      trans.__('Run on change'),
      this.toggle
    );
    this._show = this._button('show', 'open', trans.__('Show form'));
    this._code = this._button('code', 'code', '');
    this.node = make(
      'div',
      'jp-Preflight-formHead',
      this._title.node,
      make(
        'div',
        'jp-Preflight-formActions',
        this._show,
        this._button('run', 'play', trans.__('Run (Shift+Enter)')),
        this._code
      )
    );
  }

  readonly node: HTMLElement;
  /** Whether the cell runs when a value changes. */
  readonly toggle: HTMLInputElement;

  /** Show it as it is now. */
  patch(head: IHeadView): void {
    const { title, isCodeShown, isFolded, runsOnChange } = head;
    if (hasMarkup(title)) {
      this._title.show(title);
    } else {
      this._title.clear();
      setText(this._title.node, title);
    }
    const label = isCodeShown
      ? this._trans.__('Hide code')
      : this._trans.__('Show code');
    this._code.title = `${label} (Shift+H)`;
    setAttribute(this._code, 'aria-label', label);
    setAttribute(this._code, 'aria-pressed', String(isCodeShown));
    this._code.hidden = isFolded;
    this._show.hidden = !isFolded;
    if (runsOnChange === null) {
      this._auto.remove();
    } else if (!this._auto.isConnected) {
      this._title.node.after(this._auto);
    }
    this.toggle.checked = runsOnChange === true;
  }

  /** Let go of what is rendered. */
  dispose(): void {
    this._title.clear();
  }

  private _button(
    action: string,
    picture: Picture,
    label: string
  ): HTMLButtonElement {
    const button = makeFocusable('button', 'jp-Preflight-iconButton');
    button.type = 'button';
    button.dataset.action = action;
    button.title = label;
    button.setAttribute('aria-label', label.replace(/ \(.*\)$/, ''));
    button.append(makePicture(picture));
    return button;
  }

  private readonly _auto: HTMLElement;
  private readonly _code: HTMLButtonElement;
  private readonly _show: HTMLButtonElement;
  private readonly _title: MarkdownBlock;
  private readonly _trans: TranslationBundle;
}

/** The name of a form. */
export function nameOf(title: string, trans: TranslationBundle): string {
  return plainText(title) || trans.__('Form');
}
