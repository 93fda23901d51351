"""Train a small network on images of digits: NumPy only, a few seconds on any machine.

The images lie in ``data/input/{train,test}/LABEL/*.pgm`` (8 x 8 grey values, binary PGM). Weights
and a line of figures for each epoch go to ``output``.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


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


def main() -> None:
    """Train, report each epoch, keep the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=0.5, help="step size")
    parser.add_argument("--epochs", type=int, default=20, help="passes over the images")
    parser.add_argument("--hidden", type=int, default=48, help="units of the hidden layer")
    options = parser.parse_args()
    images, labels = read_set(HERE / "data" / "input" / "train")
    held_out, truth = read_set(HERE / "data" / "input" / "test")
    print(f"{len(images):,} images to learn from, {len(held_out):,} to test with", flush=True)

    random = np.random.default_rng(7)
    first = random.normal(0, 0.3, (images.shape[1], options.hidden))
    second = random.normal(0, 0.3, (options.hidden, 10))
    output = HERE / "output"
    output.mkdir(exist_ok=True)
    began = time.perf_counter()
    accuracy = 0.0
    with (output / "history.jsonl").open("w") as history:
        for epoch in range(1, options.epochs + 1):
            for batch in np.array_split(random.permutation(len(images)), len(images) // 32):
                inner = np.tanh(images[batch] @ first)
                error = softmax(inner @ second)
                error[np.arange(len(batch)), labels[batch]] -= 1
                back = (error @ second.T) * (1 - inner**2)
                second -= options.lr / len(batch) * inner.T @ error
                first -= options.lr / len(batch) * images[batch].T @ back
            guess = (np.tanh(held_out @ first) @ second).argmax(axis=1)
            accuracy = float((guess == truth).mean())
            history.write(json.dumps({"epoch": epoch, "accuracy": accuracy}) + "\n")
            print(f"epoch {epoch:3d}  accuracy {accuracy:.3f}", flush=True)
    np.savez(output / "weights.npz", first=first, second=second)
    print(f"trained in {time.perf_counter() - began:.2f} s, accuracy {accuracy:.3f}")


if __name__ == "__main__":
    main()
