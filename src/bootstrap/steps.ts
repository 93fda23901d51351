/** Reads the words of one line as a step: what each step wants of its words. */
import { type ISource, LinkProblem, recognise } from '../sources/links';
import { providerRow } from '../sources/table';
import { folder, FolderProblem } from './folders';
import { language, lookUp, optionKinds, stepRows, tokenIn } from './language';
import { type ILine, type IWord, quote } from './lines';
import { suggestFolder } from './naming';
import {
  allOptions,
  isEnough,
  leadingOptions,
  Reader,
  unknownOption
} from './reader';
import { unknown } from './unknown';
import {
  checkCondition,
  isAptPackage,
  isPlace,
  isSecret,
  isVariable,
  linkTarget,
  OPERATORS,
  ValueProblem
} from './values';

const NO_ROW = { usage: '', least: 0, most: 0, options: [] };

/** Read one line whose words the lexer could make out. */
export function readStep(line: ILine, version: string): Reader {
  const row = stepRows.get(line.words[0].value);
  const reader = new Reader(line, row ?? NO_ROW, version);
  if (!row) {
    unknown(reader);
    return reader;
  }
  reader.positional = row.command ? leadingOptions(reader) : allOptions(reader);
  STEPS[reader.name](reader);
  tokens(reader);
  if (row.later) {
    reader.wrong('not-in-this-version', reader.first, [`“${reader.name}”`]);
  }
  for (const [option, shown] of Object.entries(language.later)) {
    const word = reader.optionWords.get(option);
    if (word && reader.options.has(option)) {
      reader.wrong('not-in-this-version', word, [shown]);
    }
  }
  return reader;
}

const STEPS: Record<string, (reader: Reader) => void> = {
  require: readRequire,
  dataset: readSource,
  project: readSource,
  link: readLink,
  apt: readApt,
  pip: readPip,
  env: readEnv,
  keep: readKeep,
  run: readRun
};

function readFolder(reader: Reader, word: IWord): string | null {
  try {
    return folder(word.value);
  } catch (problem) {
    if (!(problem instanceof FolderProblem)) {
      throw problem;
    }
    const fix = problem.fix === null ? null : quote(problem.fix);
    reader.wrong(problem.code, word, problem.values, fix);
    return null;
  }
}

function readWebLink(reader: Reader, word: IWord): ISource | null {
  try {
    return recognise(word.value);
  } catch (problem) {
    if (!(problem instanceof LinkProblem)) {
      throw problem;
    }
    const fix = problem.hint === '' ? null : quote(problem.hint);
    reader.wrong(problem.code, word, problem.values, fix);
    return null;
  }
}

function isWebLink(text: string): boolean {
  try {
    return recognise(text).provider !== 'local';
  } catch {
    return text.includes('://');
  }
}

/** `dataset` and `project`. */
function readSource(reader: Reader): void {
  const [link, dest] = reader.positional;
  if (
    reader.positional.length === 1 &&
    (isWebLink(link.value) || /^[./]/.test(link.value))
  ) {
    const source = readWebLink(reader, link);
    if (source) {
      const place = suggestFolder(source, reader.name);
      const fix = `${quote(link.value)} ${place}`;
      reader.wrong('needs-folder', link, [], fix);
    }
    return;
  }
  if (!isEnough(reader)) {
    return;
  }
  if (isWebLink(dest.value) && !isWebLink(link.value)) {
    reader.report(
      'swapped',
      link,
      [],
      [
        { start: link.start, end: link.end, text: quote(dest.value) },
        { start: dest.start, end: dest.end, text: quote(link.value) }
      ]
    );
    return;
  }
  reader.source = readWebLink(reader, link);
  const path = readFolder(reader, dest);
  if (path === null) {
    return;
  }
  reader.args = [link.value, path];
  reader.isComplete = true;
  if (reader.source) {
    checkFitting(reader, reader.source, link);
  }
}

