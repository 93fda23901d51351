/** Nothing of the sidebar's content is loaded before somebody looks at it. */
import type { IPreflightPanel } from '../tokens';

/**
 * Call a function once, when the panel is first seen.
 *
 * @param panel - the sidebar
 * @param load - loads and adds some of its content
 */
export function whenSeen(
  panel: IPreflightPanel,
  load: () => Promise<void>
): void {
  const onVisible = (_: IPreflightPanel, visible: boolean) => {
    if (visible) {
      panel.visibilityChanged.disconnect(onVisible);
      void load();
    }
  };
  if (panel.isVisible) {
    void load();
  } else {
    panel.visibilityChanged.connect(onVisible);
  }
}
