/** The menu of the section: what is done to the values of all fields at once. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';

import type { CopyFormat } from './copy';

/** What the menu asks for. */
export interface IMenuHost {
  trans: TranslationBundle;
  /** Whether there is a field. */
  hasFields(): boolean;
  /** Whether a field can be changed. */
  canEdit(): boolean;
  copy(format: CopyFormat): void;
  paste(): void;
  reset(): void;
}

/** Make the menu. */
export function makeMenu(host: IMenuHost): MenuSvg {
  const { trans } = host;
  const commands = new CommandRegistry();
  const menu = new MenuSvg({ commands });
  const add = (
    id: string,
    label: string,
    execute: () => void,
    isEnabled: () => boolean
  ) => {
    commands.addCommand(id, {
      label,
      execute,
      isEnabled,
      describedBy: { args: { type: 'object', properties: {} } }
    });
    menu.addItem({ command: id });
  };
  const addCopy = (format: CopyFormat, label: string) =>
    add(`copy:${format}`, label, () => host.copy(format), host.hasFields);
  addCopy('json', trans.__('Copy as JSON'));
  addCopy('words', trans.__('Copy as -p name=value'));
  addCopy('python', trans.__('Copy as Python dict'));
  add('paste', trans.__('Paste values…'), host.paste, host.canEdit);
  menu.addItem({ type: 'separator' });
  add('reset', trans.__('Reset to saved'), host.reset, host.canEdit);
  return menu;
}
