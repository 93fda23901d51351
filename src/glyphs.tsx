/**
 * The small pictures of states: a shape for each, so that a state reads without its colour.
 * Plain SVG rather than `LabIcon`s: there are hundreds on a long list, and they take their colour
 * from a class.
 */
import * as React from 'react';

/** Names of the pictures. */
export type Glyph =
  | 'ready'
  | 'working'
  | 'needs'
  | 'failed'
  | 'waiting'
  | 'unknown'
  | 'skipped'
  | 'offline'
  | 'link'
  | 'found'
  | 'more'
  | 'close'
  | 'stop'
  | 'copy'
  | 'external'
  | 'code';

const SHAPES: Record<Glyph, React.JSX.Element> = {
  ready: <path d="M3 8.5 6.4 12 13 4.4" strokeWidth="2" />,
  working: (
    <>
      <circle cx="8" cy="8" r="5.5" opacity="0.3" />
      <path
        className="jp-Preflight-turn"
        d="M8 2.5A5.5 5.5 0 0 1 13.5 8"
        strokeWidth="2"
      />
    </>
  ),
  needs: (
    <>
      <path className="jp-Preflight-solid" d="M8 2 14.8 13.8H1.2Z" />
      <path className="jp-Preflight-cut" d="M8 6.2v3.6M8 11.9v.1" />
    </>
  ),
  failed: (
    <>
      <circle className="jp-Preflight-solid" cx="8" cy="8" r="6" />
      <path className="jp-Preflight-cut" d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4" />
    </>
  ),
  waiting: <circle cx="8" cy="8" r="4.5" />,
  unknown: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.3 2.02" />,
  skipped: <path d="M4 8h8" />,
  offline: (
    <path d="M1.8 6.4a8.8 8.8 0 0 1 12.4 0M4.2 9a5.4 5.4 0 0 1 7.6 0M6.6 11.4a2 2 0 0 1 2.8 0M2.6 13.4 13.4 2.6" />
  ),
  link: (
    <path d="m6.6 9.4 2.8-2.8M7.4 4.6l1.4-1.4a2.8 2.8 0 0 1 4 4l-1.4 1.4M8.6 11.4l-1.4 1.4a2.8 2.8 0 0 1-4-4l1.4-1.4" />
  ),
  found: <path d="M8 2.5V9M5.2 6.4 8 9.2l2.8-2.8M3 13h10" />,
  more: (
    <g className="jp-Preflight-solid">
      <circle cx="3.2" cy="8" r="0.7" />
      <circle cx="8" cy="8" r="0.7" />
      <circle cx="12.8" cy="8" r="0.7" />
    </g>
  ),
  close: <path d="m4.5 4.5 7 7m0-7-7 7" />,
  stop: (
    <rect
      className="jp-Preflight-solid"
      x="4.3"
      y="4.3"
      width="7.4"
      height="7.4"
    />
  ),
  copy: <path d="M6 5.5h7v8H6zM3.5 10.5v-8h7" />,
  external: <path d="M6.5 3.5h-4v10h10v-4M9 2.5h4.5V7M13 3 7.5 8.5" />,
  code: <path d="M5.4 4.4 1.8 8l3.6 3.6M10.6 4.4 14.2 8l-3.6 3.6" />
};

/** A picture; the words beside it say the same, so it is hidden from screen readers. */
export function GlyphIcon(props: {
  name: Glyph;
  className?: string;
}): React.JSX.Element {
  const classes = ['jp-Preflight-glyph', `jp-mod-${props.name}`];
  if (props.className) {
    classes.push(props.className);
  }
  return (
    <svg className={classes.join(' ')} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[props.name]}
    </svg>
  );
}
