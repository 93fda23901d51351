/**
 * Takes shell text apart as far as it can be understood without running it: into the commands of a
 * chain, and their words. What only a shell could know, the value of a variable above all, is
 * marked and never guessed.
 */
import { lex } from '../bootstrap/lexer';

/** A word of a command. */
export interface IShellWord {
  /** The word after quoting is undone; without what only a shell could put there. */
  value: string;
  /** Whether a shell or IPython would put something into it: a variable, a command's output. */
  isOpen: boolean;
  /** Whether `$PWD/` or `$(pwd)/` stood where its value has `./`. */
  isHere?: boolean;
}

/** One command of a chain. */
export interface ICommand {
  words: IShellWord[];
  /** What joins it to the command before it: `&&`, `||`, `;`, `|`, `&`; empty for the first. */
  after: string;
  /** Whether quotes are left open, so that its words are not known. */
  isBroken: boolean;
}

/** The folder that a command works in, at the beginning of a word as it is written. */
const HERE = /^"?\$(PWD|\{PWD\})(?=[/"]|$)/;
const HERE_VALUE = /^\$(PWD|\{PWD\})(?=\/|$)/;
const PWD = /^(\$\([ \t]*pwd[ \t]*\)|`[ \t]*pwd[ \t]*`)$/;

/** Operators that part commands, longest first. */
const OPERATORS = ['&&', '||', '|&', ';', '|', '&', '\n'];

/**
 * The commands of a shell line, which may be continued. Takes linear time and never throws.
 *
 * @param text - the line, without the sign that gives it to a shell
 */
export function commandsOf(text: string): ICommand[] {
  return piecesOf(text).map(({ after, text: piece, isBroken }) => {
    const { lines } = lex(piece);
    const words = lines.flatMap(line => line.words);
    return {
      after,
      isBroken:
        isBroken ||
        lines.some(({ mistakes }) =>
          mistakes.some(({ code }) => code === 'unclosed')
        ),
      words: withoutRedirections(
        words.map(({ value, start, end }) =>
          wordOf(value, piece.slice(start, end))
        )
      )
    };
  });
}

interface IRawWord extends IShellWord {
  raw: string;
}

/** A word; only the folder that it begins with is put in, because every shell would say the same. */
function wordOf(written: string, raw: string): IRawWord {
  const isHere = HERE.test(raw) && HERE_VALUE.test(written);
  const value = isHere ? written.replace(HERE_VALUE, '.') : written;
  return { raw, value, isHere, isOpen: /[$]|\{[^{}]*\}/.test(value) };
}

interface IPiece {
  text: string;
  after: string;
  isBroken: boolean;
}

/** A chain's commands as text. Output of commands but `pwd` is cut down to its `$`. */
function piecesOf(text: string): IPiece[] {
  const pieces: IPiece[] = [];
  let after = '';
  let out: string[] = [];
  let isBroken = false;
  let at = 0;
  const finish = (operator: string): void => {
    const piece = out.join('');
    if (piece.trim() !== '') {
      pieces.push({ text: piece, after, isBroken });
    }
    after = operator;
    out = [];
    isBroken = false;
  };
  let quoted = '';
  while (at < text.length) {
    const char = text[at];
    if (char === '\\' && quoted !== "'") {
      const length = text.startsWith('\r\n', at + 1) ? 3 : 2;
      out.push(text.slice(at, at + length));
      at += length;
      continue;
    }
    if (quoted !== "'" && (text.startsWith('$(', at) || char === '`')) {
      const end = outputEnd(text, at);
      out.push(PWD.test(text.slice(at, end)) ? '${PWD}' : '$');
      isBroken ||= end < 0;
      at = end < 0 ? text.length : end;
      continue;
    }
    if (quoted) {
      quoted = char === quoted ? '' : quoted;
    } else if (char === "'" || char === '"') {
      quoted = char;
    } else if (char === '#' && isBlank(text[at - 1] ?? ' ')) {
      while (at < text.length && text[at] !== '\n') {
        at++;
      }
      continue;
    } else {
      const operator = operatorAt(text, at);
      if (operator) {
        finish(operator);
        at += operator.length;
        continue;
      }
    }
    out.push(char);
    at++;
  }
  isBroken ||= quoted !== '';
  finish('');
  return pieces;
}

/** The operator at a place; a lone `&` between other letters belongs to a link or `2>&1`. */
function operatorAt(text: string, at: number): string {
  const operator = OPERATORS.find(one => text.startsWith(one, at)) ?? '';
  const next = text[at + 1] ?? ' ';
  return operator === '&' &&
    (next === '>' || text[at - 1] === '>' || !isBlank(next))
    ? ''
    : operator;
}

/** Where the output of a command, `$(…)` or between backticks, ends; -1 where it does not. */
function outputEnd(text: string, start: number): number {
  if (text[start] === '`') {
    return text.indexOf('`', start + 1) + 1 || -1;
  }
  let depth = 0;
  let quoted = '';
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') {
      at++;
    } else if (quoted) {
      quoted = char === quoted ? '' : quoted;
    } else if (char === "'" || char === '"') {
      quoted = char;
    } else if (char === '(') {
      depth++;
    } else if (char === ')' && --depth === 0) {
      return at + 1;
    }
  }
  return -1;
}

/** Words without those that say where output goes. `torch>=2` is one word, as people mean it. */
function withoutRedirections(words: readonly IRawWord[]): IShellWord[] {
  const kept: IShellWord[] = [];
  for (let at = 0; at < words.length; at++) {
    const { raw, ...word } = words[at];
    const found = /^([0-9]*|&)(>>?|<)(&?)/.exec(raw);
    if (!found || word.value !== raw) {
      kept.push(word);
    } else if (found[0] === raw) {
      at++;
    }
  }
  return kept;
}

function isBlank(char: string): boolean {
  return /\s/.test(char);
}
