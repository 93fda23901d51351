/** What a cell's form is made of. Places are UTF-16 units of the source, lines count from 0. */
import type { Writing } from './literal';
import type { IRepair } from './reasons';
import type { FieldType } from './value';

/** A cell's form, as its text says it. */
export interface IForm {
  title: ITitle | null;
  /** In the order of lines. */
  items: Array<IField | IMarkdown>;
  /** Lines that were meant to be fields and are none. */
  rejected: IRejected[];
}

/** The first `#@title` of a cell. */
export interface ITitle {
  line: number;
  /** Markdown; empty where a title has none. */
  text: string;
  displayMode?: 'form' | 'code' | 'both';
  /** Whether a change of a value runs the cell again, after it was run once. */
  runAuto?: boolean;
  /** A length of CSS, as it is written. */
  formWidth?: string;
}

/** A run of `#@markdown` lines, joined by line feeds. */
export interface IMarkdown {
  kind: 'markdown';
  /** The first one's. */
  line: number;
  text: string;
}

/** An assignment with an `#@param` annotation. */
export interface IField {
  kind: 'field';
  line: number;
  /** The target as it is written, without the hint of a type: `lr`, `args.lr`, `conf["lr"]`. */
  name: string;
  /** The last word of the target. */
  label: string;
  type: FieldType;
  /** The value is inserted as code. */
  raw: boolean;
  options?: string[];
  /** Whether other texts than the options may be typed. */
  allowInput?: boolean;
  placeholder?: string;
  min?: number;
  max?: number;
  step?: number;
  /** The span of the value; empty where there is none. */
  valueStart: number;
  valueEnd: number;
  /** Decoded; the code where `raw`; null where the field's control cannot show it. */
  value: string | number | boolean | null;
  /** Whether another value can take its place without a loss. */
  editable: boolean;
  /** The value as it is written. */
  text?: string;
  /** How values are written, where it is not Python's way. */
  writing?: Writing;
  /** The span of the annotation, from its `#` to the end of its options. */
  annotation?: { start: number; end: number };
  /** What is odd about the line: one of `HINTS`. */
  hint?: string;
}

/** A line with an annotation that makes no field. */
export interface IRejected {
  line: number;
  /** One of `REASONS`. */
  reason: string;
  /** What would make it one. */
  repair?: IRepair;
}
