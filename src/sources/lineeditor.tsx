/** A line of the cell, edited in its row: Enter writes it, Escape leaves it as it was. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

interface ILineEditorProps {
  line: string;
  /** What is wrong with a line, or null. */
  check: (line: string) => string | null;
  /** Write the line; false where that was not possible. */
  onSave: (line: string) => boolean;
  onCancel: () => void;
  trans: TranslationBundle;
}

/** The editor of one line. */
export function LineEditor(props: ILineEditorProps): React.JSX.Element {
  const { trans } = props;
  const [line, setLine] = React.useState(props.line);
  const input = React.useRef<HTMLTextAreaElement>(null);
  const wrong =
    line.trim() === '' ? trans.__('The line is empty.') : props.check(line);
  const save = () => {
    if (wrong === null) {
      props.onSave(line);
    }
  };
  React.useEffect(() => {
    input.current?.focus();
    input.current?.setSelectionRange(line.length, line.length);
    // Only when the editor opens.
  }, []);
  return (
    <div
      className="jp-Preflight-editor"
      onKeyDown={event => {
        event.stopPropagation();
        if (event.key === 'Escape') {
          props.onCancel();
        } else if (event.key === 'Enter' && !event.shiftKey) {
          event.preventDefault();
          save();
        }
      }}
    >
      <textarea
        ref={input}
        className="jp-Preflight-input jp-mod-code"
        rows={3}
        spellCheck={false}
        aria-label={trans.__('Line in the cell')}
        aria-invalid={wrong !== null}
        value={line}
        onChange={event => setLine(event.target.value)}
      />
      <div className="jp-Preflight-sub" role="status">
        {wrong}
      </div>
      <div className="jp-Preflight-buttons">
        <button
          type="button"
          className="jp-Preflight-button jp-mod-small jp-mod-accept"
          disabled={wrong !== null || line === props.line}
          onClick={save}
        >
          {trans.__('Save')}
        </button>
        <button
          type="button"
          className="jp-Preflight-button jp-mod-small"
          onClick={props.onCancel}
        >
          {trans.__('Cancel')}
        </button>
      </div>
    </div>
  );
}
