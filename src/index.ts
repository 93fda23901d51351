/** The plugins of the extension, nothing else: each room wires itself. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { bootstrapPlugin } from './bootstrap/plugin';
import { panelPlugin } from './panel/plugin';
import { sourcesPlugin } from './sources/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  panelPlugin,
  bootstrapPlugin,
  sourcesPlugin
];

export default plugins;
