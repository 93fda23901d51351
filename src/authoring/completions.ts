/** What can be completed in the annotation that is being written. */
import { TYPES } from '../forms/annotation';
import { readAssignment } from '../forms/assignment';
import { writingIn } from '../forms/language';
import { readLiteral, type Writing } from '../forms/literal';
import { scan } from '../forms/scan';
import type { FieldType } from '../forms/value';

/** What fits at a place. Places are UTF-16 units of the source. */
export interface ICompletions {
  /** Where the text to be replaced begins. */
  start: number;
  end: number;
  /** What is offered, best first; nothing where the place is none of ours. */
  items: ICompletion[];
}

/** One offer. */
export interface ICompletion {
  /** What is shown. */
  label: string;
  /** What is written; shorter where its end stands there already. */
  text: string;
}

const MARKER = /^#\s*(@[a-z]*)$/;
const ASKED = /^#\s*@param(?:[ \t]+|(?=[[{]))([^#\]}]*)$/;
const LISTED = /^#\s*@param[ \t]*\[[^#\]]*\][ \t]+((?:\{[^#}]*)?)$/;
const TYPE = /^\{[ \t]*(["']?)type\1[ \t]*:[ \t]*(["']?\w*)$/;

const SPECS: Record<FieldType, readonly string[]> = {
  string: ['{type:"string"}', '{type:"string", placeholder:"text"}'],
  boolean: ['{type:"boolean"}'],
  number: ['{type:"number"}'],
  integer: ['{type:"integer"}'],
  slider: ['{type:"slider", min:0, max:100, step:1}'],
  date: ['{type:"date"}'],
  raw: ['{type:"raw"}'],
  dropdown: [
    '["a", "b"]',
    '["a", "b"] {allow-input: true}',
    '["1", "2"] {type:"raw"}'
  ]
};

const ORDER: readonly FieldType[] = [
  'string',
  'number',
  'integer',
  'slider',
  'boolean',
  'dropdown',
  'date',
  'raw'
];

/**
 * What can be completed at a place of a code cell.
 *
 * @param source - the source of the cell
 * @param offset - the place, in UTF-16 units
 * @param language - of the notebook
 */
export function completionsAt(
  source: string,
  offset: number,
  language: Writing = 'python'
): ICompletions {
  const nothing = { start: offset, end: offset, items: [] };
  const writing = writingIn(source, language) ?? language;
  const dialect = writing === 'shell' ? writing : 'python';
  const { lines } = scan(source, language === 'shell' ? language : undefined);
  const line = lines.find(
    ({ hash, end }) => hash >= 0 && hash < offset && offset <= end
  );
  if (!line?.isFirst) {
    return nothing;
  }
  const code = source.slice(line.start, line.hash).trim();
  const comment = source.slice(line.hash, offset);
  const rest = source.slice(offset, line.end);
  const offer = (written: string, texts: readonly string[]): ICompletions => ({
    start: offset - written.length,
    end: offset,
    items: texts.map(label => ({ label, text: withoutEnd(label, rest) }))
  });
  const marker = MARKER.exec(comment);
  if (marker) {
    return offer(marker[1], code ? ['@param'] : ['@title', '@markdown']);
  }
  const listed = code ? LISTED.exec(comment) : null;
  if (listed) {
    return offer(listed[1], ['{allow-input: true}', '{type:"raw"}']);
  }
  const asked = code ? ASKED.exec(comment) : null;
  if (!asked) {
    return nothing;
  }
  const type = TYPE.exec(asked[1]);
  if (type) {
    const quote = type[2].startsWith("'") ? "'" : '"';
    return offer(
      type[2],
      TYPES.map(one => quote + one + quote)
    );
  }
  const read = readAssignment(code, dialect);
  const value =
    'name' in read ? code.slice(read.valueStart, read.valueEnd) : code;
  const isArrow = 'name' in read && read.isArrow;
  return offer(asked[1], specsFor(value, isArrow ? 'r' : writing));
}

/** All annotations, those first that fit the value that stands there. */
function specsFor(value: string, writing: Writing): string[] {
  const literal = readLiteral(value, writing);
  const fitting = new Set<FieldType>();
  if (typeof literal === 'boolean') {
    fitting.add('boolean');
  } else if (typeof literal === 'number') {
    if (Number.isInteger(literal) && !/[.eE]/.test(value)) {
      fitting.add('integer');
    }
    fitting.add('number').add('slider');
  } else if (typeof literal === 'string') {
    fitting.add('string').add('dropdown');
    if (/^\d{4}-\d\d-\d\d$/.test(literal)) {
      fitting.add('date');
    }
  } else if (value !== '') {
    fitting.add('raw');
  }
  const rest = ORDER.filter(type => !fitting.has(type));
  return [...fitting, ...rest].flatMap(type => SPECS[type]);
}

/** A text without the end that stands behind the cursor already, as editors close brackets. */
function withoutEnd(text: string, rest: string): string {
  for (let length = Math.min(text.length, rest.length); length > 0; length--) {
    const end = text.slice(-length);
    if (/^["'\]}]+$/.test(end) && rest.startsWith(end)) {
      return text.slice(0, -length);
    }
  }
  return text;
}
