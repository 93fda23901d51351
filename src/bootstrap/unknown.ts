/** Answers a first word that is no step with the step that was probably meant. */
import { type ISource, LinkProblem, recognise } from '../sources/links';
import { language, lookUp, nearest, stepRows } from './language';
import { quote } from './lines';
import { suggestFolder } from './naming';
import type { Reader } from './reader';

/** Say what a first word that is no step was probably meant to be. */
export function unknown(reader: Reader): void {
  const { first, name } = reader;
  const { words } = reader.line;
  const steps = [...stepRows.keys()];
  const bare = name.replace(/^[!%]+/, '');
  if (bare !== name) {
    if (
      ['preflight', ''].includes(bare) &&
      words.length > 1 &&
      stepRows.has(words[1].value)
    ) {
      const fix = { start: first.start, end: words[1].start, text: '' };
      reader.report('magic-inside', first, [name], [fix]);
      return;
    }
    if (bare === 'preflight') {
      reader.wrong('magic-line', first, [name]);
      return;
    }
    if (stepRows.has(bare)) {
      const end = endOfVerbs(reader, bare) || first.end;
      const fix = { start: first.start, end, text: bare };
      const sign = name.slice(0, name.length - bare.length);
      reader.report('magic-inside', first, [sign], [fix]);
      return;
    }
  }
  if (language['later-commands'].includes(name) && words.length === 1) {
    reader.wrong('not-in-this-version', first, [`%preflight ${name}`]);
    return;
  }
  if (language.commands.includes(name)) {
    reader.wrong('not-a-step', first, [name]);
    return;
  }
  const lower = bare.toLowerCase();
  const like = stepRows.has(lower) ? '' : lookUp(language.like, lower);
  if (like) {
    const dropped = endOfVerbs(reader, lower);
    const fix = { start: first.start, end: dropped || first.end, text: like };
    const isSame = language.same.includes(lower) || dropped > 0;
    reader.report('similar-step', first, [name, like], isSame ? [fix] : []);
    return;
  }
  const near = nearest(bare, steps);
  if (near) {
    reader.wrong('similar-step', first, [name, near], near);
    return;
  }
  const source = linkOf(name);
  if (source) {
    const step = source.provider === 'github' ? 'project' : 'dataset';
    const folder = words.length > 1 ? '' : ` ${suggestFolder(source, step)}`;
    const fix = `${step} ${quote(name)}${folder}`;
    reader.wrong('link-first', first, [step], fix);
    return;
  }
  reader.wrong('unknown-step', first, [name]);
}

/** Where the words such as `clone` after `git` end; 0 where they do not stand there. */
function endOfVerbs(reader: Reader, name: string): number {
  const verbs = lookUp(language.verbs, name) ?? [];
  const { words } = reader.line;
  return verbs.length > 0 &&
    verbs.every((verb, index) => words[index + 1]?.value === verb)
    ? words[verbs.length].end
    : 0;
}

function linkOf(name: string): ISource | null {
  if (!/[/:]/.test(name)) {
    return null;
  }
  try {
    return recognise(name);
  } catch (problem) {
    if (problem instanceof LinkProblem) {
      return null;
    }
    throw problem;
  }
}
