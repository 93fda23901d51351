/**
 * Listens to the kernel of one notebook, and asks it as rarely as possible.
 *
 * Kernels push whole snapshots to all pages; a page asks only when it comes late (opened or
 * reloaded after the push), and by a control message, which is answered while a cell is busy and
 * sets off none of the hooks that a comm message does. Nothing is asked before `look` is called.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { COMM_ID, type ISnapshot, readSnapshot, REQUEST } from './messages';
import { EXPRESSION, type IProbe, readProbe } from './probe';

/** Milliseconds to wait for the answer of a kernel, which may be in a call that holds its lock. */
const PATIENCE = 8000;

/** Milliseconds in which a kernel that is at work on its steps would have pushed. */
const PUSH = 1500;

/** The state of the kernel of one session, as that kernel tells it. */
export class KernelChannel implements IDisposable {
  /**
   * @param sessionContext - the session of a notebook; stays with the caller
   */
  constructor(sessionContext: ISessionContext) {
    this._session = sessionContext;
    untrack();
    sessionContext.iopubMessage.connect(this._onIOPub, this);
    sessionContext.kernelChanged.connect(this._onKernelChanged, this);
    sessionContext.statusChanged.connect(this._onStatusChanged, this);
    sessionContext.connectionStatusChanged.connect(this._onConnection, this);
  }

  /** Emitted when the snapshot, the probe or the kernel's status has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What the kernel said last in this session of it; null when it has said nothing. */
  get snapshot(): ISnapshot | null {
    return this._snapshot;
  }

  /** What the kernel's interpreter has; null as long as it is not known. */
  get probe(): IProbe | null {
    return this._probe;
  }

