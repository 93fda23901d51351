/**
 * The one sentence that rules the panel, with the buttons that lead on: a pure function of what is
 * known. Green is what this kernel said in this session of it; whatever is not known is said so.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ISnapshot, ISnapshotRow, RunState } from '../channel/messages';
import { clock, span } from '../figures';
import type { Glyph } from '../glyphs';
import type { IFacts, ISituation, IStateButton } from './facts';

/** Milliseconds that a kernel mostly takes to turn to our cells: not worth a word of their own. */
const BRIEF = 300;

/** What the kernel says of a line that `--fetch-only` has passed over. */
const LEFT_OUT = 'not part of --fetch-only';

/**
 * What the state block shows.
 *
 * @returns null where there is nothing to say: an open notebook without steps, as it should be
 */
export function situation(
  facts: IFacts,
  trans: TranslationBundle
): ISituation | null {
  if (facts.notebook === null) {
    return state('skipped', trans.__('No notebook is open'), {
      more: [trans.__('Sources belong to a notebook: open one, or make one.')],
      buttons: [
        { verb: 'new-notebook', label: trans.__('New notebook'), accept: true }
      ]
    });
  }
  const about = facts.kernelName
    ? `${facts.notebook} · ${facts.kernelName}`
    : facts.notebook;
  return (
    (facts.isAsking ? asking(facts, about, trans) : null) ??
    atWork(facts, about, trans) ??
    kernelTrouble(facts, about, trans) ??
    (facts.steps + facts.problems === 0 ? null : ofSteps(facts, about, trans))
  );
}

function asking(
  facts: IFacts,
  about: string,
  trans: TranslationBundle
): ISituation {
  const more = [
    trans._n(
      'You have not run this step before. It comes with the notebook.',
      'You have not run these %1 steps before. They come with the notebook.',
      facts.steps
    )
  ];
  if (facts.places.length > 0) {
    more.push(trans.__('Fetches from: %1', facts.places.join(', ')));
  }
  if (facts.installs.length > 0) {
    more.push(trans.__('Installs packages: %1', facts.installs.join(', ')));
  }
  if (facts.variables.length > 0) {
    more.push(trans.__('Sets variables: %1', facts.variables.join(', ')));
  }
  if (facts.commands.length > 0) {
    more.push(trans.__('Runs: %1', facts.commands.join(', ')));
  }
  return state('needs', trans.__('Needs you: run these steps?'), {
    about,
    more,
    buttons: [
      { verb: 'allow', label: trans.__('Allow and prepare'), accept: true },
      { verb: 'show-cell', label: trans.__('Show cell') },
      { verb: 'refuse', label: trans.__('Not now') }
    ]
  });
}

function atWork(
  facts: IFacts,
  about: string,
  trans: TranslationBundle
): ISituation | null {
  const { snapshot } = facts;
  const stop: IStateButton = { verb: 'stop', label: trans.__('Stop') };
  if (snapshot?.running) {
    const count = trans.__('%1 of %2', snapshot.done, snapshot.total);
    const sentence =
      snapshot.eta === null
        ? count
        : trans.__('%1 · about %2 left', count, span(snapshot.eta));
    return state('working', sentence, {
      about,
      progress: progressOf(snapshot),
      buttons: [stop]
    });
  }
  if (!facts.isRunning) {
    return null;
  }
  return facts.probe?.installed === false
    ? state('working', trans.__('Installing Preflight'), {
        about,
        buttons: [stop]
      })
    : state('working', trans.__('Waiting for the kernel'), {
        about,
        buttons: [stop],
        delay: BRIEF
      });
}

function kernelTrouble(
  facts: IFacts,
  about: string,
  trans: TranslationBundle
): ISituation | null {
  if (facts.language && facts.language !== 'python') {
    return state(
      'needs',
      trans.__('This kernel runs %1, not Python', facts.language),
      {
        about,
        more: [trans.__('Preflight prepares notebooks of Python kernels.')],
        buttons: [
          {
            verb: 'choose-kernel',
            label: trans.__('Choose a kernel'),
            accept: true
          }
        ]
      }
    );
  }
  if (facts.steps + facts.problems === 0) {
    return null;
  }
  switch (facts.kernel) {
    case 'none':
      return state('unknown', trans.__('The kernel is not started'), {
        about,
        buttons: [
          {
            verb: 'start-kernel',
            label: trans.__('Start kernel'),
            accept: true
          }
        ]
      });
    case 'lost':
      return state('failed', trans.__('The kernel does not answer'), {
        about,
        more: [trans.__('What it had prepared has to be checked again.')],
        buttons: [
          {
            verb: 'restart-kernel',
            label: trans.__('Restart kernel'),
            accept: true
          }
        ]
      });
    case 'starting':
      return state('working', trans.__('The kernel is starting'), { about });
    default:
      break;
  }
  if (facts.probe && !facts.probe.installed) {
    return state('needs', trans.__('This kernel has no Preflight yet'), {
      about,
      more: [
        facts.probe.environment
          ? trans.__(
              'Adds 1 package to the environment %1.',
              facts.probe.environment
            )
          : trans.__("Adds 1 package to the kernel's environment.")
      ],
      buttons: [
        { verb: 'install', label: trans.__('Install'), accept: true },
        { verb: 'plain', label: trans.__('Use plain shell cells') }
      ]
    });
  }
  return null;
}

