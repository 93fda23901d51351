/** Shows in the notebook what a field of the section stands for. */
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { IField } from '../forms/types';

/**
 * Go to a cell, and to the value of one of its fields where its code can be seen.
 *
 * @param panel - the notebook
 * @param id - of the cell
 * @param field - a field as it is in the cell now
 */
export async function showCell(
  panel: NotebookPanel,
  id: string,
  field?: IField
): Promise<void> {
  const { content } = panel;
  const index = content.widgets.findIndex(cell => cell.model.id === id);
  if (index < 0) {
    return;
  }
  const cell = content.widgets[index];
  content.activeCellIndex = index;
  content.deselectAll();
  content.mode = 'command';
  await content.scrollToItem(index, 'smart');
  await cell.ready;
  const { editor } = cell;
  const isShown = !cell.inputHidden && cell.inputArea?.node.offsetParent;
  if (field && editor && isShown) {
    const start = editor.getPositionAt(field.valueStart);
    const end = editor.getPositionAt(field.valueEnd);
    if (start && end) {
      content.mode = 'edit';
      editor.setSelection({ start, end });
      editor.focus();
      return;
    }
  }
  cell.node.focus({ preventScroll: true });
}
