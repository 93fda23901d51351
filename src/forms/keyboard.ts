/**
 * Shortcuts in forms. Those of the notebook are kept away from what has the focus there; those of
 * the application, such as the one that saves, go on.
 */
import { CommandRegistry } from '@lumino/commands';

/** What keys do where fields are. */
export interface IFormKeys {
  /** The application's. */
  commands: CommandRegistry;
  /** The first element around what keeps its shortcuts to itself. */
  outside: Element | null;
  /** Write what is typed. */
  flush(): void;
  /** Run the cell; go on to the next one, too. */
  run(advance: boolean): void;
  /** Go back to the cell. */
  leave(): void;
  /** Take back the last change of the cell, or make it again. */
  undo(isRedo: boolean): void;
}

/**
 * Take a key that no field has used up.
 *
 * @returns whether it is used up
 */
export function takeKey(event: KeyboardEvent, keys: IFormKeys): boolean {
  const { key, shiftKey, target } = event;
  if (event.isComposing || event.altKey) {
    return false;
  }
  const isAccel = event.ctrlKey || event.metaKey;
  if (key === 'Enter' && (shiftKey || isAccel)) {
    keys.flush();
    keys.run(shiftKey);
    return true;
  }
  if (key === 'Escape') {
    keys.flush();
    keys.leave();
    return true;
  }
  const isText = isTextInput(target);
  if (!isAccel || (isText && /^[acvxyz]$/i.test(key))) {
    return false;
  }
  if (key.toLowerCase() === 'z') {
    keys.undo(shiftKey);
    return true;
  }
  // What saves or runs means what is seen in the field.
  keys.flush();
  return passOn(keys.commands, event, keys.outside);
}

/** Whether a key is pressed with no other. */
export function isPlain(event: KeyboardEvent): boolean {
  const { altKey, ctrlKey, metaKey, shiftKey } = event;
  return !(altKey || ctrlKey || metaKey || shiftKey);
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

/**
 * Run the command that a key has outside of the notebook.
 *
 * @param commands - the application's
 * @param event - a key that was pressed in the form
 * @param outside - the first element around the notebook
 * @returns whether there was one
 */
function passOn(
  commands: CommandRegistry,
  event: KeyboardEvent,
  outside: Element | null
): boolean {
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