/** Whether the provider is served, and the options mean something for it. */
function checkFitting(reader: Reader, source: ISource, link: IWord): void {
  const { options, optionWords } = reader;
  const row = providerRow(source.provider);
  if (row.later) {
    const fix = bucketLink(source);
    reader.wrong('not-in-this-version', link, [row.name], fix);
  } else if (source.provider === 'https' && source.kind === 'repository') {
    const shown = ['A Git repository outside GitHub'];
    reader.wrong('not-in-this-version', link, shown);
  }
  for (const [one, other] of language.against) {
    const word = optionWords.get(other);
    if (word && options.has(one) && options.has(other)) {
      reader.wrong('options-against', word, [`--${one}`, `--${other}`]);
    }
  }
  for (const [option, providers] of Object.entries(language.for)) {
    const word = optionWords.get(option);
    if (word && options.has(option) && !providers.includes(source.provider)) {
      reader.wrong('option-not-for', word, [`--${option}`, row.name]);
    }
  }
  const ref = options.get('ref');
  const refWord = optionWords.get('ref');
  if (typeof ref === 'string' && refWord && source.provider === 'github') {
    const inside = source.parts.rest || source.parts.ref;
    if (inside) {
      reader.wrong('ref-twice', refWord, [inside, ref]);
    } else if (source.kind === 'release') {
      reader.wrong('option-not-for', refWord, ['--ref', row.name]);
    }
  }
  const secret = optionWords.get('secret');
  if (secret && source.canonical.startsWith('http://')) {
    reader.wrong('secret-http', secret);
  }
}

/** The https link of a public object, which this version can fetch. */
function bucketLink(source: ISource): string | null {
  const { bucket = '', key = '' } = source.parts;
  if (key === '' || key.endsWith('/')) {
    return null;
  }
  switch (source.provider) {
    case 's3':
      return quote(`https://${bucket}.s3.amazonaws.com/${key}`);
    case 'gcs':
      return quote(`https://storage.googleapis.com/${bucket}/${key}`);
    default:
      return null;
  }
}

function readLink(reader: Reader): void {
  if (!isEnough(reader)) {
    return;
  }
  const [target, at] = reader.positional;
  if (target.value.includes('://')) {
    reader.wrong('folder-link', target);
    return;
  }
  const path = readFolder(reader, at);
  let goal: string;
  try {
    goal = linkTarget(target.value);
  } catch (problem) {
    if (!(problem instanceof FolderProblem)) {
      throw problem;
    }
    reader.wrong(problem.code, target, problem.values);
    return;
  }
  if (path === null) {
    return;
  }
  reader.args = [goal, path];
  reader.isComplete = true;
  if (`${path}/`.startsWith(`${goal}/`) || `${goal}/`.startsWith(`${path}/`)) {
    reader.wrong('link-loop', at);
  }
}

function readKeep(reader: Reader): void {
  if (!isEnough(reader)) {
    return;
  }
  const [here, place] = reader.positional;
  const path = readFolder(reader, here);
  if (!isPlace(place.value)) {
    reader.wrong('keep-form', place, [place.value]);
  }
  if (path !== null) {
    reader.args = [path, place.value];
    reader.isComplete = true;
  }
}

/** Take out our own options after a command's other words, and say where they belong. */
function lateOptions(reader: Reader): void {
  const { first, known } = reader;
  const given = reader.positional;
  reader.positional = [];
  for (let at = 0; at < given.length;) {
    const word = given[at];
    const option = word.value.replace(/^--/, '').split('=', 1)[0];
    const isOurs = known.includes(option);
    if (!word.value.startsWith('--') || (!isOurs && reader.name === 'pip')) {
      reader.positional.push(word);
      at++;
    } else if (isOurs) {
      const isAlone =
        word.value.includes('=') ||
        optionKinds.get(option) === 'flag' ||
        at + 1 === given.length;
      const taken = isAlone ? [word] : [word, given[at + 1]];
      const text = ` ${taken.map(one => quote(one.value)).join(' ')}`;
      reader.report(
        'option-late',
        word,
        [`--${option}`, reader.name],
        [
          { start: first.end, end: first.end, text },
          { ...reader.without(word), end: taken[taken.length - 1].end }
        ]
      );
      at += taken.length;
    } else {
      at += unknownOption(reader, given, at);
    }
  }
}

