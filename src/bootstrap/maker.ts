/** What is loaded with the first notebook: all that one of them needs while nobody looks. */
import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ITranslator } from '@jupyterlab/translation';

import { Consent } from './consent';
import { Bootstrap } from './model';
import type { Maker } from './tracker';

/** What the models of all notebooks share. */
export interface IMakerOptions {
  /** The user's settings, which know the texts that are run without a question. */
  settings: Promise<ISettingRegistry.ISettings> | null;
  /** Dialogs to choose a kernel with. */
  dialogs: ISessionContextDialogs | null;
  translator: ITranslator;
}

/** What makes the models. */
export function makerOf(options: IMakerOptions): Maker {
  const { settings, dialogs, translator } = options;
  const consent = new Consent(settings);
  return panel => new Bootstrap({ panel, consent, dialogs, translator });
}
