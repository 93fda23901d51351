/** The box at the head of the sidebar: paste a link or a command, press Enter. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { useChanged } from '../changed';
import type { BoxModel } from './boxmodel';
import { Card } from './card';

/** The input with what it has recognised. */
export class Box extends ReactWidget {
  /**
   * @param model - the draft; disposed with the box
   * @param example - adds the example to the current notebook
   * @param trans - translations
   */
  constructor(model: BoxModel, example: () => void, trans: TranslationBundle) {
    super();
    this._model = model;
    this._example = example;
    this._trans = trans;
    this.addClass('jp-Preflight-box');
  }

  /** Dispose the draft with the box. */
  override dispose(): void {
    if (!this.isDisposed) {
      this._model.dispose();
      super.dispose();
    }
  }

  /** Go on in the input. */
  protected override onActivateRequest(): void {
    this._isFocusDue = true;
    this._onDrawn();
  }

  protected override render(): React.JSX.Element {
    return (
      <BoxBody
        input={this._input}
        model={this._model}
        onDrawn={() => this._onDrawn()}
        onExample={this._example}
        trans={this._trans}
      />
    );
  }

  /** Take the focus that is due; keys must not go elsewhere while the page is busy drawing. */
  private _onDrawn(): void {
    if (this._isFocusDue && this._input.current) {
      this._isFocusDue = false;
      this._input.current.focus();
    }
  }

  private readonly _example: () => void;
  private readonly _input = React.createRef<HTMLInputElement>();
  private readonly _model: BoxModel;
  private readonly _trans: TranslationBundle;
  private _isFocusDue = false;
}

function BoxBody(props: {
  input: React.RefObject<HTMLInputElement>;
  model: BoxModel;
  onDrawn: () => void;
  onExample: () => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { input, model, trans } = props;
  useChanged(model.stateChanged);
  React.useLayoutEffect(props.onDrawn);
  const { card, refusal } = model;
  const add = () => {
    if (model.add()) {
      input.current?.focus();
    }
  };
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        if (card?.isRepeated) {
          model.showKnown();
        } else {
          add();
        }
      }}
      onKeyDown={event => {
        if (event.key === 'Escape' && model.text) {
          event.stopPropagation();
          model.setText('');
          input.current?.focus();
        }
      }}
    >
      <input
        ref={input}
        className="jp-Preflight-input"
        type="text"
        spellCheck={false}
        autoComplete="off"
        aria-label={trans.__('Link or command')}
        aria-invalid={Boolean(card?.problem)}
        placeholder={trans.__('Paste a link or command')}
        title={refusal || model.text}
        disabled={refusal !== ''}
        value={shown(model.text, trans)}
        onChange={event => model.setText(event.target.value)}
        onPaste={event => {
          // An input drops line ends: several pasted lines are several sources.
          const text = event.clipboardData.getData('text/plain').trim();
          if (text.includes('\n')) {
            event.preventDefault();
            model.setText(text);
          }
        }}
      />
      {card ? (
        <Card
          card={card}
          model={model}
          onAdd={add}
          onFix={fix => {
            model.setText(fix);
            input.current?.focus();
          }}
          trans={trans}
        />
      ) : (
        <Hint model={model} trans={trans} />
      )}
      {!refusal && !model.text && model.isEmpty && (
        <div className="jp-Preflight-example">
          <div className="jp-Preflight-sub">{trans.__('or')}</div>
          <button
            type="button"
            className="jp-Preflight-button jp-mod-small"
            onClick={() => {
              props.onExample();
              input.current?.focus();
            }}
          >
            {trans.__('Try with example digits')}
          </button>
          <div className="jp-Preflight-sub">{trans.__('2 MB, no account')}</div>
        </div>
      )}
    </form>
  );
}

/** What may stand in the box; not said any more where people have seen it. */
function Hint(props: {
  model: BoxModel;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { model, trans } = props;
  const hint =
    // That there is no notebook is what the sentence above says.
    (model.bootstrap && model.refusal) ||
    (model.text
      ? trans.__('A link, or a command such as wget or git clone')
      : model.isEmpty && !model.refusal
        ? trans.__('Dropbox · Drive · GitHub · any https')
        : '');
  return hint ? (
    <div className="jp-Preflight-sub jp-Preflight-hint">{hint}</div>
  ) : null;
}

/** Several lines cannot stand in an input: their number does. */
function shown(text: string, trans: TranslationBundle): string {
  const lines = text.split('\n').length;
  return lines > 1 ? trans.__('%1 lines pasted', lines) : text;
}
