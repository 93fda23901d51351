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

/** Milliseconds that a reply may come after the end of its message. */
const REPLY = 300;

/** Times that a question is asked which gets lost on its way. */
const TRIES = 3;

/** What became of a request of ours. */
type Answer = 'yes' | 'no' | 'silence';

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
    window.addEventListener('focus', this);
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

  /** Whether the kernel has been asked, and has answered or would not. */
  get isKnown(): boolean {
    return this._known || this._snapshot !== null;
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
    window.removeEventListener('focus', this);
    Signal.clearData(this);
  }

  /** Handle that the user comes back to this page: another one may have restarted the kernel. */
  handleEvent(): void {
    if (this._looking && this._snapshot && !this._snapshot.running) {
      void this._confirm();
    }
  }

  /**
   * Find out what is not known yet; called when somebody is looking.
   *
   * An idle Python kernel is probed once; a busy one is asked only when it has not pushed. After
   * a restart JupyterLab shows `starting` until something runs, and after a reload `unknown` until
   * the running cell ends, so the one counts as idle here and the other as busy, until the kernel
   * has shown that it does not know our message: then there is nothing that a question disturbs.
   */
  look(): void {
    this._looking = true;
    const kernel = this._session.session?.kernel;
    if (
      !kernel ||
      this._isDisposed ||
      this._snapshot ||
      this._asked === kernel
    ) {
      return;
    }
    if (kernel.connectionStatus !== 'connected') {
      return;
    }
    if (kernel.status === 'idle' || kernel.status === 'starting') {
      this._asked = kernel;
      void this._probeKernel(kernel);
    } else if (
      BUSY.has(kernel.status) &&
      !this._timer &&
      this._askedBusy !== kernel
    ) {
      this._timer = window.setTimeout(() => {
        this._timer = 0;
        if (BUSY.has(kernel.status) && !this._snapshot) {
          this._askedBusy = kernel;
          void this._request('snapshot').then(answer => {
            if (answer === 'yes') {
              this._know();
            } else if (kernel.status === 'unknown' && this._asked !== kernel) {
              this._asked = kernel;
              void this._probeKernel(kernel);
            }
          });
        }
      }, PUSH);
    }
  }

  /** Nobody is looking any more: stop what waits. */
  rest(): void {
    this._looking = false;
    window.clearTimeout(this._timer);
    this._timer = 0;
    if (this._probe?.installed === false) {
      this._probe = null;
      this._asked = null;
      this._known = false;
    }
  }

  /** Forget what is known about the interpreter, after a package was installed. */
  forget(): void {
    this._probe = null;
    this._asked = null;
    this._known = false;
    this._changed.emit();
  }

  /**
   * Stop the run that is going on in the kernel.
   *
   * @returns whether the kernel took the request
   */
  async stop(): Promise<boolean> {
    return (await this._request('stop')) === 'yes';
  }

  /** Ask whether what was said is still so; a kernel that is a new one does not know our message. */
  private async _confirm(): Promise<void> {
    if (this._session.session?.kernel?.status === 'busy') {
      return;
    }
    if ((await this._request('snapshot')) === 'no') {
      this._drop();
      this._changed.emit();
    }
  }

  private async _probeKernel(kernel: Kernel.IKernelConnection): Promise<void> {
    if (!this._probe) {
      try {
        const info = await unlessLost(kernel.info, kernel);
        if (info?.language_info.name === 'python') {
          this._probe = await ask(kernel);
        }
      } catch {
        // A kernel that goes away, or cannot evaluate: nothing is known about it.
      }
      if (this._isDisposed || kernel !== this._session.session?.kernel) {
        return;
      }
    }
    if (this._probe?.loaded && !this._snapshot) {
      await this._request('snapshot');
    }
    this._know();
  }

  private _know(): void {
    if (!this._known && !this._isDisposed) {
      this._known = true;
      this._changed.emit();
    }
  }

  /**
   * Send our message.
   *
   * @returns `yes`: it was answered; `no`: the kernel does not know it; `silence`: no kernel, or
   * one that cannot answer now
   */
  private async _request(want: 'snapshot' | 'stop'): Promise<Answer> {
    const kernel = this._session.session?.kernel;
    if (kernel?.connectionStatus !== 'connected') {
      return 'silence';
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
    const answer = await new Promise<Answer>(resolve => {
      let timer = window.setTimeout(() => resolve('silence'), PATIENCE);
      future.onReply = ({ content }) => {
        window.clearTimeout(timer);
        this._take((content as unknown as { snapshot?: unknown }).snapshot);
        resolve('yes');
      };
      future.onIOPub = ({ content }) => {
        // A kernel that does not know the message ends it without a reply.
        if (
          'execution_state' in content &&
          content.execution_state === 'idle'
        ) {
          window.clearTimeout(timer);
          timer = window.setTimeout(() => resolve('no'), REPLY);
        }
      };
      future.done.catch(() => resolve('silence'));
    });
    future.dispose();
    return answer;
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
    this._asked = this._askedBusy = null;
    this._known = false;
    if (this._probe) {
      this._probe = { ...this._probe, loaded: false };
    }
  }

  private _onIOPub(
    _sender: ISessionContext,
    message: KernelMessage.IMessage
  ): void {
    if (message.header.msg_type === 'shutdown_reply') {
      // All pages hear it, also those that did not ask for the restart.
      this._drop();
      this._changed.emit();
    }
    if (message.header.msg_type !== 'comm_msg') {
      return;
    }
    const content = message.content as KernelMessage.ICommMsgMsg['content'];
    if (content.comm_id === COMM_ID) {
      this._take(content.data.snapshot);
    }
  }

  private _onKernelChanged(): void {
    window.clearTimeout(this._timer);
    this._timer = 0;
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
    const status = this._session.session?.kernel?.connectionStatus;
    if (status === 'connected' && this._snapshot) {
      // Whatever was said meanwhile, this page has not heard it.
      void this._confirm();
    }
    this._changed.emit();
  }

  private readonly _session: ISessionContext;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _retired = new Set<string>();
  private _snapshot: ISnapshot | null = null;
  private _probe: IProbe | null = null;
  private _asked: Kernel.IKernelConnection | null = null;
  private _askedBusy: Kernel.IKernelConnection | null = null;
  private _known = false;
  private _looking = false;
  private _timer = 0;
  private _isDisposed = false;
}

