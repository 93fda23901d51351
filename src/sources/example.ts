/**
 * What "Try with example digits" writes: handwritten digits, and a form cell that learns to read
 * them with nothing but the standard library, so that it trains wherever there is a Python. One cell:
 * what is run first is what trains.
 *
 * The digits are E. Alpaydin's and C. Kaynak's (UCI Machine Learning Repository, CC BY 4.0).
 */

/** The steps of the example. */
export const EXAMPLE_LINES: readonly string[] = [
  'dataset https://archive.ics.uci.edu/static/public/80/optical+recognition+of+handwritten+digits.zip data/uci-digits'
];

/** The cell that trains on them. */
export const EXAMPLE_CELL = `#@title Train
#@markdown Change a value and run the cell again.
lr = 0.1        #@param {type:"number"}
epochs = 5      #@param {type:"slider", min:1, max:20, step:1}
shuffle = True  #@param {type:"boolean"}
show = "accuracy and a mistake"  #@param ["accuracy", "accuracy and a mistake"]

import csv
import math
import random


def read(name):
    with open(f"data/uci-digits/{name}") as file:
        rows = [[int(word) for word in row] for row in csv.reader(file)]
    return [([1.0] + [pixel / 16 for pixel in row[:64]], row[64]) for row in rows]


def scores(pixels):
    return [sum(map(float.__mul__, row, pixels)) for row in weights]


def draw(pixels):
    for start in range(0, 64, 8):
        row = pixels[start : start + 8]
        print("".join(2 * " .:-=+*#@"[round(8 * pixel)] for pixel in row))


random.seed(7)
train, test = read("optdigits.tra"), read("optdigits.tes")
weights = [[0.0] * 65 for _ in range(10)]
for epoch in range(1, epochs + 1):
    if shuffle:
        random.shuffle(train)
    for pixels, digit in train:
        found = scores(pixels)
        odds = [math.exp(score - max(found)) for score in found]
        total = sum(odds)
        for number, row in enumerate(weights):
            step = lr * ((number == digit) - odds[number] / total)
            row[:] = [weight + step * pixel for weight, pixel in zip(row, pixels)]
    guesses = [max(range(10), key=scores(pixels).__getitem__) for pixels, _ in test]
    right = sum(guess == digit for guess, (_, digit) in zip(guesses, test))
    print(f"epoch {epoch}  accuracy {right / len(test):.3f}")

wrong = [(one, guess) for one, guess in zip(test, guesses) if guess != one[1]]
if wrong and show == "accuracy and a mistake":
    (pixels, digit), guess = wrong[-1]
    print(f"\\nThis {digit} was read as {guess}:")
    draw(pixels[1:])`;
