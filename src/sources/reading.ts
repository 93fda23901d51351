/**
 * Reads a notebook's cell, or what was pasted, for all that fetches or installs something. What
 * belongs together, such as fetching an archive and unpacking it, becomes one want.
 */
import { language, lookUp, stepRows } from '../bootstrap/language';
import { lex } from '../bootstrap/lexer';
import { callAt, stringAt } from './calls';
import { commandsOf, type ICommand, type IShellWord } from './commands';
import { type Fetcher, fetchers, isLink } from './fetchers';
import { git } from './git';
import { hubs } from './hubs';
import { exported, installers, run } from './installers';
import { joined } from './joining';
import { quotedIn, withoutStop } from './prose';
import {
  type IRefusedWant,
  type ISourceWant,
  type IStepWant,
  lastOf,
  placed,
  refused,
  type Want
} from './wants';

/** A span of a text, in UTF-16 units. */
export interface ISpan {
  start: number;
  end: number;
}

/** What a line asks for, or several lines that belong together. */
export interface IRead {
  want: ISourceWant | IStepWant | IRefusedWant;
  /** The lines as they are written, in their order. */
  spans: ISpan[];
}

/** What a bare line is: Python, shell, or whatever people paste. */
type Place = 'cell' | 'script' | 'box';

const SHELL_MAGIC = /^%%(bash|sh|script[ \t]+(bash|sh))(?![^ \t\r\n])/;
const CODE_MAGIC = /^%%(capture|time|timeit|prun)(?![^ \t\r\n])/;
const PROMPT = /^(\$|%|>>>|\.\.\.|In \[[0-9 ]*\]:)[ \t]+/;
const OURS = /^(%|!?[ \t]*jupyter[ \t]+)preflight[ \t]+(do[ \t]+)?/;
const HEREDOC = /<<-?[ \t]*['"]?([A-Za-z_]\w*)/;
const IDENTIFIER = /[A-Za-z_]\w*/y;
const ASSIGNMENT = /^[A-Za-z_]\w*=/;
const INTERPRETER = /^(python[0-9.]*|\{?\$?sys\.executable\}?)$/;

/** What is known to fetch or install, by name. */
const readers: ReadonlyMap<string, Fetcher> = new Map([
  ...fetchers,
  ['git', git],
  ...hubs,
  ...installers
]);

/** Words before a command that change nothing of what it asks for. */
const BEFORE: readonly string[] = [
  'sudo',
  'time',
  'nohup',
  'env',
  'then',
  'do',
  'else',
  'if',
  '{',
  '!'
];

/** More than that of one text is no list that anybody wants. */
const MOST = 500;

const SHELLS: readonly string[] = ['bash', 'sh', 'zsh', 'python', 'python3'];

/** Whether a program is known to fetch or install something. */
export function isCommand(name: string): boolean {
  return readers.has(name);
}

/** All that a code cell of a notebook asks for. */
export function readCell(source: string): IRead[] {
  const start = source.search(/\S/);
  const head = source.slice(start, start + 80);
  if (start < 0 || !head.startsWith('%%')) {
    return new Reading(source, 'cell').read(0);
  }
  const isScript = SHELL_MAGIC.test(head);
  const next = source.indexOf('\n', start);
  return next >= 0 && (isScript || CODE_MAGIC.test(head))
    ? new Reading(source, isScript ? 'script' : 'cell').read(next + 1)
    : [];
}

/** All that a pasted text asks for: links, lines of ours, commands, Python; else what it quotes. */
export function readPasted(text: string): IRead[] {
  const reads = new Reading(text, 'box').read(0);
  return reads.length > 0
    ? reads
    : new Reading(quotedIn(text).join('\n'), 'box').read(0);
}

class Reading {
  constructor(text: string, place: Place) {
    this._text = text;
    this._place = place;
  }

  read(start: number): IRead[] {
    let at = start;
    let tried = start;
    while (at < this._text.length && this._reads.length < MOST) {
      const isStart = at === start || this._text[at - 1] === '\n';
      if (isStart && at >= tried) {
        tried = this._logicalEnd(at);
        this._mark(at, tried);
        if (this._line(this._text.slice(at, tried).trim())) {
          at = tried + 1;
          continue;
        }
      }
      at = this._place === 'script' ? this._lineEnd(at) + 1 : this._code(at);
    }
    return this._reads;
  }

  private _lineEnd(at: number): number {
    const end = this._text.indexOf('\n', at);
    return end < 0 ? this._text.length : end;
  }

  /** Where a line ends with the lines that continue it. */
  private _logicalEnd(at: number): number {
    let end = this._lineEnd(at);
    while (/\\\r?$/.test(this._text.slice(Math.max(at, end - 2), end))) {
      if (end >= this._text.length) {
        break;
      }
      end = this._lineEnd(end + 1);
    }
    return end;
  }

  /** Read a line that is no Python; false where it is. */
  private _line(line: string): boolean {
    if (this._place === 'script') {
      this._script(line);
      return true;
    }
    const text = this._place === 'box' ? line.replace(PROMPT, '') : line;
    if (this._place === 'box' && this._pasted(text)) {
      return true;
    }
    if (text.startsWith('!')) {
      this._shell(text.replace(/^!+/, ''), false);
      return true;
    }
    if (/^%[A-Za-z]/.test(text)) {
      this._magic(text);
      return true;
    }
    if (/^pip3?[ \t]+install[ \t]/.test(text)) {
      this._shell(text, false);
      return true;
    }
    return false;
  }

  private _script(line: string): void {
    if (this._heredoc) {
      this._heredoc = line === this._heredoc ? '' : this._heredoc;
      return;
    }
    this._shell(line, true);
    this._heredoc = HEREDOC.exec(line)?.[1] ?? '';
  }

  /** Read a line of the box that is neither marked as shell nor Python. */
  private _pasted(text: string): boolean {
    if (text === '' || /^(#|```|%%)/.test(text)) {
      return true;
    }
    const ours = OURS.exec(text)?.[0];
    const own = text.slice(ours?.length ?? 0);
    const [name = '', second = ''] = own.split(/[ \t]+/, 2);
    const isVerb =
      second === 'install' ||
      lookUp(language['not-verbs'], name)?.includes(second);
    const isCode = second.startsWith('=');
    if (stepRows.has(name) && !isVerb && !isCode && (ours || second)) {
      this._add({ kind: 'step', line: own });
      return true;
    }
    const said = withoutStop(text);
    if (this._link(said)) {
      return true;
    }
    const commands = commandsOf(said);
    if (!/^[!%]/.test(text) && commands.some(one => this._isKnown(one))) {
      this._chain(commands, true);
      return true;
    }
    return false;
  }

  /** A link, alone or with its folder after it. */
  private _link(text: string): boolean {
    const marked = /^\[[^\]]*\]\(([^()\s]+)\)$/.exec(text)?.[1];
    const first = marked ?? /^\S+/.exec(text)?.[0] ?? '';
    const link = first.replace(/^(["'<])(.*)(["'>])$/, '$2');
    // Of this machine's paths only one alone: `./train.py --epochs 3` is a command. What follows a
    // comma is no folder, but more of a sentence.
    const isAlone = /^[.~/]/.test(link) || withoutStop(link) !== link;
    if (
      !isLink(link) ||
      /^[.~/]*$/.test(link) ||
      (isAlone && first.length < text.length)
    ) {
      return false;
    }
    const words = marked
      ? []
      : lex(text.slice(first.length)).lines.flatMap(line => line.words);
    const values = words.map(word => word.value);
    const folder = values[0]?.startsWith('-') ? '' : (values.shift() ?? '');
    this._add({
      kind: 'source',
      role: '',
      link,
      folder,
      name: '',
      options: values,
      file: null
    });
    return true;
  }

  private _magic(text: string): void {
    const [, name, rest] = /^%(\w+)[ \t]*(.*)$/s.exec(text) ?? ['', '', ''];
    if (name === 'cd') {
      this._here = this._folder(rest.replace(/^(["'])(.*)\1$/, '$2'));
    } else if (name === 'env' || name === 'set_env') {
      const isOpen = /[${]/.test(rest);
      const value = rest.replace(/^(\w+)[ \t]*(=|[ \t])[ \t]*/, '$1=');
      for (const want of exported({ value, isOpen })) {
        this._add(want);
      }
    } else if (name === 'pip' || this._place === 'box') {
      this._shell(text.slice(1), false);
    }
  }

  private _shell(text: string, isLasting: boolean): void {
    this._chain(commandsOf(text), isLasting);
  }

  /** Read a chain of commands; a folder that is changed to may last after it. */
  private _chain(commands: readonly ICommand[], isLasting: boolean): void {
    const before = this._here;
    let count = this._reads.length;
    let pipe = count;
    for (const command of commands.slice(0, MOST)) {
      const isPiped = command.after === '|' || command.after === '|&';
      const isSecond = command.after === '||' && this._reads.length > count;
      count = this._reads.length;
      pipe = isPiped ? pipe : count;
      if (!isSecond) {
        this._command(command, isPiped && count > pipe);
      }
    }
    if (!isLasting) {
      this._here = before;
    }
  }

  private _command(command: ICommand, isPiped: boolean): void {
    const words = plainWords(command.words);
    const [first] = words;
    if (!first) {
      return;
    }
    if (first.value === 'cd') {
      const to = words[1];
      this._here = !to || to.isOpen ? null : this._folder(to.value);
      return;
    }
    const last = this._reads[this._reads.length - 1];
    if (isPiped && SHELLS.includes(first.value)) {
      last.want = refused('run', 'piped');
      return;
    }
    if (command.isBroken) {
      if (this._isKnown(command)) {
        this._add(refused('', 'broken'));
      }
      return;
    }
    for (const want of this._wantsOf(words)) {
      this._add(want, isPiped);
    }
  }

  private _wantsOf(words: readonly IShellWord[]): Want[] {
    const [own, ...rest] = moduleOf(words);
    const name = lastOf(own.value);
    const reader = readers.get(name);
    if (reader) {
      return reader(rest, this._here);
    }
    return this._place === 'box' ? run(words, this._here) : [];
  }

  private _isKnown(command: ICommand): boolean {
    const words = moduleOf(plainWords(command.words));
    const name = lastOf(words[0]?.value ?? '');
    return name === 'cd' || readers.has(name) || run(words, '').length > 0;
  }

  private _folder(path: string): string | null {
    return path === '-' || /[${]/.test(path) ? null : placed(this._here, path);
  }

  /** Read Python code up to the next place of interest. */
  private _code(at: number): number {
    const text = this._text;
    if (text[at] === '#') {
      return this._lineEnd(at);
    }
    const string = stringAt(text, at);
    if (string) {
      return string.end;
    }
    IDENTIFIER.lastIndex = at;
    const name = IDENTIFIER.exec(text);
    if (!name) {
      return at + 1;
    }
    const call = callAt(text, at, this._here);
    if (!call) {
      return at + name[0].length;
    }
    if (call.end < 0) {
      return text.length;
    }
    this._mark(text.lastIndexOf('\n', at) + 1, this._lineEnd(call.end));
    for (const want of call.wants) {
      this._add(want);
    }
    this._shell(call.shell, false);
    this._here = call.here === undefined ? this._here : call.here;
    return call.end;
  }

  /** What is found from here on stands in these lines. */
  private _mark(start: number, end: number): void {
    const raw = this._text.slice(start, end);
    this._span = {
      start: start + raw.length - raw.trimStart().length,
      end: start + raw.trimEnd().length
    };
  }

  private _add(want: Want, isPiped = false): void {
    const found = joined(this._reads, want, isPiped);
    if (!found) {
      if (want.kind === 'unpack') {
        this._add(refused('dataset', 'unpack'));
      } else if (want.kind !== 'checkout') {
        this._reads.push({ want, spans: [this._span] });
      }
    } else if (found.spans[found.spans.length - 1] !== this._span) {
      found.spans.push(this._span);
    }
  }

  private readonly _place: Place;
  private readonly _reads: IRead[] = [];
  private readonly _text: string;
  private _heredoc = '';
  private _here: string | null = '';
  private _span: ISpan = { start: 0, end: 0 };
}

/** A command without `sudo`, `then`, variables set for it alone, and the like. */
function plainWords(words: readonly IShellWord[]): readonly IShellWord[] {
  let at = 0;
  while (at < words.length) {
    const { value } = words[at];
    const isOption = at > 0 && /^-[A-Za-z]$/.test(value);
    if (!BEFORE.includes(value) && !isOption && !ASSIGNMENT.test(value)) {
      break;
    }
    at++;
  }
  return words.slice(at);
}

/** `python -m pip …` as `pip …`. */
function moduleOf(words: readonly IShellWord[]): readonly IShellWord[] {
  return INTERPRETER.test(lastOf(words[0]?.value ?? '')) &&
    words[1]?.value === '-m' &&
    words.length > 2 &&
    readers.has(words[2].value)
    ? words.slice(2)
    : words;
}
