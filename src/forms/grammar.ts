/**
 * The grammar of Colab's forms: comments that give a cell a title, texts and fields. Nobody has
 * published one; this follows what notebooks hold and what Colab writes into them.
 */
import { readField } from './field';
import { languageOfMagic } from './language';
import type { Writing } from './literal';
import { scan } from './scan';
import { readSettings } from './spec';
import type { IForm, ITitle } from './types';

export type { IField, IForm, IMarkdown, IRejected, ITitle } from './types';

const ANY = /@(?:param|title|markdown)/;
const TITLE = /^#\s*@title(?![\p{L}\p{M}\p{N}_])/u;
const MARKDOWN = /^#\s*@markdown(?![\p{L}\p{M}\p{N}_])/u;
const MODES = ['form', 'code', 'both'] as const;

/**
 * Read the form of a cell. Takes time linear in its length and throws nothing, whatever the text.
 *
 * @param source - the source of a code cell
 * @param language - of the notebook, null where nobody here knows how its texts are written; the
 *   cell magic may tell another one
 */
export function parseForm(
  source: string,
  language: Writing | null = 'python'
): IForm {
  const form: IForm = { title: null, items: [], rejected: [] };
  if (!ANY.test(source)) {
    return form;
  }
  const isShell = language === 'shell';
  const { lines, dialect } = scan(source, isShell ? language : undefined);
  const known = languageOfMagic(source, language);
  const writing = dialect === 'shell' && known !== 'r' ? dialect : known;
  // The line that would continue the last run of Markdown.
  let next = -1;
  for (const line of lines) {
    const isComment =
      line.hash >= 0 && source.slice(line.start, line.hash).trim() === '';
    if (!isComment) {
      const found = readField(source, line, writing);
      if (found && 'kind' in found) {
        form.items.push(found);
      } else if (found) {
        form.rejected.push(found);
      }
      continue;
    }
    const comment = source.slice(line.hash, line.end);
    const markdown = MARKDOWN.exec(comment)?.[0];
    if (markdown !== undefined) {
      const text = comment.slice(markdown.length).replace(/^\s/, '');
      const last = form.items.at(-1);
      if (last?.kind === 'markdown' && line.line === next) {
        last.text += `\n${text}`;
      } else {
        form.items.push({ kind: 'markdown', line: line.line, text });
      }
      next = line.line + 1;
    }
    const title = form.title ? undefined : TITLE.exec(comment)?.[0];
    if (title !== undefined) {
      form.title = titleOf(line.line, comment.slice(title.length).trim());
    }
  }
  return form;
}

/** A title without the object at its end, and with what that says. */
function titleOf(line: number, text: string): ITitle {
  const brace = text.endsWith('}') ? text.lastIndexOf('{') : -1;
  const settings = brace < 0 ? null : readSettings(text.slice(brace));
  if (!settings) {
    return { line, text };
  }
  const title: ITitle = { line, text: text.slice(0, brace).trim() };
  const mode = MODES.find(one => one === settings.get('display-mode'));
  const width = settings.get('form-width');
  if (mode) {
    title.displayMode = mode;
  }
  if (settings.get('run') === 'auto') {
    title.runAuto = true;
  }
  if (typeof width === 'string' && width !== '') {
    title.formWidth = width;
  }
  return title;
}
