/** Nothing of the sidebar's content is loaded before somebody looks at it. */
import type { IPreflightPanel } from '../tokens';

/**
 * Call a function when the panel is first seen, and again at another sight of it where it failed.
 *
 * @param panel - the sidebar
 * @param load - loads and adds some of its content
 */
export function whenSeen(
  panel: IPreflightPanel,
  load: () => Promise<void>
): void {
  const onVisible = () => {
    if (panel.isVisible) {
      panel.visibilityChanged.disconnect(onVisible);
      load().catch(() => {
        panel.visibilityChanged.connect(onVisible);
      });
    }
  };
  panel.visibilityChanged.connect(onVisible);
  onVisible();
}
