"""Train a small network on images of digits: NumPy only, a few seconds on any machine.

The images lie in ``data/input/{train,test}/LABEL/*.pgm`` (8 x 8 grey values, binary PGM). Weights
and a line of figures for each epoch go to ``output``.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent

ACTIVATIONS = {
    "tanh": (np.tanh, lambda inner: 1 - inner**2),
    "relu": (lambda scores: np.maximum(scores, 0), lambda inner: inner > 0),
}
"""Functions of the hidden layer, each with its slope where the function has a value."""


def read_image(path: Path) -> np.ndarray:
    """Pixels of a binary PGM file as numbers from 0 to 1, shape ``(64,)``."""
    magic, width, height, top, pixels = path.read_bytes().split(None, 4)
    if magic != b"P5":
        raise SystemExit(f"{path} is not a binary PGM image")
    count = int(width) * int(height)
    return np.frombuffer(pixels[:count], dtype=np.uint8) / float(int(top))


def read_set(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """All images and labels below *folder*, shapes ``(n, 64)`` and ``(n,)``."""
    files = sorted(folder.glob("*/*.pgm"))
    if not files:
        raise SystemExit(f"there are no images in {folder}")
    images = np.stack([read_image(path) for path in files])
    return images, np.array([int(path.parent.name) for path in files])


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def truth_of(word: str) -> bool:
    """A switch as Python writes it, for that is how a notebook hands it over."""
    if word not in ("True", "False"):
        raise argparse.ArgumentTypeError(f"{word} is neither True nor False")
    return word == "True"


def read_options() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=0.5, help="step size")
    parser.add_argument("--epochs", type=int, default=20, help="passes over the images")
    parser.add_argument("--hidden", type=int, default=48, help="units of the hidden layer")
    parser.add_argument("--activation", choices=ACTIVATIONS, default="tanh", help="of that layer")
    parser.add_argument(
        "--mistakes", type=truth_of, default=False, help="True: draw some at the end"
    )
    parser.add_argument("--note", default="", help="kept with the figures")
    return parser.parse_args()


def draw(images: np.ndarray, captions: list[str]) -> str:
    """Images side by side in letters, each above its caption."""
    shades = np.array(list(" .:-=+*#@"))
    pictures = shades[(images.reshape(-1, 8, 8) * (len(shades) - 1)).round().astype(int)]
    lines = [
        "   ".join("".join(2 * dot for dot in row) for row in level)
        for level in pictures.swapaxes(0, 1)
    ]
    return "\n".join([*lines, "   ".join(caption.center(16) for caption in captions)])


def main() -> None:
    """Train, report each epoch, keep the weights."""
    options = read_options()
    print(shlex.join(["train.py", *sys.argv[1:]]))
    images, labels = read_set(HERE / "data" / "input" / "train")
    held_out, truth = read_set(HERE / "data" / "input" / "test")
    print(f"{len(images):,} images to learn from, {len(held_out):,} to test with", flush=True)

    activate, slope = ACTIVATIONS[options.activation]
    random = np.random.default_rng(7)
    first = random.normal(0, 0.3, (images.shape[1], options.hidden))
    second = random.normal(0, 0.3, (options.hidden, 10))
    output = HERE / "output"
    output.mkdir(exist_ok=True)
    began = time.perf_counter()
    accuracy = 0.0
    guess = truth
    with (output / "history.jsonl").open("w") as history:
        for epoch in range(1, options.epochs + 1):
            for batch in np.array_split(random.permutation(len(images)), len(images) // 32):
                inner = activate(images[batch] @ first)
                error = softmax(inner @ second)
                error[np.arange(len(batch)), labels[batch]] -= 1
                back = (error @ second.T) * slope(inner)
                second -= options.lr / len(batch) * inner.T @ error
                first -= options.lr / len(batch) * images[batch].T @ back
            guess = (activate(held_out @ first) @ second).argmax(axis=1)
            accuracy = float((guess == truth).mean())
            row = {"epoch": epoch, "accuracy": accuracy, "note": options.note}
            history.write(json.dumps(row) + "\n")
            bar = "#" * min(int((guess != truth).sum()), 40)  # one for each that is misread
            print(f"epoch {epoch:3d}  accuracy {accuracy:.3f}  {bar}", flush=True)
    np.savez(output / "weights.npz", first=first, second=second)
    print(f"trained in {time.perf_counter() - began:.2f} s, accuracy {accuracy:.3f}")
    wrong = np.flatnonzero(guess != truth)[:4]
    if options.mistakes and len(wrong):
        captions = [f"{truth[one]}, read as {guess[one]}" for one in wrong]
        print(f"\n{int((guess != truth).sum())} were misread, such as\n")
        print(draw(held_out[wrong], captions))


if __name__ == "__main__":
    main()
