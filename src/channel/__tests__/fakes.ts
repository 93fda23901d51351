/** A session with a kernel that says what a test wants it to say. */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import { COMM_ID } from '../messages';

/** What a fake kernel does with a control message. */
export type Behaviour = 'answers' | 'ignores' | 'hangs';

/** A snapshot as a kernel sends it. */
export function wire(change: Record<string, unknown> = {}): object {
  return {
    version: 1,
    preflight: '0.1.0',
    boot: 'b1',
    seq: 1,
    root: '/home/me',
    home: '/home/me',
    host: 'laptop',
    environment: 'torch',
    python: '3.11.7',
    running: false,
    state: 'ready',
    sentence: 'Ready',
    started: 1,
    ended: 2,
    done: 1,
    total: 1,
    eta: null,
    text_sha256: '',
    command: '',
    rows: [],
    ...change
  };
}

/** The parts of a session context that the channel uses. */
export class FakeSession {
  readonly iopubMessage = new Signal<this, KernelMessage.IMessage>(this);
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  readonly connectionStatusChanged = new Signal<this, unknown>(this);
  readonly asked: string[] = [];
  behaviour: Behaviour = 'answers';
  snapshot: object = wire();
  language = 'python';
  /** Number of probes that get lost on their way. */
  lost = 0;
  probe: object = { installed: true, loaded: true, environment: 'torch' };
  session: { kernel: unknown } | null;

  private readonly _kernel = {
    connectionStatus: 'connected',
    status: 'idle' as Kernel.Status,
    username: '',
    clientId: 'page',
    info: Promise.resolve({ language_info: { name: 'python' } }),
    requestExecute: () => {
      this.asked.push('probe');
      const hex = Buffer.from(JSON.stringify(this.probe)).toString('hex');
      if (this.lost-- > 0) {
        return { done: new Promise(() => undefined), dispose: () => undefined };
      }
      return {
        done: Promise.resolve({
          content: {
            status: 'ok',
            user_expressions: {
              preflight: { data: { 'text/plain': `'${hex}'` } }
            }
          }
        })
      };
    },
    sendControlMessage: (message: KernelMessage.IMessage) => {
      this.asked.push((message.content as { want: string }).want);
      const future = {
        onReply: (_: unknown) => undefined,
        onIOPub: (_: unknown) => undefined,
        done: new Promise(() => undefined),
        dispose: () => undefined
      };
      if (this.behaviour !== 'hangs') {
        setTimeout(() => {
          if (this.behaviour === 'answers') {
            future.onReply({ content: { snapshot: this.snapshot } });
          }
          future.onIOPub({ content: { execution_state: 'idle' } });
        }, 5);
      }
      return future;
    }
  };

  constructor(language = 'python') {
    this._kernel.info = Promise.resolve({ language_info: { name: language } });
    this.session = { kernel: this._kernel };
  }

  /** The session as the channel wants it. */
  get context(): ISessionContext {
    return this as unknown as ISessionContext;
  }

  /** Change the kernel's status. */
  status(status: Kernel.Status): void {
    this._kernel.status = status;
    this.statusChanged.emit(status);
  }

  /** Publish a snapshot, as a kernel at work does. */
  push(snapshot: object, id = COMM_ID): void {
    this.iopubMessage.emit({
      header: { msg_type: 'comm_msg' },
      content: { comm_id: id, data: { snapshot } }
    } as unknown as KernelMessage.IMessage);
  }
}
