/** What the box has recognised: what it is, what will happen, and the line that will be written. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { GlyphIcon } from '../glyphs';
import type { BoxModel, ICard } from './boxmodel';

interface ICardProps {
  card: ICard;
  model: BoxModel;
  /** Adds what the card shows. */
  onAdd: () => void;
  /** Puts another text into the box. */
  onFix: (text: string) => void;
  trans: TranslationBundle;
}

/** The card below the input. */
export function Card(props: ICardProps): React.JSX.Element {
  const { card, model, onAdd, trans } = props;
  const { problem } = card;
  return (
    <div className="jp-Preflight-card">
      <div className="jp-Preflight-what" role="status">
        <GlyphIcon name={problem ? 'failed' : 'link'} />
        <div>
          <div>{problem ? problem.message : card.what}</div>
          <div className="jp-Preflight-sub">
            {problem ? problem.hint : card.will}
          </div>
          {!problem && card.notice && (
            <div className="jp-Preflight-sub">{card.notice}</div>
          )}
        </div>
      </div>
      {card.isSource && <Fields {...props} />}
      {card.isSource && card.isOpen && <MoreFields {...props} />}
      {card.lines.length > 0 && (
        <div
          className="jp-Preflight-line"
          aria-label={trans.__('Line to be written')}
        >
          {card.lines.map(line => (
            <div className="jp-mod-cut" key={line} title={line}>
              {line}
            </div>
          ))}
        </div>
      )}
      <div className="jp-Preflight-buttons">
        {problem?.fix && (
          <button
            type="button"
            className="jp-Preflight-button jp-mod-accept"
            title={problem.fix}
            onClick={() => props.onFix(problem.fix)}
          >
            {trans.__('Correct')}
          </button>
        )}
        {card.known && !problem && (
          <button
            type={card.isRepeated ? 'submit' : 'button'}
            className={`jp-Preflight-button${card.isRepeated ? ' jp-mod-accept' : ''}`}
            title={card.known}
            onClick={event => {
              event.preventDefault();
              model.showKnown();
            }}
          >
            {trans.__('Show it')}
          </button>
        )}
        <button
          type={card.isRepeated ? 'button' : 'submit'}
          className={`jp-Preflight-button${problem || card.isRepeated ? '' : ' jp-mod-accept'}`}
          disabled={problem !== null}
          title={problem?.message}
          onClick={card.isRepeated ? onAdd : undefined}
        >
          {card.known ? trans.__('Add again') : trans.__('Add')}
        </button>
        {card.isSource && (
          <button
            type="button"
            className="jp-Preflight-button jp-mod-plain"
            aria-expanded={card.isOpen}
            onClick={() => model.toggleMore()}
          >
            {card.isOpen ? trans.__('Fewer options') : trans.__('More options')}
          </button>
        )}
        {!problem && (
          <kbd className="jp-Preflight-key">{trans.__('Enter')}</kbd>
        )}
      </div>
    </div>
  );
}

function Fields(props: ICardProps): React.JSX.Element {
  const { card, model, trans } = props;
  const id = React.useId();
  const role = (
    name: 'dataset' | 'project',
    label: string,
    about: string
  ): React.JSX.Element => (
    <label>
      <input
        type="radio"
        name={id}
        checked={card.role === name}
        onChange={() => model.setRole(name)}
      />
      {label} <span className="jp-Preflight-sub">{about}</span>
    </label>
  );
  return (
    <div className="jp-Preflight-fields">
      <span id={`${id}-use`}>{trans.__('Use as')}</span>
      <div
        className="jp-Preflight-choice"
        role="radiogroup"
        aria-labelledby={`${id}-use`}
      >
        {role('dataset', trans.__('Data'), trans.__('fetched once'))}
        {role('project', trans.__('Code'), trans.__('updated every time'))}
      </div>
      <TextField
        label={trans.__('Folder')}
        value={card.folder}
        onChange={folder => model.setFolder(folder)}
      />
    </div>
  );
}

function MoreFields(props: ICardProps): React.JSX.Element {
  const { card, model, trans } = props;
  const id = React.useId();
  return (
    <div className="jp-Preflight-fields">
      {card.role === 'project' && (
        <TextField
          label={trans.__('Version')}
          placeholder={trans.__('branch, tag or commit')}
          value={card.options.ref}
          onChange={ref => model.setOption({ ref })}
        />
      )}
      <TextField
        label={trans.__('Only')}
        placeholder={trans.__('files, such as *.csv')}
        value={card.options.include}
        onChange={include => model.setOption({ include })}
      />
      <TextField
        label={trans.__('Secret')}
        placeholder={trans.__('name, such as GITHUB_TOKEN')}
        value={card.options.secret}
        onChange={secret => model.setOption({ secret })}
      />
      <label htmlFor={id}>{trans.__('Optional')}</label>
      <div className="jp-Preflight-choice">
        <label>
          <input
            id={id}
            type="checkbox"
            checked={card.options.optional}
            onChange={event =>
              model.setOption({ optional: event.target.checked })
            }
          />
          <span className="jp-Preflight-sub">
            {trans.__('go on without it')}
          </span>
        </label>
      </div>
    </div>
  );
}

function TextField(props: {
  label: string;
  value: string;
  placeholder?: string;
  onChange: (value: string) => void;
}): React.JSX.Element {
  const id = React.useId();
  return (
    <>
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        className="jp-Preflight-input"
        type="text"
        spellCheck={false}
        placeholder={props.placeholder}
        value={props.value}
        onChange={event => props.onChange(event.target.value)}
      />
    </>
  );
}
