/**
 * Shortcuts in forms. Those of the notebook are kept away from what has the focus there; those of
 * the application, such as the one that saves, go on.
 */
import { CommandRegistry } from '@lumino/commands';

/**
 * Run the command that a key has outside of the notebook.
 *
 * @param commands - the application's
 * @param event - a key that was pressed in the form
 * @param outside - the first element around the notebook
 * @returns whether there was one
 */
export function passOn(
  commands: CommandRegistry,
  event: KeyboardEvent,
  outside: Element | null
): boolean {
  if (!(event.ctrlKey || event.metaKey)) {
    return false;
  }
  const keystroke = CommandRegistry.keystrokeForKeydownEvent(event);
  for (let node = outside; node && keystroke; node = node.parentElement) {
    const around = node;
    const binding = commands.keyBindings.find(
      ({ keys, selector, command, args }) =>
        keys.length === 1 &&
        keys[0] === keystroke &&
        around.matches(selector) &&
        commands.isEnabled(command, args)
    );
    if (binding) {
      void commands.execute(binding.command, binding.args);
      return true;
    }
  }
  return false;
}

/** Whether keys in an element change a text there, so that its browser undoes them itself. */
export function isTextInput(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === 'text';
}

/** Whether an element is typed into, letter by letter. */
export function isTyped(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement &&
    (target.type === 'text' || target.type === 'date')
  );
}
