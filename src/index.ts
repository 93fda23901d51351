/** The plugins of the extension, nothing else: each room wires itself. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { authoringPlugin } from './authoring/plugin';
import { bootstrapPlugin, marksPlugin } from './bootstrap/plugin';
import { formsPlugin } from './forms/plugin';
import { panelPlugin } from './panel/plugin';
import { parametersPlugin } from './parameters/plugin';
import { sourcesPlugin } from './sources/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  panelPlugin,
  bootstrapPlugin,
  marksPlugin,
  sourcesPlugin,
  formsPlugin,
  parametersPlugin,
  authoringPlugin
];

export default plugins;
