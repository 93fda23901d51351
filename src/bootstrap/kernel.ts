/** What is asked of the kernel of a notebook, beside running its cells. */
import { Dialog, type ISessionContext, showDialog } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ICommandResult, KernelState } from '../tokens';

const LOAD = '%load_ext jupyterlab_preflight';

const DUE: ReadonlySet<string> = new Set(['initializing', 'connecting']);

/**
 * What a notebook's kernel is doing.
 *
 * @param session - the notebook's session
 * @param isKnown - whether this kernel has answered one of our questions
 * @param isNew - whether the notebook was opened this moment
 */
export function kernelState(
  session: ISessionContext,
  isKnown: boolean,
  isNew: boolean
): KernelState {
  const kernel = session.session?.kernel;
  if (!kernel) {
    const { hasNoKernel, kernelDisplayStatus, specsManager } = session;
    // Where JupyterLab knows no kernel to start, it waits for one for ever; but at first, while it
    // looks for a session of the notebook, it says the same.
    const isDue = isNew || !hasNoKernel || specsManager.specs === null;
    return isDue && DUE.has(kernelDisplayStatus) ? 'starting' : 'none';
  }
  if (kernel.connectionStatus === 'disconnected' || kernel.status === 'dead') {
    return 'lost';
  }
  switch (kernel.status) {
    case 'busy':
    case 'unknown':
      return 'busy';
    case 'idle':
      return 'idle';
    default:
      // It has answered: JupyterLab has only not heard of it.
      return isKnown ? 'idle' : 'starting';
  }
}

/** Start the kernel that the notebook asks for; true where the user has to choose one. */
export async function startKernel(panel: NotebookPanel): Promise<boolean> {
  const session = panel.sessionContext;
  // As it is now: what the session prefers is what the notebook asked for when it was opened.
  const asked: unknown = panel.content.model?.getMetadata('kernelspec')?.name;
  if (
    typeof asked === 'string' &&
    session.specsManager.specs?.kernelspecs[asked]
  ) {
    await session.changeKernel({ name: asked });
    return false;
  }
  return session.startKernel();
}

/** Ask whether the kernel may be interrupted while it runs a cell that is the user's own. */
export async function mayInterrupt(trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Interrupt the kernel?'),
    body: trans.__(
      'Another cell of this notebook runs or waits. It is interrupted as well.'
    ),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Interrupt') })
    ]
  });
  return button.accept;
}

/** Load the kernel's side without a cell; where that fails, the cells of ours say so. */
export function loadExtension(
  kernel: Kernel.IKernelConnection | null | undefined
): void {
  const future = kernel?.requestExecute({
    code: LOAD,
    silent: true,
    store_history: false,
    stop_on_error: false,
    allow_stdin: false
  });
  future?.done.catch(() => {
    // The kernel is gone.
  });
}

/**
 * Run one of our commands and hear its last line.
 *
 * @param kernel - where it runs
 * @param command - what follows `%preflight`
 * @param isLoaded - whether the kernel's side is there already
 */
export async function runCommand(
  kernel: Kernel.IKernelConnection,
  command: string,
  isLoaded: boolean
): Promise<ICommandResult> {
  const future = kernel.requestExecute({
    code: `${isLoaded ? '' : `${LOAD}\n`}%preflight ${command}`,
    store_history: false,
    stop_on_error: false,
    allow_stdin: false
  });
  let printed = '';
  future.onIOPub = message => {
    if (message.header.msg_type === 'stream') {
      printed += (message as KernelMessage.IStreamMsg).content.text;
    }
  };
  const reply = await future.done.catch(() => null);
  if (!reply) {
    return { ok: false, text: '' }; // The kernel is gone, or a new one.
  }
  const { content } = reply;
  const error = content.status === 'error' ? content.evalue : '';
  const lines = (error || printed).trim().split('\n');
  return { ok: content.status === 'ok', text: lines.at(-1)?.trim() ?? '' };
}
