/** One row of the list: picture, name, what happened, and the buttons that lead on. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { GlyphIcon } from '../glyphs';
import { LineEditor } from './lineeditor';
import { Name } from './name';
import type { IRow, IRowButton } from './rows';

/** What a row, named by its id, can ask its list to do. */
export interface IRowActions {
  press: (id: string, button: IRowButton) => void;
  openMenu: (id: string, anchor: DOMRect) => void;
  save: (id: string, line: string) => boolean;
  cancelEdit: () => void;
  /** What is wrong with a line, or null. */
  check: (line: string) => string | null;
  focused: (id: string) => void;
}

interface IRowProps {
  row: IRow;
  isEditing: boolean;
  isCurrent: boolean;
  actions: IRowActions;
  trans: TranslationBundle;
}

/** A row; drawn again only when something about it has changed. */
export const RowView = React.memo(RowBody, sameRow);

function RowBody(props: IRowProps): React.JSX.Element {
  const { row, actions, trans } = props;
  const { text, wraps } = row;
  return (
    <li
      className={`jp-Preflight-row${wraps ? ' jp-mod-wraps' : ''}`}
      tabIndex={props.isCurrent ? 0 : -1}
      aria-label={row.name}
      aria-description={`${row.state}. ${text}`}
      data-row={row.id}
      onFocus={() => actions.focused(row.id)}
      onContextMenu={event => {
        if (event.target instanceof HTMLInputElement) {
          return;
        }
        event.preventDefault();
        event.stopPropagation();
        actions.openMenu(row.id, new DOMRect(event.clientX, event.clientY));
      }}
    >
      <GlyphIcon name={row.glyph} />
      <Name name={row.name} title={row.title} />
      <span className="jp-Preflight-meta">{row.meta}</span>
      {props.isEditing ? (
        <LineEditor
          line={row.line}
          check={actions.check}
          onSave={line => actions.save(row.id, line)}
          onCancel={actions.cancelEdit}
          trans={trans}
        />
      ) : (
        <>
          {(text || row.progress !== null) && (
            <div
              className={`jp-Preflight-text jp-Preflight-sub${wraps ? '' : ' jp-mod-cut'}`}
              title={row.title}
            >
              {text}
              {row.progress !== null && <Bar row={row} />}
            </div>
          )}
          {row.buttons.length > 0 && (
            <div className="jp-Preflight-buttons">
              {row.buttons.map(button => (
                <button
                  type="button"
                  className="jp-Preflight-button jp-mod-small"
                  key={button.verb}
                  title={button.value}
                  onClick={() => actions.press(row.id, button)}
                >
                  {button.verb === 'open-page' && <GlyphIcon name="external" />}
                  {button.label}
                </button>
              ))}
            </div>
          )}
        </>
      )}
      <button
        type="button"
        className="jp-Preflight-iconButton jp-Preflight-rowMenu"
        tabIndex={props.isCurrent ? 0 : -1}
        aria-haspopup="menu"
        aria-label={trans.__('Actions for %1', row.name)}
        title={trans.__('Actions for %1', row.name)}
        onClick={event =>
          actions.openMenu(row.id, event.currentTarget.getBoundingClientRect())
        }
      >
        <GlyphIcon name="more" />
      </button>
    </li>
  );
}

function Bar(props: { row: IRow }): React.JSX.Element {
  const percent = Math.round((props.row.progress ?? 0) * 100);
  return (
    <div
      className="jp-Preflight-bar"
      role="progressbar"
      aria-label={props.row.name}
      aria-valuenow={percent}
    >
      <div style={{ width: `${percent}%` }} />
    </div>
  );
}

function sameRow(a: IRowProps, b: IRowProps): boolean {
  return (
    a.isEditing === b.isEditing &&
    a.isCurrent === b.isCurrent &&
    a.row.id === b.row.id &&
    a.row.line === b.row.line &&
    a.row.glyph === b.row.glyph &&
    a.row.state === b.row.state &&
    a.row.text === b.row.text &&
    a.row.meta === b.row.meta &&
    a.row.wraps === b.row.wraps &&
    a.row.title === b.row.title &&
    a.row.progress === b.row.progress &&
    a.row.buttons.length === b.row.buttons.length &&
    a.row.buttons.every(
      (button, i) =>
        button.verb === b.row.buttons[i].verb &&
        button.value === b.row.buttons[i].value
    )
  );
}
