import { parse } from '../grammar';
import { wrongLines } from '../wrong';

function wrong(source: string): [number, string | undefined, number][] {
  return wrongLines(source, parse(source)).map(({ line, step, problems }) => [
    line,
    step?.key,
    problems.length
  ]);
}

describe('wrongLines', () => {
  it.each<[string, [number, string | undefined, number][]]>([
    ['pip a\napt git', []],
    [
      'nonsense\n\nnonsense',
      [
        [1, undefined, 1],
        [3, undefined, 1]
      ]
    ],
    ['pip $A $B $C', [[1, undefined, 3]]],
    ['apt a b\npip a', [[1, 'apt a b', 2]]],
    ['pip a\r\nenv A=1 \\\r\n  B\r\npip b', [[3, 'env A=1 B', 1]]],
    [
      'link a b\nlink c b\nlink d b --onn gpu',
      [
        [2, 'link c b', 1],
        [3, 'link d b --onn gpu', 2]
      ]
    ]
  ])('%j', (source, expected) => {
    expect(wrong(source)).toEqual(expected);
  });
});
