/**
 * What people paste, and what stands in their notebooks already, as lines of a `%%preflight` cell:
 * links of every provider, and the commands that a tutorial has. Nothing is guessed but a folder's
 * name, and no line is offered that the grammar refuses without saying why.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import { type IStep, parse, quote } from '../bootstrap/grammar';
import { language, lookUp, tokenIn } from '../bootstrap/language';
import { sentenceOf } from '../bootstrap/messages';
import { suggestFolder } from '../bootstrap/naming';
import { actOf, noticeOf, sentences, whatOf, willOf } from './about';
import { type ISource, LinkProblem, recognise } from './links';
import { isCommand, type ISpan, readCell, readPasted } from './reading';
import {
  type IRefusedWant,
  type ISourceWant,
  type IStepWant,
  lastOf
} from './wants';

export { willOf };
export type { ISpan };

/** What was pasted, as one step. */
export interface IUnderstood {
  /** The step's name; empty where there is none for it. */
  role: string;
  /** Where a source goes; empty for other steps. */
  folder: string;
  /** The line that would be written; empty where there is none. Never holds a token. */
  line: string;
  /** What it is, in words. */
  what: string;
  /** What will happen, in words. */
  will: string;
  /** What else is to be known, in words; mostly empty. */
  notice: string;
  /** Why the line cannot be written as it is, or null. */
  problem: IPasteProblem | null;
}

/** Why a pasted text makes no line. */
export interface IPasteProblem {
  message: string;
  hint: string;
  /** A text to paste instead, where that is known. */
  fix?: string;
}

/** A line of a notebook that a step could stand for. */
export interface IFound {
  /** The step's line, which the grammar takes. */
  line: string;
  /** The original, as it is written. */
  text: string;
  /** Where the original stands in the cell: more than one place where lines belong together. */
  spans: readonly ISpan[];
}

