/** What a step, a source and a refusal are called in the box. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IStep } from '../bootstrap/grammar';
import { sentenceOf } from '../bootstrap/messages';
import { providerName } from '../bootstrap/names';
import type { ISource } from './links';
import type { Refusal } from './wants';

/**
 * What happens to a source in a notebook that has it.
 *
 * @param role - `dataset` or `project`
 * @param folder - where it goes
 */
export function willOf(
  role: string,
  folder: string,
  trans: TranslationBundle
): string {
  return role === 'project'
    ? trans.__('kept up to date in %1', folder)
    : trans.__('fetched once into %1', folder);
}

/** What a step is, in words. */
export function whatOf(step: IStep, trans: TranslationBundle): string {
  const { source } = step;
  switch (step.name) {
    case 'dataset':
    case 'project':
      return source ? aboutSource(source, trans) : '';
    case 'link':
      return trans.__('Link from one folder to another');
    case 'pip':
      return trans.__('Packages');
    case 'apt':
      return trans.__('System packages');
    case 'env':
      return trans.__('Environment');
    case 'keep':
      return trans.__('Results');
    case 'require':
      return trans.__('Machine');
    default:
      return trans.__('Command');
  }
}

/** What a link gives, in words: `Dropbox folder`. */
function aboutSource(source: ISource, trans: TranslationBundle): string {
  const { provider, kind, host, parts } = source;
  const name = providerName(provider, host, trans);
  switch (kind) {
    case 'folder':
      return trans.__('%1 folder', name);
    case 'tree':
      // Only what lies below a branch is a folder.
      return parts.rest?.includes('/')
        ? trans.__('%1 folder', name)
        : trans.__('%1 repository', name);
    case 'repository':
      return trans.__('%1 repository', name);
    case 'archive':
      return trans.__('%1 archive', name);
    case 'gist':
      return trans.__('%1 gist', name);
    case 'release':
      return trans.__('%1 release file', name);
    case 'dataset':
      return trans.__('%1 dataset', name);
    case 'competition':
      return trans.__('%1 competition', name);
    case 'model':
      return trans.__('%1 model', name);
    case 'output':
      return trans.__('%1 notebook output', name);
    case 'record':
      return trans.__('%1 record', name);
    case 'notebook':
      return trans.__('%1 notebook', name);
    case 'document':
    case 'spreadsheet':
    case 'presentation':
      return trans.__('%1 document', name);
    case 'path':
      return provider === 'local'
        ? trans.__('File or folder on this machine')
        : trans.__('%1 folder', name);
    default:
      return trans.__('%1 file', name);
  }
}

/** What a link does not say by itself, and has to be known before it is used; mostly nothing. */
export function noticeOf(
  source: ISource | null | undefined,
  trans: TranslationBundle
): string {
  // How Dropbox's pages write the address of a folder of which one file is shown.
  return source?.parts.preview
    ? trans.__(
        'The whole folder is fetched, not only the file that this link shows in a browser. For that one, copy its own link.'
      )
    : '';
}

/** What a step that is no source does, in words. */
export function actOf(
  step: IStep | undefined,
  trans: TranslationBundle
): string {
  switch (step?.name) {
    case 'link':
      return trans.__('%1 leads to %2', step.args[1], step.args[0]);
    case 'pip':
    case 'apt':
      return trans.__('installed where they are missing');
    case 'env':
      return trans.__('set in the kernel');
    case 'keep':
      return trans.__('kept when the machine is gone');
    case 'require':
      return trans.__('checked before everything else');
    case 'run':
      return trans.__('run each time');
    default:
      return '';
  }
}

/** Why a command becomes no line, and what to do instead. */
export function sentences(
  why: Refusal,
  trans: TranslationBundle
): { message: string; hint: string } {
  switch (why) {
    case 'open':
      return {
        message: trans.__(
          'A part of this command is only known while it runs, such as a variable.'
        ),
        hint: trans.__('Write what it stands for.')
      };
    case 'broken':
      return {
        message: trans.__('A quotation mark is not closed.'),
        hint: trans.__('Paste the whole command.')
      };
    case 'more':
      return {
        message: trans.__('This command does more than fetch one link.'),
        hint: trans.__(
          'Paste the link, or keep the command in a cell of its own.'
        )
      };
    case 'login':
      return {
        message: trans.__('This command holds a login, and a line never does.'),
        hint: trans.__(
          'Paste the link alone, and name the secret under More options.'
        )
      };
    case 'mount':
      return {
        message: trans.__('Drive is not mounted as a whole.'),
        hint: trans.__(
          'Paste the share link of the file or folder that you need: in Drive, Share ▸ Copy link.'
        )
      };
    case 'secret':
      return {
        message: sentenceOf('token-in-clear'),
        hint: trans.__('The line names it, and the value is asked for.')
      };
    case 'unpack':
      return {
        message: trans.__('An archive is unpacked when it is fetched.'),
        hint: trans.__('Paste the link, or the command that fetches it.')
      };
    case 'piped':
      return {
        message: trans.__('This command runs what it fetches, unseen.'),
        hint: trans.__('Keep it in a cell of its own.')
      };
  }
}
