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
          if (this._unsaved.size > 0) {
            this._save();
          }
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
    return [this._kept, this._unsaved, this._typed].some(known =>
      known.has(hash)
    );
  }

  /** Remember the steps of a cell as the user's own, on all pages. */
  approve(body: string): void {
    const hash = sha256(normal(body));
    if (!this._kept.has(hash) && !this._unsaved.has(hash)) {
      this._unsaved.add(hash);
      this._save();
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

  private _save(): void {
    const all = [...this._kept, ...this._unsaved].slice(-LIMIT);
    this._settings?.set('approved', all).catch(() => {
      // Where settings cannot be written, the consent of this page is all there is.
    });
  }

  /** What the user has taken off the list is asked about again. */
  private _load(): void {
    const kept = this._settings?.get('approved').composite;
    this._kept = new Set(Array.isArray(kept) ? kept.map(String) : []);
    for (const hash of this._kept) {
      this._unsaved.delete(hash);
    }
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _typed = new Set<string>();
  private readonly _unsaved = new Set<string>();
  private _kept = new Set<string>();
  private _settings: ISettingRegistry.ISettings | null = null;
  private _isDisposed = false;
}

/** The text without what an editor may change by itself: line ends, blanks around the whole. */
function normal(body: string): string {
  return body.replace(/\r\n?/g, '\n').trim();
}
