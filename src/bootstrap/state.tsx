/** The state block at the head of the sidebar: one sentence, and the buttons that lead on. */
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { GlyphIcon } from '../glyphs';
import type { ISituation, IStateButton, Verb } from './facts';
import type { StateModel } from './statemodel';

/** Shows the situation of the current notebook. */
export class StateBlock extends VDomRenderer<StateModel> {
  /**
   * @param model - what to show; disposed with the block
   * @param trans - translations
   */
  constructor(model: StateModel, trans: TranslationBundle) {
    super(model);
    this._trans = trans;
    this.addClass('jp-Preflight-state');
  }

  protected override render(): React.JSX.Element | null {
    const { situation } = this.model;
    this.setHidden(situation === null);
    return situation === null ? null : (
      <State
        situation={situation}
        trans={this._trans}
        onVerb={verb => void this.model.act(verb)}
        onCopy={text => this.model.copy(text)}
      />
    );
  }

  private readonly _trans: TranslationBundle;
}

interface IStateProps {
  situation: ISituation;
  trans: TranslationBundle;
  onVerb: (verb: Verb) => void;
  onCopy: (text: string) => void;
}

function State(props: IStateProps): React.JSX.Element {
  const { situation, trans } = props;
  const buttons = React.useRef<HTMLDivElement>(null);
  const isPressed = React.useRef(false);
  React.useLayoutEffect(() => {
    if (isPressed.current && document.activeElement === document.body) {
      // The button that was pressed is gone: keys go on with what has come instead.
      buttons.current?.querySelector('button')?.focus();
    }
    isPressed.current = false;
  });
  const press = (verb: Verb) => {
    isPressed.current = true;
    props.onVerb(verb);
  };
  return (
    <>
      <div className="jp-Preflight-say">
        <GlyphIcon name={situation.glyph} />
        <div className="jp-Preflight-words">
          <div className="jp-Preflight-sentence" role="status">
            {situation.sentence}
          </div>
          <div className="jp-Preflight-sub jp-mod-cut" title={situation.about}>
            {situation.about}
          </div>
          {situation.more.map(text => (
            <div className="jp-Preflight-sub" key={text}>
              {text}
            </div>
          ))}
          {situation.command && (
            <div className="jp-Preflight-command">
              <code title={situation.command}>{situation.command}</code>
              <button
                type="button"
                className="jp-Preflight-iconButton"
                title={trans.__('Copy command')}
                aria-label={trans.__('Copy command')}
                onClick={() => props.onCopy(situation.command)}
              >
                <GlyphIcon name="copy" />
              </button>
            </div>
          )}
        </div>
      </div>
      {situation.buttons.length > 0 && (
        <div className="jp-Preflight-buttons" ref={buttons}>
          {situation.buttons.map((button, index) => (
            // By place, so that Prepare turns into Stop under the focus.
            <StateButton key={index} button={button} onVerb={press} />
          ))}
        </div>
      )}
      {situation.progress !== null && (
        <div
          className="jp-Preflight-bar jp-mod-whole"
          role="progressbar"
          aria-label={situation.sentence}
          aria-valuenow={Math.round(situation.progress * 100)}
        >
          <div style={{ width: `${situation.progress * 100}%` }} />
        </div>
      )}
    </>
  );
}

function StateButton(props: {
  button: IStateButton;
  onVerb: (verb: Verb) => void;
}): React.JSX.Element {
  const { verb, label, accept } = props.button;
  return (
    <button
      type="button"
      className={`jp-Preflight-button${accept ? ' jp-mod-accept' : ''}`}
      onClick={() => props.onVerb(verb)}
    >
      {verb === 'stop' && <GlyphIcon name="stop" />}
      {label}
    </button>
  );
}
