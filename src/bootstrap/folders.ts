/**
 * Which words can name a folder on every machine a notebook may travel to. The same cell runs on
 * Linux, macOS and Windows, so a name is refused here that only one of them would refuse later.
 */
import { codePoint, isHidden, utf8Length } from '../sources/characters';
import { schemeOf } from '../sources/urls';
import { language } from './language';

/** Bytes that one name may have in UTF-8. */
export const MAX_NAME = 255;

/** Bytes that a whole path may have in UTF-8. */
export const MAX_PATH = 1024;

/** Why a word is no folder's name. */
export class FolderProblem extends Error {
  /**
   * @param code - name of the sentence in `messages.json`
   * @param value - what the sentence's `%1` stands for
   * @param fix - the name that would do, where there is one
   */
  constructor(
    readonly code: string,
    readonly value = '',
    readonly fix: string | null = null
  ) {
    super(code);
    this.name = 'FolderProblem';
  }

  /** The values of the sentence. */
  get values(): string[] {
    return this.value === '' ? [] : [this.value];
  }
}

/**
 * A word as a relative path with `/`, without a leading `./` and double or final slashes.
 *
 * @throws FolderProblem where it is not a plain path below the root, or not portable
 */
export function folder(word: string): string {
  if (word === '') {
    throw new FolderProblem('folder-empty');
  }
  for (const char of word) {
    if (isHidden(char)) {
      throw new FolderProblem('folder-character', codePoint(char));
    }
  }
  if (
    word.includes('://') ||
    ['http', 'https', 'github'].includes(schemeOf(word))
  ) {
    throw new FolderProblem('folder-link');
  }
  if (word[0] === '~' || word[0] === '$') {
    throw new FolderProblem('folder-home', word.split('/', 1)[0]);
  }
  if (word.includes('\\')) {
    const fix = orNull(word.replaceAll('\\', '/'));
    throw new FolderProblem('folder-backslash', '', fix);
  }
  if (word[0] === '/') {
    throw new FolderProblem('folder-absolute', word, relative(word));
  }
  if (utf8Length(word) > MAX_PATH) {
    throw new FolderProblem('folder-long', String(MAX_PATH));
  }
  const parts = word.split('/').filter(part => part !== '' && part !== '.');
  if (parts.length === 0) {
    throw new FolderProblem('folder-root', word);
  }
  parts.forEach(checkName);
  const path = parts.join('/');
  const composed = path.normalize('NFC');
  if (composed !== path) {
    throw new FolderProblem('folder-form', path, composed);
  }
  return path;
}

/**
 * Check one name of a path.
 *
 * @throws FolderProblem where some system would not keep it as it is
 */
export function checkName(part: string): void {
  const { own, reserved } = language.folders;
  const lower = part.toLowerCase();
  if (part === '..') {
    throw new FolderProblem('folder-up', part);
  }
  if (part.startsWith('-')) {
    throw new FolderProblem('folder-dash', part);
  }
  if (own.includes(lower)) {
    throw new FolderProblem('folder-own', part);
  }
  for (const char of part) {
    if ('<>:"/\\|?*'.includes(char) || isHidden(char)) {
      throw new FolderProblem('folder-character', char);
    }
  }
  if (utf8Length(part) > MAX_NAME) {
    throw new FolderProblem('folder-long', String(MAX_NAME));
  }
  if (/^ |[ .]$/.test(part)) {
    throw new FolderProblem('folder-ending', part);
  }
  if (reserved.includes(lower.split('.', 1)[0].replace(/ +$/, ''))) {
    throw new FolderProblem('folder-reserved', part);
  }
}

/** A path as the least careful file system compares it: without case. */
export function compared(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** What an absolute path of Colab or Kaggle is called from the root there. */
function relative(word: string): string | null {
  for (const root of ['/content/', '/kaggle/working/']) {
    if (word.startsWith(root)) {
      return orNull(word.slice(root.length));
    }
  }
  return null;
}

function orNull(word: string): string | null {
  try {
    return folder(word);
  } catch {
    return null;
  }
}