function ofSteps(
  facts: IFacts,
  about: string,
  trans: TranslationBundle
): ISituation {
  const { snapshot } = facts;
  const prepare = (accept: boolean): IStateButton => ({
    verb: 'prepare',
    label: trans.__('Prepare'),
    accept
  });
  if (facts.problems > 0) {
    return state(
      'failed',
      trans._n('%1 line is wrong', '%1 lines are wrong', facts.problems),
      {
        about,
        more: [trans.__('Nothing runs until every line can be read.')],
        buttons: [
          {
            verb: 'show-problem',
            label: trans.__('Show line'),
            accept: true
          }
        ]
      }
    );
  }
  if (!facts.isKnown) {
    return facts.kernel === 'busy'
      ? state('unknown', trans.__('The kernel is busy'), {
          about,
          more: [trans.__('What is ready is known when its cell has ended.')],
          buttons: [prepare(false)]
        })
      : state('working', trans.__('Asking the kernel'), {
          about,
          buttons: [prepare(false)]
        });
  }
  if (!snapshot || (snapshot.state === 'idle' && facts.rows.length === 0)) {
    return state('unknown', trans.__('Not prepared on this machine'), {
      about,
      buttons: [prepare(true)]
    });
  }
  const worst = stateOf(facts, snapshot);
  if (worst === 'idle') {
    const fresh = facts.steps - facts.rows.filter(hasEnded).length;
    return state(
      'unknown',
      trans._n('%1 line not prepared yet', '%1 lines not prepared yet', fresh),
      { about: timed(about, snapshot), buttons: [prepare(true)] }
    );
  }
  return ended(facts, worst, snapshot, about, prepare, trans);
}

function ended(
  { rows, steps: total }: IFacts,
  worst: RunState,
  snapshot: ISnapshot,
  about: string,
  prepare: (accept: boolean) => IStateButton,
  trans: TranslationBundle
): ISituation {
  const again: IStateButton = {
    verb: 'prepare',
    label: trans.__('Try again'),
    accept: true
  };
  const report: IStateButton = {
    verb: 'copy-report',
    label: trans.__('Copy report')
  };
  const of = (...states: string[]) =>
    rows.filter(row => states.includes(row.state)).length;
  const good = of('ready', 'warning', 'skipped');
  const when = timed(about, snapshot);
  switch (worst) {
    case 'needs': {
      const waiting = rows.filter(row => row.state === 'needs');
      return state(
        'needs',
        waiting.length === 1
          ? trans.__('Needs you: %1', waiting[0].name)
          : trans.__('Needs you: %1 things', waiting.length),
        { about: when, buttons: [{ ...again, accept: false }] }
      );
    }
    case 'offline':
      return state(
        'offline',
        trans.__('No network: %1 of %2 ready', good, total),
        {
          about: when,
          more: snapshot.command
            ? [trans.__('Or run this where there is one:')]
            : [],
          command: snapshot.command,
          buttons: [again]
        }
      );
    case 'interrupted':
      return state(
        'waiting',
        trans.__('Stopped: %1 of %2 ready', good, total),
        {
          about: when,
          more: [trans.__('The next run goes on from here.')],
          buttons: [prepare(true)]
        }
      );
    case 'failed':
      return state(
        'failed',
        trans.__('Failed: %1 of %2', of('failed', 'offline'), total),
        { about: when, buttons: [again, report] }
      );
    default:
      return state('ready', trans.__('Ready'), {
        about: snapshot.ended
          ? trans.__('checked %1 · %2', clock(snapshot.ended), about)
          : about,
        buttons: [prepare(false)]
      });
  }
}

/**
 * The state of the steps that are there now, by the kernel's own order of what matters most; `idle`
 * where some are still to be prepared, and nothing is worse.
 */
function stateOf({ rows, steps }: IFacts, snapshot: ISnapshot): RunState {
  const is = (...states: string[]) =>
    rows.some(row => states.includes(row.state));
  if (snapshot.state === 'interrupted' && is('waiting', 'working')) {
    return 'interrupted';
  }
  if (is('failed')) {
    return 'failed';
  }
  if (is('offline')) {
    return 'offline';
  }
  if (is('needs')) {
    return 'needs';
  }
  return rows.filter(hasEnded).length < steps ? 'idle' : 'ready';
}

/**
 * Whether a row was reached by the run: one that waits for another was not, nor one that the run
 * has left out.
 */
function hasEnded({ state: of, text }: ISnapshotRow): boolean {
  return !['blocked', 'waiting', 'working'].includes(of) && text !== LEFT_OUT;
}

function timed(about: string, snapshot: ISnapshot): string {
  return snapshot.ended ? `${clock(snapshot.ended)} · ${about}` : about;
}

/** Rows that have ended count whole, the others by their bytes. */
function progressOf(snapshot: ISnapshot): number {
  const parts = snapshot.rows.map(row =>
    row.state === 'working'
      ? row.of
        ? Math.min(1, row.bytes / row.of)
        : 0
      : row.state === 'waiting'
        ? 0
        : 1
  );
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.length ? sum / parts.length : 0;
}

function state(
  glyph: Glyph,
  sentence: string,
  rest: Partial<ISituation>
): ISituation {
  return {
    glyph,
    sentence,
    about: '',
    more: [],
    command: '',
    progress: null,
    buttons: [],
    delay: 0,
    ...rest
  };
}
