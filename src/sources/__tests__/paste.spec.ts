import { nullTranslator } from '@jupyterlab/translation';
import { understand } from '../paste';

const trans = nullTranslator.load('');

const ID = '1aBcDeFgHiJkLmNoPqRsTuVwXyZ';
const NET = 'https://github.com/me/net';
const FILE = `https://drive.google.com/file/d/${ID}/view`;
const TOKEN = `ghp_${'a1'.repeat(18)}`;
const COOKIES =
  `wget --load-cookies /tmp/c.txt "https://docs.google.com/uc?export=download&confirm=` +
  `$(wget --quiet --save-cookies /tmp/c.txt 'https://docs.google.com/uc?export=download&id=${ID}'` +
  ` -O- | sed -rn 's/.*confirm=([0-9A-Za-z_]+).*/\\1\\n/p')&id=${ID}" -O cats.zip && rm -f /tmp/c.txt`;

/** Lines as they would be written; a line with a problem, or none, begins with `✗`. */
function lines(text: string): string[] {
  return understand(text, trans).map(({ line, problem }) =>
    problem ? `✗ ${line}`.trim() : line
  );
}

describe('understand: links', () => {
  it.each([
    [
      'https://www.dropbox.com/scl/fo/9xk2/AAD1?rlkey=q7&dl=0',
      'dataset https://www.dropbox.com/scl/fo/9xk2/AAD1?rlkey=q7&dl=0 data/dropbox'
    ],
    [
      '  www.dropbox.com/scl/fi/9xk2/cats.zip?rlkey=q7  ',
      'dataset www.dropbox.com/scl/fi/9xk2/cats.zip?rlkey=q7 data/cats'
    ],
    ['https://github.com/me/net', 'project https://github.com/me/net net'],
    ['github.com/me/net', 'project github.com/me/net net'],
    ['git@github.com:me/net.git', 'project git@github.com:me/net.git net'],
    ['github:me/net@dev', 'project github:me/net@dev net'],
    [
      'https://github.com/me/net/blob/main/data/x.csv',
      'dataset https://github.com/me/net/blob/main/data/x.csv data/x'
    ],
    [
      'https://github.com/me/net/blob/main/tools/plot.py',
      'project https://github.com/me/net/blob/main/tools/plot.py plot'
    ],
    [
      'https://github.com/me/net/releases/download/v1/w.pt',
      'dataset https://github.com/me/net/releases/download/v1/w.pt data/w'
    ],
    [FILE, `dataset ${FILE} data/drive`],
    ['https://host.org/a.csv', 'dataset https://host.org/a.csv data/a'],
    [
      "https://host.org/a.csv?x='1'&y=$z;b",
      "dataset 'https://host.org/a.csv?x='\\''1'\\''&y=$z;b' data/a"
    ],
    [
      'https://host.org/a.csv data/mine',
      'dataset https://host.org/a.csv data/mine'
    ],
    [
      'https://host.org/a.csv --optional',
      'dataset https://host.org/a.csv data/a --optional'
    ],
    ['<https://host.org/a.csv>', 'dataset https://host.org/a.csv data/a'],
    ['"https://host.org/a.csv"', 'dataset https://host.org/a.csv data/a'],
    [
      '[The net](https://github.com/me/net)',
      'project https://github.com/me/net net'
    ],
    ['./cats', 'dataset ./cats data/cats'],
    ['/data/shared/cats.zip', 'dataset /data/shared/cats.zip data/cats'],
    ['kaggle:me/cats', '✗ dataset kaggle:me/cats data/cats'],
    ['hf:me/cats', '✗ dataset hf:me/cats data/cats'],
    [
      'https://zenodo.org/records/12',
      '✗ dataset https://zenodo.org/records/12 data/zenodo'
    ],
    [
      'https://www.dropbox.com/scl/fo/9xk2/AAD1?dl=0',
      '✗ dataset https://www.dropbox.com/scl/fo/9xk2/AAD1?dl=0 data/source'
    ],
    ['https://me:pw@host.org/a', '✗ dataset https://host.org/a data/a'],
    ['host.org/a.csv', '✗ dataset host.org/a.csv data/source'],
    ['https://', '✗ dataset https:// data/source'],
    ['http://', '✗ dataset http:// data/source'],
    ['https://example', '✗ dataset https://example data/source'],
    ['https://example.org/', '✗ dataset https://example.org/ data/source'],
    [
      'https://example.org/?id=1',
      'dataset https://example.org/?id=1 data/source'
    ]
  ])('%j', (text, line) => {
    expect(lines(text)).toEqual([line]);
  });
});

