import { applyEdits } from '../../bootstrap/edit';
import { commentOut } from '../originals';
import { found } from '../paste';

function without(source: string): string[] {
  return found(source).map(find => {
    const edits = commentOut(source, find.spans);
    return edits ? applyEdits(source, edits) : 'null';
  });
}

describe('commands that steps have taken the place of', () => {
  it.each([
    ['!pip install a', '# !pip install a'],
    ['x = 1\n!pip install a  # b\ny', 'x = 1\n# !pip install a  # b\ny'],
    ['if x:\n    !pip install a\ny', 'if x:\n    pass  # !pip install a\ny'],
    ['%%bash\npip install \\\n  a', '%%bash\n# pip install \\\n#   a'],
    [
      '%%sh\nif x; then\n  pip install a\nfi',
      '%%sh\nif x; then\n  : # pip install a\nfi'
    ],
    [
      '!wget https://x.org/a.zip\nx = 1\n!unzip a.zip -d d\n',
      '# !wget https://x.org/a.zip\nx = 1\n# !unzip a.zip -d d\n'
    ]
  ])('%j', (source, expected) => {
    expect(without(source)).toEqual([expected]);
  });

  it('are not found any more', () => {
    const [after] = without('!git clone https://github.com/a/b');
    expect(found(after)).toEqual([]);
  });

  it('stay where their line holds something else', () => {
    const source = 'x = 1; !pip install a';
    const start = source.indexOf('!');
    expect(commentOut(source, [{ start, end: source.length }])).toBeNull();
    expect(commentOut('f() ; g()', [{ start: 0, end: 3 }])).toBeNull();
  });
});
