import type { ICellForm } from '../../tokens';
import { AutoRun } from '../auto';
import { parseForm } from '../grammar';

/** A cell whose runs end when they are told to. */
function cellOf(source: string, ran = new Map([['n', '1']])) {
  const ends: (() => void)[] = [];
  const run = jest.fn(() => new Promise<void>(resolve => ends.push(resolve)));
  const form = parseForm(source);
  const cell = { id: 'a', form, isDisposed: false, ran, run };
  const end = async () => {
    ends.shift()?.();
    await Promise.resolve();
  };
  const owner = { runsOnChange: true, switchedOff: new Set<string>() };
  const auto = new AutoRun(cell as unknown as ICellForm, owner);
  return { auto, cell, end, owner, run };
}

const AUTO = '#@title A {run: "auto"}\nn = 1 #@param';

describe('AutoRun', () => {
  it('runs once more for all changes of a run', async () => {
    const { auto, end, run } = cellOf(AUTO);
    auto.touch();
    expect(run).toHaveBeenCalledTimes(1);
    auto.touch();
    auto.touch();
    expect(run).toHaveBeenCalledTimes(1);
    await end();
    expect(run).toHaveBeenCalledTimes(2);
    await end();
    expect(run).toHaveBeenCalledTimes(2);
    auto.touch();
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('waits for the user', () => {
    const never = cellOf(AUTO, new Map());
    never.auto.touch();
    const plain = cellOf('#@title A\nn = 1 #@param');
    plain.auto.touch();
    const off = cellOf(AUTO);
    off.auto.isOn = false;
    off.auto.touch();
    const none = cellOf(AUTO);
    none.owner.runsOnChange = false;
    none.auto.touch();
    for (const { run } of [never, plain, off, none]) {
      expect(run).not.toHaveBeenCalled();
    }
  });

  it('ends with its cell', async () => {
    const { auto, cell, end, run } = cellOf(AUTO);
    auto.touch();
    auto.touch();
    cell.isDisposed = true;
    await end();
    expect(run).toHaveBeenCalledTimes(1);
  });

  it.each<[string, (one: ReturnType<typeof cellOf>) => void]>([
    ['the kernel is a fresh one', ({ cell }) => cell.ran.clear()],
    ['its switch is turned off', ({ auto }) => (auto.isOn = false)],
    ['the setting is turned off', ({ owner }) => (owner.runsOnChange = false)],
    [
      'its title says so no more',
      ({ cell }) => (cell.form = parseForm('n = 1 #@param'))
    ]
  ])('runs no more when %s during a run', async (_, forbid) => {
    const one = cellOf(AUTO);
    one.auto.touch();
    one.auto.touch();
    forbid(one);
    await one.end();
    expect(one.run).toHaveBeenCalledTimes(1);
  });

  it('forgets a change that ran nothing', async () => {
    const { auto, cell, end, run } = cellOf(AUTO, new Map());
    auto.touch();
    cell.ran.set('n', '1');
    auto.touch();
    expect(run).toHaveBeenCalledTimes(1);
    await end();
    expect(run).toHaveBeenCalledTimes(1);
  });
});
