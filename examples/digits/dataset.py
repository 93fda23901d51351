"""The digits that scikit-learn ships, as a folder of small images: a real dataset, made locally."""

from __future__ import annotations

from pathlib import Path

from sklearn.datasets import load_digits

ABOUT = """Images of handwritten digits, 8 x 8 pixels, from the test set of the UCI ML archive's
"Optical Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak, 1998; CC BY 4.0).
"""


def files() -> dict[str, bytes]:
    """All files of the dataset by path: ``{train,test}/LABEL/NUMBER.pgm``, every fifth to test."""
    digits = load_digits()
    made = {"README.txt": ABOUT.encode()}
    for number, (image, label) in enumerate(zip(digits.images, digits.target, strict=True)):
        part = "test" if number % 5 == 0 else "train"
        height, width = image.shape
        head = f"P5 {width} {height} 16\n".encode()
        made[f"{part}/{label}/{number:04d}.pgm"] = head + image.astype("uint8").tobytes()
    return made


def optdigits() -> dict[str, bytes]:
    """The same digits as rows of 64 numbers and a label, as the UCI ML archive has them."""
    digits = load_digits()
    rows = [
        ",".join(str(int(value)) for value in (*image.ravel(), label))
        for image, label in zip(digits.images, digits.target, strict=True)
    ]
    split = len(rows) * 4 // 5
    return {
        "optdigits.tra": ("\n".join(rows[:split]) + "\n").encode(),
        "optdigits.tes": ("\n".join(rows[split:]) + "\n").encode(),
        "readme.txt": ABOUT.encode(),
    }


def write(folder: Path) -> int:
    """Write the images below *folder*; returns their number."""
    made = files()
    for name, data in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return len(made)
