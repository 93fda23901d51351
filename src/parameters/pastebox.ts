/** The box that values are pasted into, and what pasting them would do. */
import type { TranslationBundle } from '@jupyterlab/translation';

import { make } from '../forms/dom';
import { previewText } from './words';
import type { IOutcome } from './giving';

/** What the box asks for. */
export interface IPasteHost {
  trans: TranslationBundle;
  /** What pasting would do; null where the text cannot be read. */
  preview(text: string): IOutcome | null;
  /** The text is to be pasted; null where it is not. */
  done(text: string | null): void;
}

/** A box for values. */
export class PasteBox {
  /** @param host - what the box asks for */
  constructor(host: IPasteHost) {
    const { trans } = host;
    this._host = host;
    this._input.rows = 3;
    this._input.spellcheck = false;
    this._input.placeholder = trans.__('JSON, -p name=value or a Python dict');
    this._input.setAttribute('aria-label', trans.__('Values to paste'));
    this._apply.type = 'button';
    this._apply.textContent = trans.__('Set values');
    const cancel = make(
      'button',
      'jp-Preflight-button jp-mod-small jp-mod-plain',
      trans.__('Cancel')
    );
    cancel.type = 'button';
    this._told.setAttribute('role', 'status');
    this.node.append(
      this._input,
      this._told,
      make('div', 'jp-Preflight-buttons', this._apply, cancel)
    );
    this.close();
    this._input.addEventListener('input', () => this.refresh());
    this._apply.addEventListener('click', () => host.done(this._input.value));
    cancel.addEventListener('click', () => host.done(null));
    this.node.addEventListener('keydown', event => this._onKey(event));
  }

  readonly node = make('div', 'jp-Preflight-parametersPaste');

  /** Whether the box can be seen. */
  get isOpen(): boolean {
    return !this.node.hidden;
  }

  /** Show the box, and go there. */
  open(): void {
    this.node.hidden = false;
    this._input.focus();
  }

  /** Hide the box, and forget its text. */
  close(): void {
    this.node.hidden = true;
    this._input.value = '';
    this.refresh();
  }

  /** Say what pasting would do now. */
  refresh(): void {
    const isEmpty = this._input.value.trim() === '';
    const outcome = isEmpty ? null : this._host.preview(this._input.value);
    this._apply.disabled = !outcome?.changes.length;
    this._told.textContent = isEmpty
      ? ''
      : previewText(this._host.trans, outcome);
  }

  private _onKey(event: KeyboardEvent): void {
    const isSent = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
    if (event.isComposing || !(isSent || event.key === 'Escape')) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (!isSent) {
      this._host.done(null);
    } else if (!this._apply.disabled) {
      this._host.done(this._input.value);
    }
  }

  private readonly _apply = make('button', 'jp-Preflight-button jp-mod-small');
  private readonly _host: IPasteHost;
  private readonly _input = make('textarea', 'jp-Preflight-input jp-mod-code');
  private readonly _told = make('div', 'jp-Preflight-sub');
}
