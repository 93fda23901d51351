import { setFieldValue } from '../edit';
import { parseForm } from '../grammar';

/** The time that this process works on a text: the machine may do something else meanwhile. */
function milliseconds(text: string): number {
  const start = process.cpuUsage();
  parseForm(text);
  return process.cpuUsage(start).user / 1000;
}

/** Texts of a length, each hard for a reader that goes back. */
const shapes: Record<string, (length: number) => string> = {};
for (const piece of [
  'x = 1 #@param {type:"integer"}\n',
  '#@markdown a\n',
  '# a\n',
  'x = "a" #@param ["a", "b"]\r\n',
  'x = (\n',
  'x = ) #@param\n',
  '([{',
  ')]}',
  '"""\n',
  "'''a\\'''\n",
  '"\\\n',
  "'\n",
  '!a \\\n',
  'x = "a #@param {type:"string"}\n',
  'x = 1 #@param {type:"string\n',
  'x = 1 #@param ["a" "b\n'
]) {
  shapes[JSON.stringify(piece)] = length =>
    piece.repeat(length / piece.length) + '#@title A';
}
for (const piece of [
  ' ',
  '#',
  '# ',
  '@param ',
  '#@param ',
  '"',
  '\\"',
  '\'"',
  '[',
  '{',
  '{a:',
  '{"a":[',
  '[{',
  ']',
  ',',
  '"a",',
  '"a" ',
  'a ',
  'a,',
  '1',
  '1.',
  '\\',
  '\\",\'',
  'a:1,',
  'type:',
  '=',
  '-',
  '--a ',
  '-a/sh ',
  'é'
]) {
  for (const [before, after] of [
    ['x = 1 #@param ', ''],
    ['x = 1 #@param [', ''],
    ['x = 1 #@param {', '"}'],
    ['x = 1 #@param {type:"', '"}'],
    ['x = ', '#@param {type:"number"}'],
    ['x = "', '" #@param {type:"string"}'],
    ['x: ', ' = 1 #@param'],
    ['x[', '] = 1 #@param'],
    ['', '= 1 #@param'],
    ['#@title ', '{run: "auto"}'],
    ['%%script ', '\nx=1 #@param'],
    ['%%sh\nx=', ' #@param']
  ]) {
    shapes[`${before}${piece}…${after}`] = length =>
      before + piece.repeat(length / piece.length) + after;
  }
}

describe('linear time', () => {
  it.each(Object.keys(shapes))('for %j', name => {
    const shape = shapes[name];
    const [short, long] = [shape(20_000), shape(160_000)];
    milliseconds(short);
    const least = Math.min(milliseconds(short), milliseconds(short));
    // Eight times the text; a reader that goes back would need 64 times the time, each time.
    const limit = 8 * 4 * Math.max(least, 2);
    let most = Infinity;
    for (let time = 0; time < 5 && most >= limit; time++) {
      most = Math.min(most, milliseconds(long));
    }
    expect(most).toBeLessThan(limit);
  });
});

describe('a long text', () => {
  it('may have a line of megabytes', () => {
    const value = 'é"\\'.repeat(400_000);
    const source = 'x = "" #@param {type:"string"}';
    const [field] = parseForm(source).items;
    const edit =
      field.kind === 'field' ? setFieldValue(source, field, value) : null;
    const after = `x = ${edit?.text}${source.slice(6)}`;
    expect(parseForm(after).items).toMatchObject([{ value }]);
    expect(parseForm('x'.repeat(3e6) + ' = 1 #@param').items).toHaveLength(1);
  });

  it('may have ten thousand fields, and a field a thousand options', () => {
    const options = Array.from({ length: 1000 }, (_, n) => `a, ${n}`);
    const line = `x = "a, 0"  # @param ${JSON.stringify(options)}\n`;
    expect(parseForm(line).items).toMatchObject([{ options }]);
    const many = 'x = 1 #@param {type:"integer"}\n'.repeat(10_000);
    expect(parseForm(many).items).toHaveLength(10_000);
  });

  it('may have brackets in brackets a hundred thousand deep', () => {
    const deep = 100_000;
    const nested = '['.repeat(deep) + ']'.repeat(deep);
    expect(parseForm(`x = ${nested} #@param`).items).toHaveLength(1);
    expect(parseForm(`x${nested} = 1 #@param`).items).toHaveLength(1);
    expect(
      parseForm(`x = 1 #@param {type:"raw", a: ${nested}}`).items
    ).toHaveLength(1);
    expect(parseForm(`x = 1 #@param ${nested}`).rejected).toHaveLength(1);
    expect(parseForm('(\n'.repeat(deep) + 'x = 1 #@param').items).toHaveLength(
      1
    );
  });
});
