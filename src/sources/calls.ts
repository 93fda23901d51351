/** Python calls that fetch, unpack or set something, where their arguments stand in the text. */
import { driveWant, fetchOf } from './fetchers';
import { hubWants, kaggleLink, treeWant } from './hubs';
import { exported, unpackWant } from './installers';
import { placed, refused, type Want } from './wants';

/** What a call asks for. */
export interface ICall {
  wants: Want[];
  /** A shell line that it runs; empty for none. */
  shell: string;
  /** The folder to work in after it; undefined where it stays. */
  here?: string | null;
  /** Where it ends; -1 where it does not. */
  end: number;
}

/** A literal of Python. */
export interface IPyString {
  value: string;
  /** Whether the text alone says what it is. */
  isKnown: boolean;
  end: number;
}

interface IArguments {
  /** Values by place and by name; null for what is no literal. */
  values: Map<string, string | null>;
  end: number;
}

const CALL =
  /(?<![\w.])(kagglehub\.(?:dataset|competition|model|notebook_output)_download|(?:huggingface_hub\.)?(?:snapshot_download|hf_hub_download)|gdown\.(?:download|download_folder|cached_download)|(?:(?:urllib\.)?request\.)?urlretrieve|wget\.download|shutil\.unpack_archive|os\.system|os\.chdir|(?:google\.colab\.)?drive\.mount)[ \t]*\(/y;
const ENVIRON = /(?<![\w.])os\.environ[ \t]*\[[ \t]*/y;
const STRING = /([A-Za-z]{0,2})("""|'''|"|')/y;
const NAME = /([A-Za-z_]\w*)[ \t\r\n]*=(?!=)/y;
const SPACE = /(?:[ \t\r\n]|#[^\r\n]*|\\\r?\n)*/y;
const ASSIGN = /[ \t]*\][ \t]*=(?!=)[ \t]*/y;

/** The call, or the assignment to `os.environ`, at a place of Python code; null for none. */
export function callAt(
  text: string,
  at: number,
  here: string | null
): ICall | null {
  const name = matchAt(CALL, text, at);
  if (!name) {
    return environAt(text, at);
  }
  const args = argumentsAt(text, at + name[0].length);
  return args
    ? { shell: '', ...meaning(name[1], args, here), end: args.end }
    : { wants: [], shell: '', end: -1 };
}

/** The string literal at a place; null where there is none. Takes what lies next to it. */
export function stringAt(text: string, at: number): IPyString | null {
  const found = matchAt(STRING, text, at);
  if (!found) {
    return null;
  }
  const [whole, prefix, quotes] = found;
  const isRaw = /r/i.test(prefix);
  const out: string[] = [];
  let isKnown = /^(r|u|f|rf|fr)?$/i.test(prefix);
  let pos = at + whole.length;
  while (pos < text.length && !text.startsWith(quotes, pos)) {
    const char = text[pos];
    if (char === '\\' && pos + 1 < text.length) {
      const next = text[pos + 1];
      const plain = isRaw ? char + next : UNESCAPED.get(next);
      isKnown &&= plain !== undefined;
      out.push(plain ?? '');
      pos += 2;
      continue;
    }
    if (quotes.length === 1 && (char === '\n' || char === '\r')) {
      return { value: '', isKnown: false, end: pos };
    }
    if (char === '{' && /f/i.test(prefix)) {
      isKnown = false;
    }
    out.push(char);
    pos++;
  }
  const end = Math.min(text.length, pos + quotes.length);
  return { value: out.join(''), isKnown, end };
}

const UNESCAPED: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['n', '\n'],
  ['t', '\t'],
  ['\n', '']
]);

function environAt(text: string, at: number): ICall | null {
  const found = matchAt(ENVIRON, text, at);
  const key = found && stringAt(text, at + found[0].length);
  const assign = key && matchAt(ASSIGN, text, key.end);
  const value = assign && stringAt(text, key.end + assign[0].length);
  if (!value || !key.isKnown) {
    return null;
  }
  const isWhole = /[ \t]*([;#\r\n]|$)/y;
  isWhole.lastIndex = value.end;
  const isKnown = value.isKnown && isWhole.test(text);
  const word = { value: `${key.value}=${value.value}`, isOpen: !isKnown };
  return { wants: exported(word), shell: '', end: value.end };
}

/** What stands between the parentheses of a call; null where they do not close. */
function argumentsAt(text: string, start: number): IArguments | null {
  const values = new Map<string, string | null>();
  let at = start;
  let index = 0;
  for (;;) {
    at = skipped(text, at);
    if (text[at] === ')') {
      return { values, end: at + 1 };
    }
    const name = matchAt(NAME, text, at);
    at = name ? skipped(text, at + name[0].length) : at;
    const key = name ? name[1] : String(index++);
    const parts: string[] = [];
    let isKnown = true;
    const first = at;
    for (
      let part = stringAt(text, at);
      part !== null;
      part = stringAt(text, at)
    ) {
      parts.push(part.value);
      isKnown &&= part.isKnown;
      at = skipped(text, part.end);
    }
    const isString = at > first;
    const rest = at;
    at = expressionEnd(text, at);
    if (at < 0) {
      return null;
    }
    const other = text.slice(rest, at).trim();
    const literal = /^(True|False|None|-?\d+)$/.test(other) ? other : null;
    values.set(
      key,
      isString && isKnown && other === ''
        ? parts.join('')
        : isString
          ? null
          : literal
    );
    if (text[at] === ',') {
      at++;
    }
  }
}

/** Where an argument ends: at its comma or the closing parenthesis; -1 where the text ends. */
function expressionEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const char = text[at];
    const string = '"\''.includes(char) ? stringAt(text, at) : null;
    if (string) {
      at = string.end;
      continue;
    }
    if (depth === 0 && (char === ',' || char === ')')) {
      return at;
    }
    depth += '([{'.includes(char) ? 1 : ')]}'.includes(char) ? -1 : 0;
    at = char === '#' ? skipped(text, at) : at + 1;
  }
  return -1;
}

function skipped(text: string, at: number): number {
  return at + (matchAt(SPACE, text, at)?.[0].length ?? 0);
}

function matchAt(
  pattern: RegExp,
  text: string,
  at: number
): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function meaning(
  name: string,
  { values }: IArguments,
  here: string | null
): Omit<ICall, 'end' | 'shell'> & { shell?: string } {
  /** An argument by its place or name; null where it is not known, empty where it is not given. */
  const given = (...keys: string[]): string | null => {
    const key = keys.find(one => values.has(one));
    const value = key === undefined ? '' : (values.get(key) ?? null);
    return value === 'None' ? '' : value;
  };
  const [, last = name] = /\.([a-z_]+)$/.exec(name) ?? [];
  switch (last) {
    case 'system':
      return { wants: [], shell: given('0', 'command') ?? '' };
    case 'chdir': {
      const path = given('0', 'path');
      return { wants: [], here: path === null ? null : placed(here, path) };
    }
    case 'mount':
      return { wants: [refused('dataset', 'mount')] };
    case 'unpack_archive': {
      const file = given('0', 'filename');
      const folder = given('1', 'extract_dir');
      return {
        wants:
          file && folder !== null ? [unpackWant({ file, folder, here })] : []
      };
    }
    case 'dataset_download':
    case 'competition_download':
    case 'model_download':
    case 'notebook_output_download': {
      const handle = given('0', 'handle');
      const what = `${last.replace(/_(output_)?download$/, '')}s`;
      const kind = what === 'notebooks' ? 'kernels' : what;
      return {
        wants: [
          handle
            ? treeWant(kaggleLink(kind, handle), '', here)
            : refused('dataset', 'open')
        ]
      };
    }
    case 'snapshot_download':
    case 'hf_hub_download':
      return { wants: hub(last === 'hf_hub_download', given, values, here) };
    case 'download_folder':
    case 'cached_download':
    case 'download':
      return {
        wants: [
          name.startsWith('wget') ? file(given, here) : drive(last, given, here)
        ]
      };
    default:
      return { wants: [file(given, here)] };
  }
}

type Given = (...keys: string[]) => string | null;

/** `urlretrieve(url, filename)` and `wget.download(url, out)`. */
function file(given: Given, here: string | null): Want {
  const link = given('0', 'url');
  const path = given('1', 'filename', 'out');
  return link && path !== null
    ? fetchOf({ link, file: path, here })
    : refused('dataset', 'open');
}

function drive(call: string, given: Given, here: string | null): Want {
  const link = given('0', 'url', 'id');
  const path = given('1', 'output', 'path');
  return link && path !== null
    ? driveWant(link, call === 'download_folder', path, here)
    : refused('dataset', 'open');
}

function hub(
  isFile: boolean,
  given: Given,
  values: IArguments['values'],
  here: string | null
): Want[] {
  const repo = given('0', 'repo_id');
  const name = given('1', 'filename');
  const type = given('repo_type');
  const revision = given('revision');
  const folder = given('local_dir');
  if (values.has('token')) {
    return [refused('dataset', 'login')];
  }
  if (
    !repo ||
    type === null ||
    revision === null ||
    folder === null ||
    (isFile && !name)
  ) {
    return [refused('dataset', 'open')];
  }
  const allow = given('allow_patterns');
  if (values.has('ignore_patterns') || allow === null) {
    return [refused('dataset', 'more')];
  }
  return hubWants({
    repo,
    type: type || 'model',
    revision,
    files: isFile && name ? [name] : [],
    folder,
    include: allow ? ['--include', allow] : [],
    here
  });
}
