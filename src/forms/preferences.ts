/** What the user wants of forms; the defaults where nothing can be read. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IFormPreferences } from './host';
import type { FormView } from './view';

/** The settings of the user. */
export class FormPreferences implements IFormPreferences {
  /** @param settings - the settings; null where there are none */
  constructor(settings: Promise<ISettingRegistry.ISettings> | null) {
    settings?.then(
      loaded => {
        this._settings = loaded;
        loaded.changed.connect(() => this._changed.emit());
        this._changed.emit();
      },
      () => {
        // Without settings all is as it is by default.
      }
    );
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isOn(): boolean {
    return this._settings?.get('forms').composite !== false;
  }

  get view(): FormView {
    const view = this._settings?.get('view').composite;
    return view === 'form' || view === 'code' ? view : 'both';
  }

  get runsOnChange(): boolean {
    return this._settings?.get('runOnChange').composite !== false;
  }

  private readonly _changed = new Signal<this, void>(this);
  private _settings: ISettingRegistry.ISettings | null = null;
}
