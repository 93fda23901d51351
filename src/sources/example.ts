/**
 * What "Try with example digits" writes: handwritten digits, and a cell that learns to read them
 * with nothing but the standard library, so that it trains wherever there is a Python.
 *
 * The digits are E. Alpaydin's and C. Kaynak's (UCI Machine Learning Repository, CC BY 4.0).
 */

/** The steps of the example. */
export const EXAMPLE_LINES: readonly string[] = [
  'dataset https://archive.ics.uci.edu/static/public/80/optical+recognition+of+handwritten+digits.zip data/digits'
];

/** The cell that trains on them. */
export const EXAMPLE_CELL = `#@title Train
lr = 0.1    #@param {type:"number"}
epochs = 5  #@param {type:"integer"}

import csv
import math


def read(name):
    with open(f"data/digits/{name}") as file:
        rows = [[int(word) for word in row] for row in csv.reader(file)]
    return [([1.0] + [pixel / 16 for pixel in row[:64]], row[64]) for row in rows]


def scores(pixels):
    return [sum(map(float.__mul__, row, pixels)) for row in weights]


train, test = read("optdigits.tra"), read("optdigits.tes")
weights = [[0.0] * 65 for _ in range(10)]
for epoch in range(1, epochs + 1):
    for pixels, digit in train:
        odds = [math.exp(score) for score in scores(pixels)]
        total = sum(odds)
        for number, row in enumerate(weights):
            step = lr * ((number == digit) - odds[number] / total)
            row[:] = [weight + step * pixel for weight, pixel in zip(row, pixels)]
    guesses = [max(range(10), key=scores(pixels).__getitem__) for pixels, _ in test]
    right = sum(guess == digit for guess, (_, digit) in zip(guesses, test))
    print(f"epoch {epoch}  accuracy {right / len(test):.3f}")`;