const CODE_KINDS: readonly string[] = ['repository', 'tree', 'archive', 'gist'];
const CODE_FILE = /\.(ipynb|jl|m|py|r|sh)$/i;
const LOGIN = /^(https?:\/\/)[^/?#]*@/i;
const HOST_ALONE = /^https?:\/\/[^/]+\/$/;
const MASK = 'SECRET';

/**
 * What a pasted text is. Empty where nothing in it is known; several where several lines, or a
 * chain of commands, are. Never throws; takes time linear in the length of the text.
 *
 * @param text - links, commands of a shell, Python, or lines of ours
 * @param trans - translations
 */
export function understand(
  text: string,
  trans: TranslationBundle
): IUnderstood[] {
  const reads = readPasted(text);
  const wants =
    reads.length > 0 ? reads.map(read => read.want) : unknownCommand(text);
  const folders = new Set<string>();
  return wants.map(want => {
    if (want.kind === 'refused') {
      return refusal(want, trans);
    }
    const line = lineOf(want, folders);
    return line.hasToken
      ? { ...judged(line.text, trans), problem: tokenProblem() }
      : ofLink(want, judged(line.text, trans), trans);
  });
}

/**
 * Lines of a code cell which fetch or install something, and which a step could stand for as it is.
 * Never throws; takes time linear in the length of the source.
 *
 * @param source - the source of the cell
 */
export function found(source: string): IFound[] {
  const folders = new Set<string>();
  const finds: IFound[] = [];
  for (const { want, spans } of readCell(source)) {
    if (want.kind === 'refused') {
      continue;
    }
    const { text: line, hasToken } = lineOf(want, folders);
    const { steps, problems } = parse(line);
    if (!hasToken && steps.length === 1 && problems.length === 0) {
      const text = spans
        .map(({ start, end }) => source.slice(start, end))
        .join('\n');
      finds.push({ line, text, spans });
    }
  }
  return finds;
}

/** A command that is known by its name only: the grammar says what to write instead. */
function unknownCommand(text: string): IStepWant[] {
  const line = text.trim().replace(/^[!%]/, '');
  const [name, second] = line.split(/\s+/, 2);
  return second &&
    !/[\r\n]/.test(line) &&
    !isCommand(name) &&
    lookUp(language.like, name)
    ? [{ kind: 'step', line }]
    : [];
}

interface ILine {
  text: string;
  /** Whether a token was left out. */
  hasToken: boolean;
}

/** The line of a want; without its tokens, and without what may hold one. */
function lineOf(want: ISourceWant | IStepWant, folders: Set<string>): ILine {
  const words =
    want.kind === 'source'
      ? sourceWords(want, folders)
      : (parse(want.line).steps[0]?.words ?? []);
  const text = want.kind === 'step' ? want.line : words.map(quote).join(' ');
  return isToken(text)
    ? {
        text: words.map(word => quote(isToken(word) ? MASK : word)).join(' '),
        hasToken: true
      }
    : { text, hasToken: false };
}

/** Whether a text holds a token, or the password of an address. */
function isToken(text: string): boolean {
  return tokenIn(text) || /:\/\/[^/?#@:\s]*:[^/?#@\s]*@/.test(text);
}

/** The words of a source's line; its folder is one that no other line of the text has. */
function sourceWords(want: ISourceWant, folders: Set<string>): string[] {
  const link = want.link.replace(LOGIN, '$1');
  const source = sourceOf(link);
  const role = want.role || roleOf(source);
  const folder = want.folder || free(guess(want, source, role), folders);
  folders.add(folder);
  return [role, link, folder, ...want.options];
}

function sourceOf(link: string): ISource | null {
  try {
    return recognise(link);
  } catch (problem) {
    if (problem instanceof LinkProblem) {
      return null;
    }
    throw problem;
  }
}

function roleOf(source: ISource | null): string {
  const name = source?.parts.rest ?? source?.parts.path ?? '';
  const isCode =
    source?.provider === 'github' &&
    (CODE_KINDS.includes(source.kind) || CODE_FILE.test(name));
  return isCode ? 'project' : 'dataset';
}

function guess(
  { name }: ISourceWant,
  source: ISource | null,
  role: string
): string {
  const nothing: ISource = {
    provider: '',
    kind: '',
    canonical: '',
    host: '',
    parts: {}
  };
  return suggestFolder(
    name ? { ...nothing, parts: { name: lastOf(name) } } : (source ?? nothing),
    role
  );
}

function free(folder: string, folders: ReadonlySet<string>): string {
  let name = folder;
  for (let n = 2; folders.has(name); n++) {
    name = `${folder}-${n}`;
  }
  return name;
}

/** A line with what the grammar says to it. */
function judged(line: string, trans: TranslationBundle): IUnderstood {
  const { steps, problems } = parse(line);
  const step: IStep | undefined = steps[0];
  const role = step?.name ?? line.split(/\s/, 1)[0];
  const isSource = role === 'dataset' || role === 'project';
  const folder = isSource ? (step?.args[1] ?? '') : '';
  const [problem] = problems;
  return {
    role,
    folder,
    line,
    what: step ? whatOf(step, trans) : '',
    will: isSource ? willOf(role, folder, trans) : actOf(step, trans),
    notice: noticeOf(step?.source, trans),
    problem: problem
      ? {
          message: problem.message,
          hint:
            problem.hint ||
            (problem.code === 'not-in-this-version' && isSource
              ? trans.__(
                  'Until it is: fetch it by hand, and paste the path of its folder on this machine, as in ./data'
                )
              : ''),
          fix: problem.hint
        }
      : null
  };
}

/** What a link that somebody has pasted is judged by, beside its line. */
function ofLink(
  want: ISourceWant | IStepWant,
  item: IUnderstood,
  trans: TranslationBundle
): IUnderstood {
  if (want.kind !== 'source') {
    return item;
  }
  const source = sourceOf(want.link.replace(LOGIN, '$1'));
  if (LOGIN.test(want.link)) {
    const isGitHub = source?.provider === 'github';
    const fix = `${item.line}${isGitHub ? ' --secret GITHUB_TOKEN' : ''}`;
    const message = sentenceOf('link-userinfo');
    return { ...item, problem: { message, hint: fix, fix } };
  }
  if (source?.provider === 'https' && HOST_ALONE.test(source.canonical)) {
    // A line that is written by hand may name it: some servers do give a file there.
    const message = trans.__('This link names a host, and no file on it.');
    const hint = trans.__(
      'Paste all of it, as in %1data.zip',
      source.canonical
    );
    return { ...item, problem: { message, hint } };
  }
  return item;
}

function tokenProblem(): IPasteProblem {
  return {
    message: sentenceOf('token-in-clear'),
    hint: ''
  };
}

function refusal(want: IRefusedWant, trans: TranslationBundle): IUnderstood {
  const { message, hint } = sentences(want.why, trans);
  return {
    role: want.role,
    folder: '',
    line: '',
    what: '',
    will: '',
    notice: '',
    problem: want.fix ? { message, hint, fix: want.fix } : { message, hint }
  };
}
