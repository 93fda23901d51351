/** What the panel's one sentence depends on, and what it is shown with. */
import type { ISnapshot, ISnapshotRow } from '../channel/messages';
import type { IProbe } from '../channel/probe';
import type { Glyph } from '../glyphs';
import type { KernelState } from '../tokens';

/** What a button of the state does. */
export type Verb =
  | 'prepare'
  | 'stop'
  | 'copy-report'
  | 'install'
  | 'plain'
  | 'start-kernel'
  | 'choose-kernel'
  | 'restart-kernel'
  | 'new-notebook'
  | 'allow'
  | 'refuse'
  | 'show-cell'
  | 'show-problem';

/** A button of the state. */
export interface IStateButton {
  verb: Verb;
  label: string;
  /** Whether it is the main button: at most one is. */
  accept?: boolean;
}

/** What the state block shows. */
export interface ISituation {
  glyph: Glyph;
  sentence: string;
  /** Notebook and kernel, or what else the sentence is about. */
  about: string;
  /** Further sentences. */
  more: string[];
  /** A command to copy; empty where there is none. */
  command: string;
  /** Part of the work that is done, 0 to 1; null where nothing is at work. */
  progress: number | null;
  buttons: IStateButton[];
  /** Milliseconds that it has to last before it is shown; 0 where it is shown at once. */
  delay: number;
}

/** What the sentence depends on. */
export interface IFacts {
  /** Name of the notebook; null where none is open. */
  notebook: string | null;
  kernel: KernelState;
  /** The kernel's name as the user sees it. */
  kernelName: string;
  language: string;
  probe: IProbe | null;
  snapshot: ISnapshot | null;
  /** Whether the kernel has been asked. */
  isKnown: boolean;
  isAsking: boolean;
  isRunning: boolean;
  isReadOnly: boolean;
  /** Number of steps in the notebook. */
  steps: number;
  /** Number of wrong lines. */
  problems: number;
  /** What the last run said about the steps that are there now. */
  rows: readonly ISnapshotRow[];
  /** Hosts and other places that sources come from, for the question of consent. */
  places: readonly string[];
  /** What `pip` and `apt` are given, for the same question. */
  installs: readonly string[];
  /** Names of the variables that are set, for the same question. */
  variables: readonly string[];
  /** Commands that are run, for the same question. */
  commands: readonly string[];
}
