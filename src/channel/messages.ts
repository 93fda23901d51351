/**
 * What a kernel says about its preparation, and the checks it passes at the border.
 *
 * A kernel is another program, perhaps of another version: whatever does not look like a snapshot
 * is dropped here, so that no view ever meets a missing or strange field.
 */

/** The comm id that kernels publish under; nobody opens such a comm. */
export const COMM_ID = 'jupyterlab-preflight';

/** The message type on the control channel towards the kernel. */
export const REQUEST = 'preflight_request';

/** State of one step. `blocked`: held up by another row; `skipped`: not for this machine. */
export type RowState =
  | 'waiting'
  | 'working'
  | 'ready'
  | 'warning'
  | 'needs'
  | 'failed'
  | 'blocked'
  | 'skipped'
  | 'offline';

/** State of the whole run. */
export type RunState =
  'idle' | 'working' | 'ready' | 'needs' | 'failed' | 'offline' | 'interrupted';

/** What went wrong, in three parts. */
export interface IRowError {
  code: string;
  source: string;
  reason: string;
  action: string;
  /** Whether only a person can cure it. */
  person: boolean;
}

/** One step. Times are seconds since the epoch, sizes bytes, speeds bytes a second. */
export interface ISnapshotRow {
  /** The step in canonical spelling, by which it is matched to a line. */
  key: string;
  line: number;
  step: string;
  name: string;
  provider: string;
  state: RowState;
  text: string;
  meta: string;
  notes: string[];
  bytes: number;
  of: number | null;
  speed: number | null;
  eta: number | null;
  ended: number | null;
  error: IRowError | null;
  /** Absolute path on the kernel's machine; empty for steps that make no folder. */
  path: string;
}

/** Everything a kernel knows about the run it did last. */
export interface ISnapshot {
  version: 1;
  /** Version of the kernel's package. */
  preflight: string;
  /** Random for each start of the kernel: state of another boot is no longer true. */
  boot: string;
  /** Grows within one boot. */
  seq: number;
  root: string;
  home: string;
  host: string;
  /** Name of the kernel's Python environment. */
  environment: string;
  python: string;
  running: boolean;
  state: RunState;
  sentence: string;
  started: number | null;
  ended: number | null;
  done: number;
  total: number;
  eta: number | null;
  /** SHA-256 of the text that was run last, in hexadecimal. */
  textSha256: string;
  /** The command to run where there is a network; empty unless offline. */
  command: string;
  rows: ISnapshotRow[];
  /** What other cells of the notebook have ended with before. */
  others: ISnapshotRow[];
}

const ROW_STATES: ReadonlySet<string> = new Set<RowState>([
  'waiting',
  'working',
  'ready',
  'warning',
  'needs',
  'failed',
  'blocked',
  'skipped',
  'offline'
]);

const RUN_STATES: ReadonlySet<string> = new Set<RunState>([
  'idle',
  'working',
  'ready',
  'needs',
  'failed',
  'offline',
  'interrupted'
]);

/**
 * Read a snapshot from a message.
 *
 * @param data - the `data` of a comm message, or the `snapshot` of a reply
 * @returns the snapshot, or null where it is none (or of a version to come)
 */
export function readSnapshot(data: unknown): ISnapshot | null {
  if (!isRecord(data) || data.version !== 1 || typeof data.boot !== 'string') {
    return null;
  }
  const state = text(data.state);
  if (!RUN_STATES.has(state) || !Array.isArray(data.rows)) {
    return null;
  }
  return {
    version: 1,
    preflight: text(data.preflight),
    boot: data.boot,
    seq: count(data.seq),
    root: text(data.root),
    home: text(data.home),
    host: text(data.host),
    environment: text(data.environment),
    python: text(data.python),
    running: data.running === true,
    state: state as RunState,
    sentence: text(data.sentence),
    started: measure(data.started),
    ended: measure(data.ended),
    done: count(data.done),
    total: count(data.total),
    eta: measure(data.eta),
    textSha256: text(data.text_sha256),
    command: text(data.command),
    rows: readRows(data.rows),
    others: readRows(data.others)
  };
}

function readRows(data: unknown): ISnapshotRow[] {
  return Array.isArray(data)
    ? data.map(readRow).filter(row => row !== null)
    : [];
}

function readRow(data: unknown): ISnapshotRow | null {
  if (!isRecord(data) || typeof data.key !== 'string') {
    return null;
  }
  const state = text(data.state);
  if (!ROW_STATES.has(state)) {
    return null;
  }
  return {
    key: data.key,
    line: count(data.line),
    step: text(data.step),
    name: text(data.name),
    provider: text(data.provider),
    state: state as RowState,
    text: text(data.text),
    meta: text(data.meta),
    notes: Array.isArray(data.notes)
      ? data.notes.filter(note => typeof note === 'string')
      : [],
    bytes: count(data.bytes),
    of: measure(data.of),
    speed: measure(data.speed),
    eta: measure(data.eta),
    ended: measure(data.ended),
    error: readError(data.error),
    path: text(data.path)
  };
}

function readError(data: unknown): IRowError | null {
  if (!isRecord(data)) {
    return null;
  }
  return {
    code: text(data.code),
    source: text(data.source),
    reason: text(data.reason),
    action: text(data.action),
    person: data.person === true
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function measure(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? value
    : null;
}

function count(value: unknown): number {
  return measure(value) ?? 0;
}