/** Answer `pip install …` and `apt update`. */
function dropVerb(reader: Reader): void {
  const [word] = reader.positional;
  if (!word) {
    return;
  }
  const { name, positional } = reader;
  if (lookUp(language.verbs, name)?.includes(word.value)) {
    const fixes = [reader.without(word)];
    reader.report('drop-word', word, [name, word.value], fixes);
  } else if (
    lookUp(language['not-verbs'], name)?.includes(word.value) &&
    (name === 'apt' || positional.length > 1)
  ) {
    reader.wrong('only-installs', word, [name, word.value]);
  }
}

function readPip(reader: Reader): void {
  if (!isEnough(reader)) {
    return;
  }
  dropVerb(reader);
  lateOptions(reader);
  reader.args = reader.positional.map(word => word.value);
  reader.isComplete = true;
}

function readApt(reader: Reader): void {
  if (!isEnough(reader)) {
    return;
  }
  dropVerb(reader);
  lateOptions(reader);
  for (const word of reader.positional) {
    if (word.value.startsWith('-')) {
      const fixes = [reader.without(word)];
      reader.report('unknown-option', word, [reader.name, word.value], fixes);
    } else if (!isAptPackage(word.value)) {
      reader.wrong('package-name', word, [word.value]);
    }
  }
  reader.args = reader.positional.map(word => word.value);
  reader.isComplete = true;
}

function readEnv(reader: Reader): void {
  if (reader.positional.length === 0 && !reader.options.has('secret')) {
    reader.wrong('needs-words', reader.first, [reader.row.usage]);
    return;
  }
  lateOptions(reader);
  const given = reader.positional;
  const loose = given.map(word => word.value).filter(value => value !== '=');
  if (
    (given.length === 2 || given.length === 3) &&
    loose.length === 2 &&
    isVariable(loose[0])
  ) {
    const text = quote(`${loose[0]}=${loose[1].replace(/^=/, '')}`);
    const { end } = given[given.length - 1];
    const fix = { start: given[0].start, end, text };
    reader.report('env-form', given[0], [given[0].value], [fix]);
    return;
  }
  for (const word of given) {
    const equals = word.value.indexOf('=');
    const name = word.value.slice(0, Math.max(equals, 0));
    if (equals < 0) {
      reader.wrong('env-form', word, [word.value]);
    } else if (!isVariable(name)) {
      reader.wrong('env-name', word, [name]);
    } else if (isSecret(name, word.value.slice(equals + 1))) {
      reader.wrong('token-in-clear', word, [], `--secret ${name}`);
    }
  }
  reader.args = given.map(word => word.value);
  reader.isComplete = true;
}

function readRun(reader: Reader): void {
  if (!isEnough(reader)) {
    return;
  }
  const [first] = reader.positional;
  if (first.value.startsWith('-')) {
    unknownOption(reader, reader.positional, 0);
    return;
  }
  if (first.value === '') {
    reader.wrong('no-command', first, [first.value]);
  }
  reader.args = reader.positional.map(word => word.value);
  reader.isComplete = true;
}

function readRequire(reader: Reader): void {
  if (!isEnough(reader)) {
    return;
  }
  const given = reader.positional;
  for (const [at, word] of given.entries()) {
    if (OPERATORS.includes(word.value) && at > 0 && at < given.length - 1) {
      const parts = given.slice(at - 1, at + 2);
      const text = parts.map(one => one.value).join('');
      const fix = { start: parts[0].start, end: parts[2].end, text };
      reader.report('condition-blanks', word, [], [fix]);
      return;
    }
    try {
      checkCondition(word.value, reader.version);
    } catch (problem) {
      if (!(problem instanceof ValueProblem)) {
        throw problem;
      }
      reader.wrong(problem.code, word, problem.values, problem.fix);
    }
  }
  reader.args = given.map(word => word.value);
  reader.isComplete = true;
}

/** Tokens written in clear, in any word of any step. */
function tokens(reader: Reader): void {
  const told = new Set(
    reader.findings
      .filter(finding => finding.code === 'token-in-clear')
      .map(finding => finding.word)
  );
  for (const word of reader.line.words.slice(1)) {
    if (!told.has(word) && tokenIn(word.value)) {
      reader.wrong('token-in-clear', word);
    }
  }
}
