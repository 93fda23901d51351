/** The menus of the section: one for all fields, one for a single field. */
import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';

/** Something that can be chosen. */
export interface IChoice {
  label: string;
  choose: () => void;
  /** Whether it can be chosen now. */
  isEnabled: () => boolean;
}

/**
 * Make a menu.
 *
 * @param choices - in order; null is a line between them
 */
export function makeMenu(choices: readonly (IChoice | null)[]): MenuSvg {
  const commands = new CommandRegistry();
  const menu = new MenuSvg({ commands });
  choices.forEach((choice, index) => {
    if (!choice) {
      menu.addItem({ type: 'separator' });
      return;
    }
    const { label, choose, isEnabled } = choice;
    const command = `choice:${index}`;
    commands.addCommand(command, {
      label,
      execute: choose,
      isEnabled,
      describedBy: { args: { type: 'object', properties: {} } }
    });
    menu.addItem({ command });
  });
  return menu;
}
