/** My sources: lines that a user wants to have at hand in every notebook, kept in their settings. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { VDomModel } from '@jupyterlab/ui-components';

/** The setting that holds the lines. */
const KEY = 'mySources';

/** The user's own sources. */
export class MineModel extends VDomModel {
  /**
   * @param settings - where the lines are kept; null where the application keeps no settings
   */
  constructor(settings: ISettingRegistry.ISettings | null) {
    super();
    this._settings = settings;
    settings?.changed.connect(this._load, this);
    this._load();
  }

  /** The lines, in the order in which they were kept. */
  get lines(): readonly string[] {
    return this._lines;
  }

  /** Keep a line; a line that is kept already stays where it is. */
  keep(line: string): void {
    if (line && !this._lines.includes(line)) {
      this._save([...this._lines, line]);
    }
  }

  /** Keep a line no longer. */
  drop(line: string): void {
    this._save(this._lines.filter(other => other !== line));
  }

  private _save(lines: readonly string[]): void {
    this._lines = lines;
    this.stateChanged.emit();
    void this._settings?.set(KEY, [...lines]);
  }

  private _load(): void {
    const kept = this._settings?.get(KEY).composite;
    if (Array.isArray(kept)) {
      this._lines = kept.filter(line => typeof line === 'string');
      this.stateChanged.emit();
    }
  }

  private readonly _settings: ISettingRegistry.ISettings | null;
  private _lines: readonly string[] = [];
}
