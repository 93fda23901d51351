import { nullTranslator } from '@jupyterlab/translation';

import {
  type ISnapshot,
  type ISnapshotRow,
  readSnapshot,
  type RowState
} from '../../channel/messages';
import { wire } from '../../channel/__tests__/fakes';
import type { IFacts } from '../facts';
import { situation } from '../situation';

const trans = nullTranslator.load('');

function row(state: RowState, change: Partial<ISnapshotRow> = {}) {
  return { key: 'k', name: 'data/cats', state, ...change };
}

function snapshot(
  rows: object[],
  change: Record<string, unknown> = {}
): ISnapshot {
  const result = readSnapshot(wire({ rows, ended: 0, ...change }));
  if (!result) {
    throw new Error('no snapshot');
  }
  return result;
}

/** Facts of a notebook with one step in a Python kernel that has the package and was asked. */
function facts(change: Partial<IFacts> = {}): IFacts {
  return {
    notebook: 'train.ipynb',
    kernel: 'idle',
    kernelName: 'Python (torch)',
    language: 'python',
    probe: {
      installed: true,
      loaded: false,
      environment: 'torch',
      python: '3.11.7'
    },
    snapshot: null,
    isKnown: true,
    isAsking: false,
    isRunning: false,
    isReadOnly: false,
    steps: 1,
    problems: 0,
    rows: change.snapshot?.rows ?? [],
    places: [],
    installs: [],
    variables: [],
    commands: [],
    ...change
  };
}

function seen(change: Partial<IFacts>) {
  const result = situation(facts(change), trans);
  return (
    result && {
      sentence: result.sentence,
      glyph: result.glyph,
      buttons: result.buttons.map(button => button.label)
    }
  );
}

