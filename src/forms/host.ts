/** What forms in cells need of what is around them. */
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ISignal } from '@lumino/signaling';

import type { FormView } from './view';

/** What the user wants of forms. */
export interface IFormPreferences {
  /** Emitted when one has changed. */
  readonly changed: ISignal<IFormPreferences, void>;
  /** Whether cells show forms. */
  readonly isOn: boolean;
  /** What cells show that do not say it. */
  readonly view: FormView;
  /** Whether cells may run by themselves where their title says so. */
  readonly runsOnChange: boolean;
}

/** What forms in the cells of one notebook need. */
export interface IFormHost {
  readonly panel: NotebookPanel;
  readonly preferences: IFormPreferences;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
  /** Run a cell as Shift+Enter does, and go to the next one. */
  runAndAdvance(cell: Cell): Promise<void>;
}
