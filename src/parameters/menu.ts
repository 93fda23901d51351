/** The menus of the section: one for all fields, one for a single field. */
import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import type { Menu } from '@lumino/widgets';

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

/**
 * Open a menu; when it closes the focus goes back to where it was, for what is chosen to move it on.
 *
 * @param menu - the menu
 * @param x - in pixels of the window
 * @param y - in pixels of the window
 * @param options - how it is placed
 */
export function openMenu(
  menu: Menu,
  x: number,
  y: number,
  options?: Menu.IOpenOptions
): void {
  const before = document.activeElement;
  const goBack = () => {
    menu.aboutToClose.disconnect(goBack);
    if (before instanceof HTMLElement && before.isConnected) {
      before.focus({ preventScroll: true });
    }
  };
  menu.aboutToClose.connect(goBack);
  menu.open(x, y, options);
}