describe('situation', () => {
  const noPackage = {
    installed: false,
    loaded: false,
    environment: 'torch',
    python: ''
  };
  const table: [string, Partial<IFacts>, ReturnType<typeof seen>][] = [
    [
      'no notebook',
      { notebook: null },
      {
        sentence: 'No notebook is open',
        glyph: 'skipped',
        buttons: ['New notebook']
      }
    ],
    ['a notebook without steps', { steps: 0 }, null],
    ['no steps, and no kernel', { steps: 0, kernel: 'none' }, null],
    [
      'another language',
      { steps: 0, language: 'R' },
      {
        sentence: 'This kernel runs R, not Python',
        glyph: 'needs',
        buttons: ['Choose a kernel']
      }
    ],
    [
      'no kernel',
      { kernel: 'none' },
      {
        sentence: 'The kernel is not started',
        glyph: 'unknown',
        buttons: ['Start kernel']
      }
    ],
    [
      'a dead kernel',
      { kernel: 'lost' },
      {
        sentence: 'The kernel does not answer',
        glyph: 'failed',
        buttons: ['Restart kernel']
      }
    ],
    [
      'a kernel that starts',
      { kernel: 'starting', isKnown: false },
      { sentence: 'The kernel is starting', glyph: 'working', buttons: [] }
    ],
    [
      'a kernel without the package',
      { probe: noPackage },
      {
        sentence: 'This kernel has no Preflight yet',
        glyph: 'needs',
        buttons: ['Install', 'Use plain shell cells']
      }
    ],
    [
      'the package on its way',
      { probe: noPackage, isRunning: true },
      { sentence: 'Installing Preflight', glyph: 'working', buttons: ['Stop'] }
    ],
    [
      'a text of somebody else',
      { isAsking: true },
      {
        sentence: 'Needs you: run these steps?',
        glyph: 'needs',
        buttons: ['Allow and prepare', 'Show cell', 'Not now']
      }
    ],
    [
      'a wrong line',
      { problems: 2 },
      {
        sentence: '2 lines are wrong',
        glyph: 'failed',
        buttons: ['Show line']
      }
    ],
    [
      'a kernel that was not asked yet',
      { isKnown: false },
      {
        sentence: 'Asking the kernel',
        glyph: 'working',
        buttons: ['Prepare']
      }
    ],
    [
      'a busy kernel that does not say',
      { isKnown: false, kernel: 'busy' },
      {
        sentence: 'The kernel is busy',
        glyph: 'unknown',
        buttons: ['Prepare']
      }
    ],
    [
      'a fresh kernel',
      {},
      {
        sentence: 'Not prepared on this machine',
        glyph: 'unknown',
        buttons: ['Prepare']
      }
    ],
    [
      'a kernel that has loaded, and run nothing',
      { snapshot: snapshot([], { state: 'idle' }) },
      {
        sentence: 'Not prepared on this machine',
        glyph: 'unknown',
        buttons: ['Prepare']
      }
    ],
    [
      'a run that waits behind another cell',
      { isRunning: true },
      {
        sentence: 'Waiting for the kernel',
        glyph: 'working',
        buttons: ['Stop']
      }
    ],
    [
      'work, with a time',
      {
        snapshot: snapshot([row('working')], {
          running: true,
          state: 'working',
          done: 2,
          total: 5,
          eta: 62
        })
      },
      {
        sentence: '2 of 5 · about 1 min left',
        glyph: 'working',
        buttons: ['Stop']
      }
    ],
    [
      'work, without a time',
      {
        snapshot: snapshot([row('working')], {
          running: true,
          state: 'working',
          done: 2,
          total: 5
        })
      },
      { sentence: '2 of 5', glyph: 'working', buttons: ['Stop'] }
    ],
    [
      'all ready',
      { snapshot: snapshot([row('ready')]) },
      { sentence: 'Ready', glyph: 'ready', buttons: ['Prepare'] }
    ],
    [
      'an optional step that failed',
      { snapshot: snapshot([row('ready'), row('warning')]), steps: 2 },
      { sentence: 'Ready', glyph: 'ready', buttons: ['Prepare'] }
    ],
    [
      'a line that the run has left out',
      {
        snapshot: snapshot([
          row('ready'),
          { ...row('skipped'), text: 'not part of --fetch-only' }
        ]),
        steps: 2
      },
      {
        sentence: '1 line not prepared yet',
        glyph: 'unknown',
        buttons: ['Prepare']
      }
    ],
    [
      'a line written after the run',
      { snapshot: snapshot([row('ready')]), steps: 2 },
      {
        sentence: '1 line not prepared yet',
        glyph: 'unknown',
        buttons: ['Prepare']
      }
    ],
    [
      'a failed line that was taken out after the run',
      {
        snapshot: snapshot([row('failed'), row('ready')], { state: 'failed' }),
        rows: snapshot([row('ready')]).rows
      },
      { sentence: 'Ready', glyph: 'ready', buttons: ['Prepare'] }
    ],
    [
      'a failure, and a line written after it',
      { snapshot: snapshot([row('failed'), row('ready')]), steps: 3 },
      {
        sentence: 'Failed: 1 of 3',
        glyph: 'failed',
        buttons: ['Try again', 'Copy report']
      }
    ],
    [
      'a line that waited for one which was changed after the run',
      {
        snapshot: snapshot([row('failed'), row('blocked'), row('ready')]),
        rows: snapshot([row('blocked'), row('ready')]).rows,
        steps: 3
      },
      {
        sentence: '2 lines not prepared yet',
        glyph: 'unknown',
        buttons: ['Prepare']
      }
    ],
    [
      'failures',
      {
        snapshot: snapshot([row('failed'), row('blocked'), row('ready')], {
          state: 'failed'
        }),
        steps: 3
      },
      {
        sentence: 'Failed: 1 of 3',
        glyph: 'failed',
        buttons: ['Try again', 'Copy report']
      }
    ],
    [
      'one thing to do',
      { snapshot: snapshot([row('needs')], { state: 'needs' }) },
      {
        sentence: 'Needs you: data/cats',
        glyph: 'needs',
        buttons: ['Try again']
      }
    ],
    [
      'several things to do',
      {
        snapshot: snapshot([row('needs'), row('needs')], { state: 'needs' }),
        steps: 2
      },
      {
        sentence: 'Needs you: 2 things',
        glyph: 'needs',
        buttons: ['Try again']
      }
    ],
    [
      'no network',
      {
        snapshot: snapshot([row('offline'), row('ready')], {
          state: 'offline',
          command: 'jupyter preflight prepare a.ipynb --fetch-only'
        }),
        steps: 2
      },
      {
        sentence: 'No network: 1 of 2 ready',
        glyph: 'offline',
        buttons: ['Try again']
      }
    ],
    [
      'an interrupted run',
      {
        snapshot: snapshot([row('ready'), row('waiting')], {
          state: 'interrupted'
        }),
        steps: 2
      },
      {
        sentence: 'Stopped: 1 of 2 ready',
        glyph: 'waiting',
        buttons: ['Prepare']
      }
    ]
  ];

  it.each(table)('says what to do with %s', (_, change, expected) => {
    expect(seen(change)).toEqual(expected);
  });

  it('never shows more than one main button', () => {
    for (const [, change] of table) {
      const buttons = situation(facts(change), trans)?.buttons ?? [];
      expect(buttons.filter(button => button.accept).length).toBeLessThan(2);
    }
  });

  it('is green only for what this kernel has said', () => {
    for (const [, change] of table) {
      const result = situation(facts(change), trans);
      if (result?.glyph === 'ready') {
        expect(change.snapshot).toBeDefined();
      }
    }
  });

  it('names the environment that an install would change', () => {
    const result = situation(facts({ probe: noPackage }), trans);
    expect(result?.more.join(' ')).toContain('torch');
  });

  it('says what a text from elsewhere reaches before it is allowed', () => {
    const result = situation(
      facts({
        isAsking: true,
        places: ['evil.example'],
        installs: ['einops torch>=2', '-r net/requirements.txt'],
        variables: ['A', 'B'],
        commands: ['sh x.sh', 'python y.py']
      }),
      trans
    );
    expect(result?.more.slice(1)).toEqual([
      'Fetches from: evil.example',
      'Installs packages: einops torch>=2, -r net/requirements.txt',
      'Sets variables: A, B',
      'Runs: sh x.sh, python y.py'
    ]);
  });

  it('counts the bytes of the row at work', () => {
    const rows = [
      row('ready'),
      row('working', { bytes: 5, of: 10 }),
      row('waiting'),
      row('waiting')
    ];
    const result = situation(
      facts({ snapshot: snapshot(rows, { running: true, state: 'working' }) }),
      trans
    );
    expect(result?.progress).toBeCloseTo(1.5 / 4);
  });
});
