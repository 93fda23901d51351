/**
 * What "Try with example digits" writes: handwritten digits, a program that learns to read them with
 * nothing but the standard library, so that it trains wherever there is a Python, and the form that
 * sets its options.
 *
 * The digits are E. Alpaydin's and C. Kaynak's (UCI Machine Learning Repository, CC BY 4.0).
 */

/** The steps of the example. */
export const EXAMPLE_LINES: readonly string[] = [
  'dataset https://archive.ics.uci.edu/static/public/80/optical+recognition+of+handwritten+digits.zip data/digits'
];

/** The cell that writes the program. */
const PROGRAM = `%%writefile preflight_digits.py
#@title The program
import argparse
import csv
import math
import random
import sys


def read(name):
    with open(f"data/digits/{name}") as file:
        rows = [[int(word) for word in row] for row in csv.reader(file)]
    return [([1.0] + [pixel / 16 for pixel in row[:64]], row[64]) for row in rows]


def scores(pixels):
    return [sum(map(float.__mul__, row, pixels)) for row in weights]


def draw(pixels):
    for start in range(0, 64, 8):
        row = pixels[start : start + 8]
        print("".join(2 * " .:-=+*#@"[round(8 * pixel)] for pixel in row))


parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--shuffle", choices=["True", "False"], default="True")
parser.add_argument("--show", choices=["accuracy", "accuracy and a mistake"])
options = parser.parse_args()
print(*sys.argv)

random.seed(7)
train, test = read("optdigits.tra"), read("optdigits.tes")
weights = [[0.0] * 65 for _ in range(10)]
guesses = []
for epoch in range(1, options.epochs + 1):
    if options.shuffle == "True":
        random.shuffle(train)
    for pixels, digit in train:
        found = scores(pixels)
        odds = [math.exp(score - max(found)) for score in found]
        total = sum(odds)
        for number, row in enumerate(weights):
            step = options.lr * ((number == digit) - odds[number] / total)
            row[:] = [weight + step * pixel for weight, pixel in zip(row, pixels)]
    guesses = [max(range(10), key=scores(pixels).__getitem__) for pixels, _ in test]
    right = sum(guess == digit for guess, (_, digit) in zip(guesses, test))
    print(f"epoch {epoch}  accuracy {right / len(test):.3f}", flush=True)

wrong = [(one, guess) for one, guess in zip(test, guesses) if guess != one[1]]
if wrong and options.show == "accuracy and a mistake":
    (pixels, digit), guess = wrong[-1]
    print(f"\\nThis {digit} was read as {guess}:")
    draw(pixels[1:])`;

/** The form that sets its options, above the line that runs it. */
const FORM = `#@title Train
#@markdown Change a value and run the cell again.
lr = 0.1        #@param {type:"number"}
epochs = 5      #@param {type:"slider", min:1, max:20, step:1}
shuffle = True  #@param {type:"boolean"}
show = "accuracy and a mistake"  #@param ["accuracy", "accuracy and a mistake"]
`;

const COMMAND =
  'python preflight_digits.py --lr {lr} --epochs {epochs} --shuffle {shuffle} --show "{show}"';

/**
 * The cells below the steps, in order.
 *
 * @param isPlain - whether they are for kernels without our package
 */
export function exampleCells(isPlain: boolean): string[] {
  return [PROGRAM, `${FORM}${isPlain ? '!' : '%preflight run '}${COMMAND}`];
}