/** In one of these a kernel runs something, as far as can be told. */
const BUSY: ReadonlySet<Kernel.Status> = new Set<Kernel.Status>([
  'busy',
  'unknown'
]);

/** After one of these a kernel is a new one, whatever it did before. */
const GONE: ReadonlySet<Kernel.Status> = new Set<Kernel.Status>([
  'starting',
  'restarting',
  'autorestarting',
  'terminating',
  'dead'
]);

/**
 * Evaluate our question in a kernel.
 *
 * @returns null where it cannot be evaluated, or is never answered
 */
async function ask(kernel: Kernel.IKernelConnection): Promise<IProbe | null> {
  for (let tries = 0; tries < TRIES; tries++) {
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
    const reply = await unlessLost(future.done, kernel);
    if (reply) {
      const answer =
        reply.content.status === 'ok'
          ? (reply.content.user_expressions.preflight as
              { data?: Record<string, unknown> } | undefined)
          : undefined;
      return readProbe(answer?.data?.['text/plain']);
    }
    future.dispose();
  }
  return null;
}

/**
 * Wait for an answer as long as the kernel may still be at work on it: one that has been idle for
 * long has not got the question, as happens where kernels are changed in haste.
 */
function unlessLost<T>(
  answer: Promise<T>,
  kernel: Kernel.IKernelConnection
): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = window.setInterval(() => {
      if (kernel.isDisposed || !BUSY.has(kernel.status)) {
        window.clearInterval(timer);
        resolve(null);
      }
    }, PATIENCE);
    answer.then(resolve, reject).finally(() => window.clearInterval(timer));
  });
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