  /** Whether the channel has been disposed. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Stop listening. */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    Signal.clearData(this);
  }

  /**
   * Find out what is not known yet; called when somebody is looking.
   *
   * An idle Python kernel is probed once; a busy one is asked only when it has not pushed.
   */
  look(): void {
    const kernel = this._session.session?.kernel;
    if (!kernel || this._isDisposed || this._snapshot || this._asked) {
      return;
    }
    if (kernel.connectionStatus !== 'connected') {
      return;
    }
    if (kernel.status === 'idle') {
      this._asked = true;
      void this._probeKernel(kernel);
    } else if (kernel.status === 'busy' && !this._timer) {
      this._timer = window.setTimeout(() => {
        this._timer = 0;
        if (kernel.status === 'busy' && !this._snapshot && !this._askedBusy) {
          this._askedBusy = true;
          void this._request('snapshot');
        }
      }, PUSH);
    }
  }

  /** Nobody is looking any more: stop what waits. */
  rest(): void {
    window.clearTimeout(this._timer);
    this._timer = 0;
    if (this._probe?.installed === false) {
      this._probe = null;
      this._asked = false;
    }
  }

  /** Forget what is known about the interpreter, after a package was installed. */
  forget(): void {
    this._probe = null;
    this._asked = false;
    this._changed.emit();
  }

  /**
   * Stop the run that is going on in the kernel.
   *
   * @returns whether the kernel took the request
   */
  async stop(): Promise<boolean> {
    return this._request('stop');
  }

  private async _probeKernel(kernel: Kernel.IKernelConnection): Promise<void> {
    if (!this._probe) {
      try {
        const info = await kernel.info;
        if (info.language_info.name === 'python') {
          this._probe = await ask(kernel);
        }
      } catch {
        // A kernel that goes away, or cannot evaluate: nothing is known about it.
      }
      if (this._isDisposed || kernel !== this._session.session?.kernel) {
        return;
      }
      this._changed.emit();
    }
    if (this._probe?.loaded && !this._snapshot) {
      await this._request('snapshot');
    }
  }

  private async _request(want: 'snapshot' | 'stop'): Promise<boolean> {
    const kernel = this._session.session?.kernel;
    if (!kernel) {
      return false;
    }
    // The typed messages know only those of the protocol; kernels route any type to its handler.
    const message = KernelMessage.createMessage({
      msgType: REQUEST as 'debug_request',
      channel: 'control',
      username: kernel.username,
      session: kernel.clientId,
      content: { want } as unknown as KernelMessage.IDebugRequestMsg['content']
    });
    const future = kernel.sendControlMessage(message, true, true);
    try {
      const content = await new Promise<unknown>((resolve, reject) => {
        const timer = window.setTimeout(reject, PATIENCE);
        future.onReply = reply => {
          window.clearTimeout(timer);
          resolve(reply.content);
        };
        future.done.catch(reject);
      });
      this._take((content as { snapshot?: unknown }).snapshot);
      return true;
    } catch {
      return false;
    } finally {
      future.dispose();
    }
  }

  private _take(data: unknown): void {
    const snapshot = readSnapshot(data);
    if (!snapshot || this._isDisposed || this._retired.has(snapshot.boot)) {
      return;
    }
    const last = this._snapshot;
    if (last && last.boot === snapshot.boot && last.seq >= snapshot.seq) {
      return;
    }
    if (last && last.boot !== snapshot.boot) {
      this._retired.add(last.boot);
    }
    this._snapshot = snapshot;
    this._probe = {
      installed: true,
      loaded: true,
      environment: snapshot.environment,
      python: snapshot.python
    };
    this._changed.emit();
  }

  private _drop(): void {
    if (this._snapshot) {
      this._retired.add(this._snapshot.boot);
      this._snapshot = null;
    }
    this._asked = this._askedBusy = false;
    if (this._probe) {
      this._probe = { ...this._probe, loaded: false };
    }
  }

  private _onIOPub(
    _sender: ISessionContext,
    message: KernelMessage.IMessage
  ): void {
    if (message.header.msg_type !== 'comm_msg') {
      return;
    }
    const content = message.content as KernelMessage.ICommMsgMsg['content'];
    if (content.comm_id === COMM_ID) {
      this._take(content.data);
    }
  }

  private _onKernelChanged(): void {
    this._drop();
    this._probe = null;
    this._changed.emit();
  }

  private _onStatusChanged(
    _sender: ISessionContext,
    status: Kernel.Status
  ): void {
    if (GONE.has(status)) {
      this._drop();
    }
    this._changed.emit();
  }

  private _onConnection(): void {
    this._changed.emit();
  }

  private readonly _session: ISessionContext;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _retired = new Set<string>();
  private _snapshot: ISnapshot | null = null;
  private _probe: IProbe | null = null;
  private _asked = false;
  private _askedBusy = false;
  private _timer = 0;
  private _isDisposed = false;
}

/** After one of these a kernel is a new one, whatever it did before. */
const GONE: ReadonlySet<Kernel.Status> = new Set<Kernel.Status>([
  'starting',
  'restarting',
  'autorestarting',
  'terminating',
  'dead'
]);

async function ask(kernel: Kernel.IKernelConnection): Promise<IProbe | null> {
  const future = kernel.requestExecute(
    {
      code: '',
      silent: true,
      store_history: false,
      stop_on_error: false,
      allow_stdin: false,
      user_expressions: { preflight: EXPRESSION }
    },
    true
  );
  const reply = await future.done;
  if (reply.content.status !== 'ok') {
    return null;
  }
  const answer = reply.content.user_expressions.preflight as
    { data?: Record<string, unknown> } | undefined;
  return readProbe(answer?.data?.['text/plain']);
}

/**
 * Keep our control message from changing the kernel's status in the page: JupyterLab takes the
 * `idle` that ends any message for the kernel's own, unless its type is in this list.
 */
function untrack(): void {
  const option = 'untracked_message_types';
  const types: string[] = JSON.parse(PageConfig.getOption(option) || '[]');
  if (!types.includes(REQUEST)) {
    PageConfig.setOption(option, JSON.stringify([...types, REQUEST]));
  }
}
