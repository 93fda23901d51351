/** Answers a first word that is no step with the step that was probably meant. */
import { fetchingLine, linkOf } from './fetchers';
import { language, lookUp, nearest, stepRows } from './language';
import { type IWord, quote } from './lines';
import { suggestFolder } from './naming';
import type { IFix, Reader } from './reader';

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
    const fixes = fixesOf(reader, lower, like);
    reader.report('similar-step', first, [name, like], fixes);
    return;
  }
  const near = nearest(bare, steps);
  if (near) {
    const fix = { start: first.start, end: first.end, text: near };
    const fixes = [fix, ...placeOf(words.slice(1), near)];
    reader.report('similar-step', first, [name, near], fixes);
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

/** What to replace for the line to be one of a step, which its name is another word for. */
function fixesOf(reader: Reader, name: string, step: string): IFix[] {
  const { words } = reader.line;
  const [first] = words;
  const last = words[words.length - 1];
  const verbs = lookUp(language.verbs, name) ?? [];
  const dropped = endOfVerbs(reader, name);
  const rest = words.slice(dropped ? 1 + verbs.length : 1);
  if (lookUp(language.fetchers, name)) {
    const isFetching = dropped > 0 || verbs.length === 0;
    const given = rest.map(({ value }) => value);
    const text = isFetching ? fetchingLine(name, given, step) : '';
    return text ? [{ start: first.start, end: last.end, text }] : [];
  }
  if (!language.same.includes(name) && !dropped) {
    return [];
  }
  const fix = { start: first.start, end: dropped || first.end, text: step };
  return [fix, ...placeOf(rest, step)];
}

/** A folder behind a link that stands alone. */
function placeOf(rest: readonly IWord[], step: string): IFix[] {
  const isSource = step === 'dataset' || step === 'project';
  const source = isSource && rest.length === 1 ? linkOf(rest[0].value) : null;
  return source
    ? [
        {
          start: rest[0].end,
          end: rest[0].end,
          text: ` ${suggestFolder(source, step)}`
        }
      ]
    : [];
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