describe('understand: commands', () => {
  it.each<[string, ...string[]]>([
    [
      'wget https://host.org/cats.zip',
      'dataset https://host.org/cats.zip data/cats'
    ],
    [
      '!wget -q https://host.org/a.csv -P data/in',
      'dataset https://host.org/a.csv data/in'
    ],
    [
      'wget -qP data/in https://host.org/a.csv',
      'dataset https://host.org/a.csv data/in'
    ],
    [
      '$ wget -nc -O cats.zip https://host.org/d?id=3',
      'dataset https://host.org/d?id=3 data/cats'
    ],
    [
      'wget --no-check-certificate "https://host.org/d?id=3" -O train.csv',
      'dataset https://host.org/d?id=3 data/train --as train.csv'
    ],
    [
      'wget https://host.org/d?a=1&b=2 -O in/train.csv',
      'dataset https://host.org/d?a=1&b=2 in --as train.csv'
    ],
    [
      'sudo wget -O /content/in/a.csv https://host.org/a.csv',
      'dataset https://host.org/a.csv in'
    ],
    [
      'wget -O /tmp/a.csv https://host.org/a.csv',
      'dataset https://host.org/a.csv data/a'
    ],
    [
      'wget https://h.org/a.zip https://h.org/b.zip',
      'dataset https://h.org/a.zip data/a',
      'dataset https://h.org/b.zip data/b'
    ],
    ['wget -O a https://h.org/a https://h.org/b', '✗'],
    ['wget -r https://host.org/d/', '✗'],
    ['wget --user me --password pw https://host.org/a', '✗'],
    ['wget --header="Authorization: Bearer x" https://host.org/a', '✗'],
    [
      'wget --header "Accept: */*" https://h.org/a',
      'dataset https://h.org/a data/a'
    ],
    ['wget $URL', '✗'],
    [`wget "$(echo ')' ; x)" && pip install a`, '✗', 'pip a'],
    ['wget `cat url; x` && pip install a', '✗', 'pip a'],
    ['!wget {url} -O a.zip', '✗'],
    ['wget "https://host.org/a.zip', '✗'],
    [
      COOKIES,
      `dataset https://docs.google.com/uc?export=download&id=${ID} data/cats`
    ],
    [
      'curl -LO https://host.org/a.csv',
      'dataset https://host.org/a.csv data/a'
    ],
    [
      'curl -sSL https://host.org/a -o in/a.csv',
      'dataset https://host.org/a in --as a.csv'
    ],
    [
      'curl --output a.zip --url https://host.org/d',
      'dataset https://host.org/d data/a'
    ],
    [
      'curl https://h.org/1 -o a.csv https://h.org/2 -o b.csv',
      'dataset https://h.org/1 data/a --as a.csv',
      'dataset https://h.org/2 data/b --as b.csv'
    ],
    ['curl -X POST https://host.org/d', '✗'],
    ['curl -H "Authorization: token x" https://host.org/d', '✗'],
    ['curl https://host.org/i.sh | sudo bash', '✗'],
    ['pip install a && echo x | bash', 'pip a'],
    [
      'curl -L https://host.org/a.tgz | tar xz -C data/a --strip-components 1',
      'dataset https://host.org/a.tgz data/a --strip 1'
    ],
    [
      'aria2c -x 16 -d in -o a.bin https://host.org/a.bin',
      'dataset https://host.org/a.bin in'
    ],
    [`gdown ${ID}`, `dataset ${FILE} data/drive`],
    [`!gdown --id ${ID} -O cats.zip`, `dataset ${FILE} data/cats`],
    [
      `gdown "https://drive.google.com/uc?id=${ID}" -O w/net.pt`,
      `dataset https://drive.google.com/uc?id=${ID} w --as net.pt`
    ],
    [
      `gdown --folder ${ID} -O in`,
      `dataset https://drive.google.com/drive/folders/${ID} in`
    ],
    ['gdown --id $ID', '✗'],
    [
      'git clone https://github.com/me/net.git',
      'project https://github.com/me/net.git net'
    ],
    [
      '!git clone --depth 1 -b dev https://github.com/me/net code',
      'project https://github.com/me/net code --ref dev'
    ],
    [
      'git clone git@github.com:me/net.git',
      'project git@github.com:me/net.git net'
    ],
    [
      'git clone https://github.com/me/net && cd net && git checkout v1.2',
      'project https://github.com/me/net net --ref v1.2'
    ],
    [
      'git clone https://github.com/me/net .',
      'project https://github.com/me/net net'
    ],
    ['git clone https://{token}@github.com/me/net', '✗'],
    [
      'git clone https://host.org/net.git',
      '✗ project https://host.org/net.git net'
    ],
    [
      'kaggle datasets download -d me/cats --unzip -p in',
      '✗ dataset kaggle:me/cats in'
    ],
    [
      'kaggle competitions download -c dogs',
      '✗ dataset kaggle:competitions/dogs data/dogs'
    ],
    [
      'kagglehub.dataset_download("me/cats")',
      '✗ dataset kaggle:me/cats data/cats'
    ],
    [
      'hf download me/net --local-dir w --include "*.bin"',
      '✗ dataset https://huggingface.co/me/net w --include *.bin'
    ],
    [
      'huggingface-cli download --repo-type dataset me/d a/b.csv --local-dir in',
      'dataset https://huggingface.co/datasets/me/d/resolve/main/a/b.csv in'
    ],
    ['huggingface-cli download me/d --token x', '✗'],
    [
      'snapshot_download(\n  repo_id="me/d",  # (the set)\n  repo_type="dataset", local_dir="in")',
      '✗ dataset https://huggingface.co/datasets/me/d in'
    ],
    [
      'p = hf_hub_download("me/net", filename="w.pt")',
      'dataset https://huggingface.co/me/net/resolve/main/w.pt data/w'
    ],
    [
      'urllib.request.urlretrieve("https://h.org/a.zip", "a.zip")',
      'dataset https://h.org/a.zip data/a'
    ],
    [
      `gdown.download(id="${ID}", output="in/x.npy")`,
      `dataset ${FILE} in --as x.npy`
    ],
    ['os.system("pip install einops")', 'pip einops'],
    [
      'wget https://host.org/cats.zip && unzip -q cats.zip -d in/cats',
      'dataset https://host.org/cats.zip in/cats'
    ],
    [
      'wget https://host.org/d -O c.zip\nunzip -n c.zip -d in/cats\nrm c.zip',
      'dataset https://host.org/d in/cats --unpack'
    ],
    [
      'wget -O proj.zip https://h.org/p.zip; unzip -o -d proj proj.zip',
      'project https://h.org/p.zip proj'
    ],
    [`gdown ${ID} && tar -xzf d.tar.gz -C in`, `dataset ${FILE} in --unpack`],
    ['unzip cats.zip -d in', '✗'],
    [
      'wget https://h.org/a.zip && unzip a.zip -d in && unzip a.zip -d out',
      'dataset https://h.org/a.zip in',
      '✗'
    ],
    [
      "wget https://h.org/a.zip && unzip a.zip 'x/*' -d in",
      'dataset https://h.org/a.zip data/a',
      '✗'
    ],
    [
      'wget https://h.org/a.csv.gz -P in && gunzip in/a.csv.gz',
      'dataset https://h.org/a.csv.gz in'
    ],
    ['ln -sfn /content/in /content/net/data/in', 'link in net/data/in'],
    ['ln -s ../../in net/data/in', 'link in net/data/in'],
    ['ln -s /mnt/in net/', 'link /mnt/in net/in'],
    ['ln -s $HOME/in in', '✗'],
    ['ln -s $PWD/in net/data/in', 'link in net/data/in'],
    ['!ln -sfn $(pwd)/in net/data/', 'link in net/data/in'],
    ['ln -s `pwd`/in net/in', 'link in net/in'],
    ['ln -s "${PWD}/my data" net/in', "link 'my data' net/in"],
    ['ln -s "$( pwd )"/in "$PWD/net/in"', 'link in net/in'],
    ['cd net && ln -s $PWD/../in data/in', 'link in net/data/in'],
    ['cd $X && ln -s $PWD/in net', '✗'],
    ["ln -s '$PWD/in' net/in", '✗'],
    ['ln -s \\$PWD/in net/in', '✗'],
    ['ln -s $PWD2/in net/in', '✗'],
    ['ln -s "$PWD"in net/in', '✗'],
    ['ln -s $PWD/$X net/in', '✗'],
    ['ln -s $(pwd -P; x)/in net/in', '✗'],
    ['wget https://h.org/a.csv -P "$PWD/in"', 'dataset https://h.org/a.csv in'],
    ['cd $(pwd)/net && pip install -e $PWD', 'pip -e ./net'],
    ['python $PWD/train.py', 'run python ./train.py'],
    ['export DATA=$PWD/in', '✗'],
    [
      'pip install -q -U torch==2.1 -r requirements.txt',
      'pip -U torch==2.1 -r requirements.txt'
    ],
    [
      "pip install torch>=2 'numpy<2' > /dev/null 2>&1",
      "pip 'torch>=2' 'numpy<2'"
    ],
    ['%pip install einops', 'pip einops'],
    ['!{sys.executable} -m pip install einops', 'pip einops'],
    ['python3 -m pip install -e .', 'pip -e .'],
    ['uv pip install --system einops', 'pip einops'],
    [
      'cd net && pip install -r req.txt -e .[dev]',
      'pip -r net/req.txt -e ./net[dev]'
    ],
    [
      'pip install git+https://github.com/me/net',
      'pip git+https://github.com/me/net'
    ],
    ['pip install /content/net', 'pip ./net'],
    ['pip install $PKG', '✗'],
    [`pip install git+https://${TOKEN}@github.com/me/net`, '✗ pip SECRET'],
    [
      'pip install --extra-index-url https://me:pw@h.org/s x',
      '✗ pip --extra-index-url SECRET x'
    ],
    ['sudo apt-get update && sudo apt-get install -y -qq ffmpeg', 'apt ffmpeg'],
    [
      'DEBIAN_FRONTEND=noninteractive apt install ffmpeg=7:6.1',
      'apt ffmpeg=7:6.1'
    ],
    [
      'export WANDB_MODE=offline A="b c"',
      'env WANDB_MODE=offline',
      "env 'A=b c'"
    ],
    ['%env WANDB_MODE offline', 'env WANDB_MODE=offline'],
    ['os.environ["WANDB_MODE"] = "offline"', 'env WANDB_MODE=offline'],
    ['export WANDB_API_KEY=0123456789abcdef0', '✗'],
    [`%env GITHUB_TOKEN=${TOKEN}`, '✗'],
    ['export PATH=$PATH:/opt/bin', '✗'],
    ['python train.py --lr {lr}', 'run python train.py --lr {lr}'],
    ['!python /content/net/train.py', 'run python net/train.py'],
    ['cd net; python train.py > log.txt', 'run --in net python train.py'],
    [
      'cd net/src; python /content/net/train.py --data /content/data --out /content/net/src',
      'run --in net/src python ../train.py --data ../../data --out .'
    ],
    ['./train.sh --fast', 'run ./train.sh --fast'],
    ['python train.py $ARGS', '✗'],
    ["drive.mount('/content/drive')", '✗'],
    ['conda install numpy', '✗ conda install numpy'],
    [
      'dataset https://h.org/a.zip in --on colab',
      'dataset https://h.org/a.zip in --on colab'
    ],
    ['%preflight env A=B', 'env A=B'],
    [
      'dataset https://h.org/a.zip ../in',
      '✗ dataset https://h.org/a.zip ../in'
    ],
    [
      '%%preflight\n#@title Data\ndataset https://h.org/a.zip in\npip einops',
      'dataset https://h.org/a.zip in',
      'pip einops'
    ],
    [
      'gdown 1aBcDeFgHiJkLmNoP0\ngdown 1aBcDeFgHiJkLmNoP1',
      'dataset https://drive.google.com/file/d/1aBcDeFgHiJkLmNoP0/view data/drive',
      'dataset https://drive.google.com/file/d/1aBcDeFgHiJkLmNoP1/view data/drive-2'
    ]
  ])('%j', (text, ...wanted) => {
    expect(lines(text)).toEqual(wanted);
  });

  it.each<[string, ...string[]]>([
    ['https://github.com/me/net.', `project ${NET} net`],
    [`git clone ${NET}.`, `project ${NET} net`],
    [`git clone ${NET} code.`, `project ${NET} code`],
    [`Run git clone ${NET} code.`, `project ${NET} code`],
    [`Run git clone ${NET} to have it.`, `project ${NET} net`],
    [`First \`git clone ${NET} code\`, then train.`, `project ${NET} code`],
    [`The code (${NET}), with more.`, `project ${NET} net`],
    [`${NET}, please`, `project ${NET} net`],
    [
      `Here's all.\nData: https://h.org/a-(1).zip\nCode: <${NET}>!`,
      'dataset https://h.org/a-(1).zip data/a-1',
      `project ${NET} net`
    ],
    [`See it:\ngit clone ${NET} code\nor ${NET}/wiki.`, `project ${NET} code`],
    ['pip install -e .', 'pip -e .']
  ])('%j, as people write it in sentences', (text, ...wanted) => {
    expect(lines(text)).toEqual(wanted);
  });

  it.each([
    '',
    '   \n\t\n',
    'data',
    'http',
    'pip',
    'wget',
    'me/net',
    'See the paper for the data.',
    "Don't do this",
    '# wget https://host.org/a.zip',
    'dataset = None',
    "print('\\x1b[1mdone')",
    "print('a/b')",
    'import torch',
    'print("wget https://host.org/a.zip")',
    'requests.get("https://host.org/a.zip")',
    'x = "https://host.org/a.zip"',
    'mkdir -p data && ls',
    'git pull',
    'git status',
    'pip list',
    'apt-get update',
    'tar czf a.tgz data',
    'ln a b',
    'x = 3 % 2',
    '~',
    '..'
  ])('%j is nothing', text => {
    expect(lines(text)).toEqual([]);
  });
});
