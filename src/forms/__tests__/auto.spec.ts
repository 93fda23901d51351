import type { ICellForm } from '../../tokens';
import { AutoRun } from '../auto';
import { parseForm } from '../grammar';

/** A cell whose runs end when they are told to. */
function cellOf(source: string, ran = new Map([['n', '1']])) {
  const ends: (() => void)[] = [];
  const run = jest.fn(() => new Promise<void>(resolve => ends.push(resolve)));
  const cell = { form: parseForm(source), isDisposed: false, ran, run };
  const end = async () => {
    ends.shift()?.();
    await Promise.resolve();
  };
  return { cell, run, end, auto: new AutoRun(cell as unknown as ICellForm) };
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
    for (const { run } of [never, plain, off]) {
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
});
