/** The interfaces between rooms: a room knows the others only by what stands here. */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { ITextEdit } from './bootstrap/shared';
import type { ISnapshot } from './channel/messages';
import type { IProbe } from './channel/probe';
import type { Writing } from './forms/literal';
import type { IField, IForm } from './forms/types';

/** A part of the sidebar. */
export interface IPreflightSection {
  /** Stable name, by which its being open or closed is remembered. */
  readonly id: string;
  /**
   * What it shows. Its `title.label` names the section; its `title.caption` is the short figure at
   * the right of the name. A hidden widget hides the section.
   */
  readonly widget: Widget;
  /** Place from the top; smaller ranks stand higher. */
  readonly rank: number;
  /** Whether it is open until the user decides otherwise. */
  readonly open?: boolean;
}

/** The sidebar's shell. */
export interface IPreflightPanel {
  /** Emitted when the panel is shown or hidden. */
  readonly visibilityChanged: ISignal<IPreflightPanel, boolean>;
  /** Whether the panel can be seen. */
  readonly isVisible: boolean;
  /** Add a section; disposing the result takes it away (the widget stays the caller's). */
  addSection(section: IPreflightSection): IDisposable;
  /** Add a widget above all sections, such as the state and the box. */
  addHead(widget: Widget, rank: number): IDisposable;
  /** Add a small button to the strip with the panel's name. */
  addAction(widget: Widget, rank: number): IDisposable;
  /**
   * Show the panel.
   *
   * @param focus - whether the user goes on in it; true where left out
   */
  reveal(focus?: boolean): void;
}

/** The sidebar, for plugins that add a section. */
export const IPreflightPanel = new Token<IPreflightPanel>(
  'jupyterlab-preflight:IPreflightPanel',
  'The Preflight sidebar: register a section with it.'
);

/** A `%%preflight` cell of a notebook, as its text is now. */
export interface IBootstrapCell {
  /** The cell's id in the notebook. */
  readonly id: string;
  readonly source: string;
  /** Whether the user has written these steps, or approved them. */
  readonly isKnown: boolean;
}

/** Where the kernel of a notebook stands. */
export type KernelState =
  /** There is none, or it was shut down. */
  | 'none'
  | 'starting'
  | 'idle'
  | 'busy'
  /** It died, or cannot be reached. */
  | 'lost';

/** What a command said in the kernel. */
export interface ICommandResult {
  ok: boolean;
  /** The last line of what it printed, or of its error. */
  text: string;
}

/** What this extension does for one notebook. */
export interface IBootstrap {
  /** Emitted when cells, kernel, run or consent have changed. */
  readonly changed: ISignal<IBootstrap, void>;
  /** The notebook. */
  readonly panel: NotebookPanel;
  /** Whether the notebook has been closed. */
  readonly isDisposed: boolean;
  /** The `%%preflight` cells, in order. */
  readonly cells: readonly IBootstrapCell[];
  /** The cell that new lines go to: the active one, else the first; null where there is none. */
  readonly target: IBootstrapCell | null;
  /** Whether the notebook cannot be changed. */
  readonly isReadOnly: boolean;
  /** Where the kernel stands. */
  readonly kernel: KernelState;
  /** Language of the kernel, such as `python`; empty as long as it is not known. */
  readonly language: string;
  /** What the kernel said about its last run in this session of it. */
  readonly snapshot: ISnapshot | null;
  /** What the kernel's interpreter has; null as long as it is not known. */
  readonly probe: IProbe | null;
  /** Whether the kernel has been asked what it knows; until then nothing is said of its state. */
  readonly isKnown: boolean;
  /** Whether a run waits for the user's consent. */
  readonly isAsking: boolean;
  /** Whether cells of ours wait for the kernel or run in it. */
  readonly isRunning: boolean;
  /** Change the source of a cell, as one undo step. */
  edit(id: string, edits: readonly ITextEdit[]): boolean;
  /** Undo the last change of a cell. */
  undo(id: string): void;
  /** Insert the loader, a `%%preflight` cell with `lines` and cells of code, as one undo step. */
  insert(lines: readonly string[], ...code: readonly string[]): void;
  /** Insert cells of code below the cells of ours, as one undo step. */
  insertPlain(...code: readonly string[]): void;
  /**
   * Show a cell of ours (the first one), and select from `start` to `end` of its source.
   *
   * @returns when it can be seen
   */
  show(id?: string, start?: number, end?: number): Promise<void>;
  /** Run the loader and all cells of ours; asks first where a text is not the user's. */
  prepare(): Promise<void>;
  /** Answer the question of `prepare`. */
  answer(approve: boolean): Promise<void>;
  /** Interrupt what runs. */
  stop(): Promise<void>;
  /** Run the loader alone, which installs the package where it is missing. */
  install(): Promise<void>;
  /** Start a kernel, or let the user choose one. */
  startKernel(choose?: boolean): Promise<void>;
  /** Run one `%preflight` command in the kernel, outside of any cell. */
  runCommand(command: string): Promise<ICommandResult>;
  /** Somebody looks: find out what is not known about the kernel. */
  look(): void;
  /** Nobody looks any more. */
  rest(): void;
}

