/**
 * Whose words a `%%preflight` cell holds. Its lines fetch, install and write, so a text from
 * elsewhere is run only after this user has said so once, for that very text. What the user writes
 * in the panel, or types into a text that was approved already, is their own.
 */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { sha256 } from './digest';

/** Texts remembered at most; the oldest go first. */
const LIMIT = 1000;

/** The texts this user has approved, kept as hashes in the user's settings. */
export class Consent implements IDisposable {
  /**
   * @param settings - where hashes are kept; without them they last as long as the page
   */
  constructor(settings: Promise<ISettingRegistry.ISettings> | null) {
    settings?.then(
      loaded => {
        if (!this._isDisposed) {
          this._settings = loaded;
          loaded.changed.connect(this._load, this);
          this._load();
        }
      },
      () => {
        // Without settings the consent of this page is all there is.
      }
    );
  }

  /** Emitted when a text was approved. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether the consent has been disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether this user knows the steps of a cell. */
  knows(body: string): boolean {
    const text = normal(body);
    if (text === '') {
      return true;
    }
    const hash = sha256(text);
    return this._hashes.has(hash) || this._typed.has(hash);
  }

  /** Remember the steps of a cell as the user's own, on all pages. */
  approve(body: string): void {
    const hash = sha256(normal(body));
    if (!this._hashes.has(hash)) {
      this._hashes.add(hash);
      void this._settings?.set('approved', [...this._hashes].slice(-LIMIT));
      this._changed.emit();
    }
  }

  /** Take the steps for the user's own in this page: each key typed makes another text. */
  typed(body: string): void {
    this._typed.add(sha256(normal(body)));
  }

  /** Stop listening to settings. */
  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
    }
  }

  private _load(): void {
    const kept = this._settings?.get('approved').composite;
    const before = this._hashes.size;
    if (Array.isArray(kept)) {
      this._hashes = new Set([...kept.map(String), ...this._hashes]);
    }
    if (this._hashes.size !== before) {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _typed = new Set<string>();
  private _hashes = new Set<string>();
  private _settings: ISettingRegistry.ISettings | null = null;
  private _isDisposed = false;
}

/** The text without what an editor may change by itself: line ends, blanks around the whole. */
function normal(body: string): string {
  return body.replace(/\r\n?/g, '\n').trim();
}
