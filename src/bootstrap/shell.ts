/**
 * The same work as plain shell lines, for people who want no dependency. It is honest: what a few
 * shell lines cannot do (resume, check, keep edits, run on one kind of machine only) is said in
 * comments and not pretended.
 */
import type { ISource } from '../sources/links';
import type { IStep } from './grammar';
import { language } from './language';

const HEAD =
  '# The same steps without Preflight: nothing is verified, resumed or kept when upstream changes.';

/** A word that a shell takes as it is. */
const PLAIN = /^[A-Za-z0-9@%+=:,./_-]+$/;

/** What IPython reads as a variable or as a brace. */
const FIELD = /(\{[A-Za-z_]\w*\}|\{\{|\}\})/;

/** A cell of `!` and `%` lines that does what some steps say, as far as a shell can. */
export function shellSource(steps: readonly IStep[]): string {
  return [HEAD, ...steps.flatMap(linesOf)].join('\n');
}

/** Whether a cell is such a one, by its first comment: its lines are the steps' own, not others. */
export function isShellSource(source: string): boolean {
  return source.split(/\r\n|\r|\n/).includes(HEAD);
}

function linesOf(step: IStep): string[] {
  const on = step.options.on;
  const notes = [
    ...(Array.isArray(on)
      ? [`# Only on ${on.join(', ')}: take the next lines out elsewhere.`]
      : []),
    ...(step.options.optional ? ['# Optional: may fail.'] : [])
  ];
  return ['', ...notes, ...bodyOf(step).map(shown)];
}

/** A line as it has to stand in a cell, which IPython looks through first. */
function shown(line: string): string {
  return /^[!%]/.test(line) ? escaped(line) : line;
}

function bodyOf(step: IStep): string[] {
  const [first = '', second = ''] = step.args;
  switch (step.name) {
    case 'require':
      return [
        `# Needs: ${step.args.join(' ')}`,
        ...(step.args.includes('gpu') ? ['!nvidia-smi -L'] : [])
      ];
    case 'dataset':
    case 'project':
      return [...unsaid(step), ...fetched(step, second)];
    case 'link': {
      const place = word(second);
      const goal = /^[/~]/.test(first)
        ? tilde(first)
        : `"\`pwd\`"/${word(first)}`;
      const make = `mkdir -p ${word(parentOf(second))} && ln -sfn ${goal} ${place}`;
      const full = `[ -e ${place} ] && [ ! -L ${place} ]`;
      return [
        `!if ${full}; then echo ${place} is there already; else ${make}; fi`
      ];
    }
    case 'apt': {
      const names = step.args.map(word).join(' ');
      return [
        `!apt-get install -y -q ${names} || sudo -n apt-get install -y -q ${names}`
      ];
    }
    case 'pip':
      // IPython looks through this line twice.
      return [`%pip install ${escaped(braced(step.args.map(word).join(' ')))}`];
    case 'env':
      return [...secrets(step), ...step.args.map(assignment)];
    case 'run': {
      const below = step.options.in;
      const enter = typeof below === 'string' ? `cd ${word(below)} && ` : '';
      return [`!${enter}${step.args.map(variables).join(' ')}`];
    }
    case 'keep':
      return /^(drive|rclone):/.test(second)
        ? [`# Results: copy ${first} to ${second} yourself.`]
        : [
            `!mkdir -p ${tilde(second)} && cp -Rn ${word(first)}/. ${tilde(second)}/`
          ];
    default:
      return [`# ${step.key}`];
  }
}

/** Options that the lines below leave out. */
function unsaid(step: IStep): string[] {
  const done = ['on', 'optional', 'ref', 'as', 'unpack', 'no-unpack', 'git'];
  const left = Object.keys(step.options).filter(name => !done.includes(name));
  return left.length === 0
    ? []
    : [`# Left out: ${left.map(name => `--${name}`).join(', ')}.`];
}

/** A variable that is set; by Python where IPython would read more into the line. */
function assignment(text: string): string {
  const at = text.indexOf('=');
  const value = text.slice(at + 1);
  return PLAIN.test(value)
    ? `%env ${text}`
    : `import os; os.environ["${text.slice(0, at)}"] = ${JSON.stringify(value)}`;
}

function secrets(step: IStep): string[] {
  const names = step.options.secret;
  if (!Array.isArray(names)) {
    return [];
  }
  return [
    'import getpass, os',
    ...names.map(name => {
      const [variable, secret = variable] = name.split('=');
      return `os.environ["${variable}"] = getpass.getpass("${secret}: ")`;
    })
  ];
}

function fetched(step: IStep, dest: string): string[] {
  const { source } = step;
  if (!source) {
    return [`# ${step.key}`];
  }
  const { parts, kind, provider } = source;
  switch (provider) {
    case 'local':
      return [
        `!mkdir -p ${word(parentOf(dest))} && ln -sfn "\`realpath ${tilde(source.canonical)}\`" ${word(dest)}`
      ];
    case 'gdrive': {
      const exported = exportOf(source);
      if (exported) {
        return download(step, exported, dest, parts.id);
      }
      const what = kind === 'folder' ? '--folder ' : '';
      const key = word(source.canonical);
      return [
        '%pip install -q gdown',
        `!mkdir -p ${word(dest)} && gdown ${what}--fuzzy -O ${word(dest)}/ ${key}`
      ];
    }
    case 'github':
      if (kind === 'repository' || kind === 'gist' || kind === 'tree') {
        return cloned(step, source, dest);
      }
      break;
    case 'dropbox':
    case 'https':
      break;
    default:
      return [`# ${step.key}`];
  }
  return download(step, directLink(source), dest, nameOf(source));
}

