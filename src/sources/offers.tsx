/** Lists of lines that can be taken into the notebook: the user's own, and those found in it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { VDomRenderer as Renderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { GlyphIcon } from '../glyphs';
import { Name } from './name';

/** One line that is offered. */
export interface IOffer {
  line: string;
  name: string;
  /** What is shown below the name. */
  text: string;
  /** What the button says; *Use* where it is left out. */
  label?: string;
  /** What the button does. */
  act: () => void;
}

/** What an offers section shows and does. */
export interface IOffersOptions<M extends Renderer.IModel> {
  model: M;
  /** Name of the section. */
  label: string;
  offers: (model: M) => IOffer[];
  /** Take a line off the list; left out where that makes no sense. */
  drop?: (line: string) => void;
  trans: TranslationBundle;
}

/** A section with lines to take; it is not shown while it is empty. */
export class OffersSection<M extends Renderer.IModel> extends VDomRenderer<M> {
  /**
   * @param options - what to show; the model is disposed with the section
   */
  constructor(options: IOffersOptions<M>) {
    super(options.model);
    this._options = options;
  }

  protected override render(): React.JSX.Element | null {
    const { label, trans, drop } = this._options;
    const offers = this._options.offers(this.model);
    this.title.label = offers.length > 0 ? label : '';
    this.title.caption = String(offers.length);
    return offers.length === 0 ? null : (
      <ul className="jp-Preflight-rows" aria-label={label}>
        {offers.map((offer, index) => (
          <li
            className="jp-Preflight-row jp-mod-offer"
            key={`${offer.line} ${index}`}
            aria-label={offer.name}
          >
            <GlyphIcon name={drop ? 'link' : 'found'} />
            <Name name={offer.name} title={offer.line} />
            <div
              className="jp-Preflight-text jp-Preflight-sub jp-mod-cut"
              title={offer.text}
            >
              <code>{offer.text}</code>
            </div>
            <div className="jp-Preflight-offerButtons">
              <button
                type="button"
                className="jp-Preflight-button jp-mod-small"
                aria-label={
                  offer.label
                    ? `${offer.label}: ${offer.name}`
                    : trans.__('Use %1', offer.name)
                }
                onClick={offer.act}
              >
                {offer.label ?? trans.__('Use')}
              </button>
              {drop && (
                <button
                  type="button"
                  className="jp-Preflight-iconButton"
                  title={trans.__('Remove %1', offer.name)}
                  aria-label={trans.__('Remove %1', offer.name)}
                  onClick={() => drop(offer.line)}
                >
                  <GlyphIcon name="close" />
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
    );
  }

  private readonly _options: IOffersOptions<M>;
}