/** What this extension does for the notebooks that are open. */
export interface IBootstrapTracker {
  /** The current notebook's; null where there is none, or `load` has not ended. */
  readonly current: IBootstrap | null;
  /** Emitted when another notebook, or none, has become the current one, and when `load` ends. */
  readonly currentChanged: ISignal<IBootstrapTracker, IBootstrap | null>;
  /** Whether the user wants plain shell cells, which need no package in the kernel. */
  readonly isPlain: boolean;
  /** Load what notebooks need, which pages without one do without; done once. */
  load(): Promise<void>;
  /** The one of a notebook; null where it is closed, or `load` has not ended. */
  of(panel: NotebookPanel): IBootstrap | null;
}

/** The notebooks' bootstrap cells, for plugins that read or change them. */
export const IBootstrapTracker = new Token<IBootstrapTracker>(
  'jupyterlab-preflight:IBootstrapTracker',
  'The bootstrap cells of each notebook, and the state of its kernel.'
);

/** What a field can be given. Numbers may be given as they were typed. */
export type FieldValue = string | number | boolean;

/** The form of a cell. The same object for as long as the cell lives. */
export interface ICellForm {
  /** Emitted when the form, what it ran with or whether it can be edited has changed. */
  readonly changed: ISignal<ICellForm, void>;
  /** The cell's id in the notebook. */
  readonly id: string;
  /** The cell's source as it is now. */
  readonly source: string;
  /** What it is read as. A new object whenever the source has changed. */
  readonly form: IForm;
  /**
   * The code of each value when the cell last ran in this session of the kernel, by the key of its
   * field (`keysOf`); empty where it did not.
   */
  readonly ran: ReadonlyMap<string, string>;
  /** Whether the cell can be changed: neither it nor its notebook is locked. */
  readonly isEditable: boolean;
  /** Whether the cell is gone. */
  readonly isDisposed: boolean;
  /**
   * Give a field a value, by the smallest edit, which is one step of the cell's own history. Like
   * every change made here, it runs a cell again whose title says so, once the user has run it.
   *
   * @param field - a field of `form`, or of an earlier one
   * @returns whether it has the value now
   */
  set(field: IField, value: FieldValue): boolean;
  /**
   * Give several fields values, in one step of the cell's history.
   *
   * @returns for each whether it has its value now; those that could not be given one change
   *   nothing for the others
   */
  setAll(values: Iterable<readonly [IField, FieldValue]>): boolean[];
  /**
   * Make edits of `source` as it is now, such as a repair, in one step of the cell's history.
   *
   * @returns whether the cell could be changed
   */
  apply(edits: readonly ITextEdit[]): boolean;
  /** A field of an earlier reading as it is now; null where it is gone. */
  find(field: IField): IField | null;
  /** Run the cell; resolves when it has ended. */
  run(): Promise<void>;
}

/** The forms of a notebook. */
export interface INotebookForms {
  /** Emitted when cells, their order, a form or what one ran with has changed. */
  readonly changed: ISignal<INotebookForms, void>;
  /** The notebook. */
  readonly panel: NotebookPanel;
  /** In order, those with a title, a text, a field or an annotation that makes no field. */
  readonly cells: readonly ICellForm[];
  /** How values are written in them, where no cell magic tells; null where that is not known. */
  readonly language: Writing | null;
  /** Whether the notebook cannot be changed. */
  readonly isReadOnly: boolean;
  /** Whether the notebook has been closed. */
  readonly isDisposed: boolean;
}

/** The forms of the notebooks that are open. */
export interface IFormTracker {
  /** The current notebook's; null where there is none, or it has had no form yet. */
  readonly current: INotebookForms | null;
  /** Emitted when `current` is another one. */
  readonly changed: ISignal<IFormTracker, INotebookForms | null>;
  /** Those of a notebook; null where it is closed, or has had no form yet. */
  forms(panel: NotebookPanel): INotebookForms | null;
}

/** The notebooks' forms, for plugins that read or change them. */
export const IFormTracker = new Token<IFormTracker>(
  'jupyterlab-preflight:IFormTracker',
  'The forms of the cells of each notebook.'
);