function cloned(step: IStep, source: ISource, dest: string): string[] {
  const { owner, repo, gist, rest } = source.parts;
  const { ref = rest?.split('/', 1)[0] } = step.options;
  const url = gist
    ? `https://gist.github.com/${gist}.git`
    : `https://github.com/${owner}/${repo}.git`;
  const place = word(dest);
  const from = `-- ${word(url)} ${place}`;
  const isCommit = typeof ref === 'string' && /^[0-9a-f]{40}$/.test(ref);
  const branch = typeof ref === 'string' ? ` --branch ${word(ref)}` : '';
  const clone = isCommit
    ? `git clone ${from} && git -C ${place} checkout -q ${ref}`
    : `git clone --depth 1${branch} ${from}`;
  const pull = isCommit ? 'true' : `git -C ${place} pull --ff-only`;
  return [
    ...(rest?.includes('/')
      ? ['# A folder of a repository: the whole repository is fetched.']
      : []),
    `!if [ -d ${place}/.git ]; then ${pull}; else ${clone}; fi`
  ];
}

function download(
  step: IStep,
  url: string,
  dest: string,
  given: string
): string[] {
  const name = typeof step.options.as === 'string' ? step.options.as : given;
  const place = word(dest);
  const file = word(`${dest}/${name}`);
  const isFolder =
    step.source?.provider === 'dropbox' && step.source.kind === 'folder';
  const curl = 'curl -fL --retry 3 -o';
  const unpack = isFolder ? unzip : unpackerOf(name);
  if (!unpack || (step.options['no-unpack'] && !isFolder)) {
    return [
      ...(step.options.unpack ? ['# Unpack it yourself.'] : []),
      `!mkdir -p ${place} && ${curl} ${file} ${word(url)}`
    ];
  }
  const archive = word(`${dest}.download`);
  return [
    `!mkdir -p ${place} && ${curl} ${archive} ${word(url)} && ${unpack(archive, place)} && rm ${archive}`
  ];
}

/** Files that are there are kept, as a dataset is; `unzip` ends with 1 for Dropbox's own zips. */
function unzip(archive: string, place: string): string {
  return `{{ unzip -nq ${archive} -d ${place} || [ $? -le 2 ]; }}`;
}

function unpackerOf(
  name: string
): ((archive: string, place: string) => string) | null {
  const ending = language.folders.archives.find(one =>
    name.toLowerCase().endsWith(one)
  );
  if (ending === '.zip') {
    return unzip;
  }
  return ending && /tar|^\.t/.test(ending)
    ? (archive, place) => `tar -xf ${archive} -C ${place}`
    : null;
}

/** The address that answers with the bytes. */
function directLink(source: ISource): string {
  const { canonical, provider, kind } = source;
  if (provider === 'dropbox') {
    return `${canonical}${canonical.includes('?') ? '&' : '?'}dl=1`;
  }
  if (kind === 'blob' || kind === 'raw') {
    return canonical.replace('/blob/', () => '/raw/');
  }
  return canonical;
}

function exportOf({ kind, parts }: ISource): string {
  const base = 'https://docs.google.com';
  switch (kind) {
    case 'document':
      return `${base}/document/d/${parts.id}/export?format=docx`;
    case 'presentation':
      return `${base}/presentation/d/${parts.id}/export?format=pptx`;
    case 'spreadsheet':
      return parts.gid
        ? `${base}/spreadsheets/d/${parts.id}/export?format=csv&gid=${parts.gid}`
        : `${base}/spreadsheets/d/${parts.id}/export?format=xlsx`;
    default:
      return '';
  }
}

function nameOf({ parts, kind, provider }: ISource): string {
  const rest = parts.rest ?? parts.path ?? '';
  const name =
    parts.asset ?? parts.name ?? rest.slice(rest.lastIndexOf('/') + 1);
  if (provider === 'github' && kind === 'archive') {
    return `${parts.repo}.${parts.format}`;
  }
  return name || 'download';
}

function parentOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '.' : path.slice(0, at);
}

/** A word as a shell takes it for itself. */
function word(text: string): string {
  return braced(quoted(text));
}

/** Like `word`, but `~/` still stands for the home folder. */
function tilde(path: string): string {
  return path.startsWith('~/') ? `~/${word(path.slice(2))}` : word(path);
}

/** Like `word`, but `{name}` still stands for the kernel's variable, and `{{` for a brace. */
function variables(text: string): string {
  const isPlain = PLAIN.test(text.replace(/\{[A-Za-z_]\w*\}/g, '_'));
  return (isPlain ? text : quoted(text))
    .split(FIELD)
    .map((piece, index) => (index % 2 ? piece : braced(piece)))
    .join('');
}

function quoted(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Braces doubled, so that IPython leaves them as they are. */
function braced(text: string): string {
  return text.replace(/[{}]/g, brace => brace + brace);
}

/**
 * A command with `$name` doubled where IPython would put its own variable there: outside of single
 * quotes, as IPython counts them, which is from here to the next brace.
 */
function escaped(command: string): string {
  return command
    .split(FIELD)
    .map((piece, index) => {
      const quotes = piece.split("'").length - 1;
      let seen = 0;
      return index % 2
        ? piece
        : piece.replace(/'|\$(?=[\p{L}\p{N}_.])/gu, found => {
            seen += found === "'" ? 1 : 0;
            return found === '$' && (quotes - seen) % 2 === 0 ? '$$' : found;
          });
    })
    .join('');
}
