/**
 * Underlines wrong words of `%%preflight` cells in the editor. Every editor of the application has
 * this extension, so for all other texts it costs one look at their first lines.
 */
import type { Extension } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate
} from '@codemirror/view';

import { isBootstrapCell } from './cells';
import type { IMark } from './marks';

/** Longest text before `%%preflight` that is looked at. */
const HEAD = 2000;

/** Longest text that is read: no cell of ours is longer. */
const LIMIT = 200_000;

type Reader = (source: string) => IMark[];

/**
 * The editor extension.
 *
 * @param load - loads what reads a cell; called when the first one is seen
 */
export function wrongWords(load: () => Promise<Reader>): Extension {
  let reader: Reader | null = null;

  class Marks {
    constructor(view: EditorView) {
      this._read(view);
    }

    decorations: DecorationSet = Decoration.none;

    update(update: ViewUpdate): void {
      if (update.docChanged || this._isLate) {
        this._read(update.view);
      }
    }

    destroy(): void {
      this._isGone = true;
    }

    private _read(view: EditorView): void {
      const { doc } = view.state;
      this.decorations = Decoration.none;
      this._isLate = false;
      if (doc.length > LIMIT || !isBootstrapCell(doc.sliceString(0, HEAD))) {
        return;
      }
      if (reader) {
        this.decorations = Decoration.set(
          reader(doc.sliceString(0)).map(({ start, end, text }) =>
            Decoration.mark({
              class: 'jp-Preflight-wrong',
              attributes: { title: text }
            }).range(start, end)
          )
        );
        return;
      }
      void load().then(loaded => {
        reader = loaded;
        if (!this._isGone) {
          this._isLate = true;
          view.dispatch({});
        }
      });
    }

    private _isGone = false;
    private _isLate = false;
  }

  return ViewPlugin.fromClass(Marks, { decorations: self => self.decorations });
}
