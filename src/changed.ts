/** React and signals: a component that is drawn again when something has changed. */
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

/**
 * Draw the calling component again at each emission, within the event that caused it: an input
 * that is drawn later loses its caret.
 *
 * @param signal - says that something has changed
 */
export function useChanged<T>(signal: ISignal<T, unknown>): void {
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    signal.connect(redraw);
    return () => {
      signal.disconnect(redraw);
    };
  }, [signal]);
}
