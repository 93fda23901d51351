import { found } from '../paste';

describe('found', () => {
  function finds(source: string): [string, string][] {
    return found(source).map(({ line, text }) => [line, text]);
  }

  it('takes the tutorial as it is', () => {
    const source = [
      '!wget -nc -O dataset.zip https://h.org/s/d.zip',
      '!unzip -n -d dataset dataset.zip',
      'print("done")',
      '!wget -O proj.zip https://h.org/s/p.zip',
      '!unzip -o -d proj proj.zip',
      '',
      '!ln -fs /content/dataset /content/proj/data/input',
      '',
      '!pip install -r requirements.txt',
      '',
      '!python /content/proj/code/script/train.py'
    ].join('\n');
    const all = found(source);
    expect(all.map(({ line }) => line)).toEqual([
      'dataset https://h.org/s/d.zip dataset',
      'project https://h.org/s/p.zip proj',
      'link dataset proj/data/input',
      'pip -r requirements.txt'
    ]);
    expect(all[0].spans).toEqual([
      { start: 0, end: 46 },
      { start: 47, end: 79 }
    ]);
  });

  it.each<[string, string, ...string[]]>([
    ['indented', 'if colab:\n    !pip install a', 'pip a'],
    ['automagic', 'pip install a', 'pip a'],
    ['a captured cell', '%%capture\n!pip install a', 'pip a'],
    ['a script', '%%bash\ncd net\npip install -r r.txt', 'pip -r net/r.txt'],
    [
      'a guarded command',
      '%%bash\nif [ ! -d x ]; then git clone github.com/me/x; fi',
      'project github.com/me/x x'
    ],
    ['an alternative', '!pip install a || pip install b', 'pip a'],
    [
      'a folder that stays',
      '%cd net\n!pip install -e .\n%cd ..\n!pip install -e .',
      'pip -e ./net',
      'pip -e .'
    ],
    [
      'a folder that does not',
      '!cd net && pip install -e .\n!pip install -e .',
      'pip -e ./net',
      'pip -e .'
    ],
    ['os.chdir', 'os.chdir("net")\n!pip install -e .', 'pip -e ./net'],
    [
      'a folder that nobody knows',
      '%cd $X\n!pip install -r r.txt\n!pip install a',
      'pip a'
    ],
    ['continued', '!pip install a \\\n    b', 'pip a b'],
    [
      'Windows line ends',
      '!pip install a\r\n!pip install b\r\n',
      'pip a',
      'pip b'
    ],
    ['Python beside it', 'x = 1; os.environ["A"] = "b"  # so', 'env A=b'],
    [
      'a heredoc',
      '%%bash\ncat <<EOF > x.sh\nwget https://h.org/a\nEOF\npip install a',
      'pip a'
    ],
    ['comments', '# !pip install a\n!pip install b # c', 'pip b'],
    ['a docstring', '"""\n!pip install a\n"""\n!pip install b', 'pip b'],
    ['a string', "x = \"urlretrieve('https://h.org/a', 'a')\""],
    ['a link alone', 'https://h.org/a.zip'],
    ['a step', 'dataset https://h.org/a.zip in'],
    ['a program', '!python train.py\n!bash x.sh'],
    ['an unknown magic', '%%writefile x.sh\nwget https://h.org/a'],
    ['our own cell', '%%preflight\npip a'],
    ['variables', '!wget $URL\n!pip install {pkg}\n!git clone ${R}'],
    ['f-strings', 'urlretrieve(f"https://h.org/{x}", "a")'],
    ['joined strings', 'urlretrieve("https://h.org/" + x, "a")'],
    ['a computed variable', 'os.environ["A"] = "b" + x'],
    ['another object', 'my.os.environ["A"] = "b"\nmydrive.mount("/x")'],
    ['a comparison', 'os.environ["A"] == "b"'],
    ['secrets', 'os.environ["WANDB_API_KEY"] = "0123456789abcdef0"'],
    ['what is not in this version', '!kaggle datasets download me/cats'],
    ['what the grammar refuses', '!wget https://www.dropbox.com/sh/dl/...'],
    ['uninstalling', '!pip uninstall -y a'],
    ['a modulo', 'x = (3\n% env)']
  ])('%s', (_, source, ...wanted) => {
    expect(finds(source).map(([line]) => line)).toEqual(wanted);
  });

  it('gives the original in whole lines', () => {
    const source = 'a = 1\n  !pip install a \\\n  b\nz = 2';
    const [{ spans, text }] = found(source);
    expect(spans).toEqual([{ start: 8, end: 28 }]);
    expect(text).toBe('!pip install a \\\n  b');
    const call = 'x = 1\np = urlretrieve(\n  "https://h.org/a",\n  "b")\nz';
    expect(found(call)[0].text).toBe(
      'p = urlretrieve(\n  "https://h.org/a",\n  "b")'
    );
  });
});
