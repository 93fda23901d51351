/** The name of a row, cut in its middle where there is no room. */
import * as React from 'react';

/** Letters at the end that are never cut: names of folders mostly differ there. */
const TAIL = 8;

/** A name, with a tooltip. */
export function Name(props: {
  name: string;
  title: string;
}): React.JSX.Element {
  const letters = Array.from(props.name);
  const cut = letters.length > 2 * TAIL ? letters.length - TAIL : 0;
  return (
    <span className="jp-Preflight-name" title={props.title}>
      <span>{letters.slice(0, cut || undefined).join('')}</span>
      {cut > 0 && <span>{letters.slice(cut).join('')}</span>}
    </span>
  );
}
