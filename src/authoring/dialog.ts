/** The dialog of a field: it closes when the field is written, and not before. */
import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import '../../style/pieces.css';
import '../../style/controls.css';
import '../../style/forms.css';
import '../../style/authoring.css';
import type { IDraft } from './draft';
import { FieldEditor, type IFieldTarget } from './editor';

/** The dialog of a field. */
export class FieldDialog extends Dialog<void> {
  /**
   * @param draft - what stands in it at the beginning
   * @param target - where the field is, or will be
   * @param trans - translations
   */
  constructor(draft: IDraft, target: IFieldTarget, trans: TranslationBundle) {
    const { isKnown } = target;
    const editor = new FieldEditor(draft, target, trans);
    super({
      title: isKnown
        ? trans.__('Edit the field %1', draft.name)
        : trans.__('Add a form field'),
      body: editor,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({
          label: isKnown ? trans.__('Change') : trans.__('Add')
        })
      ],
      focusNodeSelector: 'input:not([hidden]), select'
    });
    this._editor = editor;
    this.addClass('jp-Preflight-fieldDialog');
  }

  override handleEvent(event: Event): void {
    if (event instanceof KeyboardEvent && event.type === 'keydown') {
      if (event.isComposing) {
        return;
      }
      const isAccel = event.ctrlKey || event.metaKey;
      const isUsed = this._editor.press(event);
      if (isUsed || (isAccel && event.key === 'Enter')) {
        event.preventDefault();
        event.stopPropagation();
        if (!isUsed) {
          // In a text of several lines, too, where Enter alone begins a line.
          this.resolve();
        }
        return;
      }
    }
    super.handleEvent(event);
  }

  override resolve(index = 1): void {
    if (index !== 1 || this._editor.accept()) {
      super.resolve(index);
    }
  }

  private readonly _editor: FieldEditor;
}
