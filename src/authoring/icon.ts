/** The picture of a new field. */
import { LabIcon } from '@jupyterlab/ui-components';

/** An input and a plus: adds a field to a form. */
export const fieldIcon = new LabIcon({
  name: 'jupyterlab-preflight:field',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">' +
    '<g class="jp-icon3 jp-icon-selectable" fill="#616161">' +
    '<path d="M2 4h20v6.5h-2.5v-4h-15v6H11V15H2z"/>' +
    '<path d="M6.5 8H9v3H6.5zM16 12h2.5v3.5H22V18h-3.5v3.5H16V18h-3.5v-2.5H16z"/>' +
    '</g></svg>'
});
