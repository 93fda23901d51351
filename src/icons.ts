/** Icons that JupyterLab has to know by name; the small state glyphs are in `panel/glyphs`. */
import { LabIcon } from '@jupyterlab/ui-components';

/** A check mark whose long arm is a paper plane: side bar, tool bar and palette. */
export const preflightIcon = new LabIcon({
  name: 'jupyterlab-preflight:preflight',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<g class="jp-icon3 jp-icon-selectable" fill="#616161">' +
    '<path d="M1.6 13.4 4 11l4.9 4.9L22.6 3 9.3 20.8z"/>' +
    '<path d="M13 18.4 22.6 3 20.4 18.8z"/>' +
    '</g></svg>'
});
