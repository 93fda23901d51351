"""Zip files of every kind, honest and hostile, each read in all three ways."""

from __future__ import annotations

import struct
import unicodedata
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from jupyterlab_preflight.errors import (
    GoneError,
    IntegrityError,
    PreflightError,
    UnsafeArchiveError,
    UnsupportedError,
)
from jupyterlab_preflight.fetch.archive import Limits
from jupyterlab_preflight.fetch.model import Options

from .fakes import Body, brought, way_of
from .zips import M, deflated, make

Make = Callable[..., Body]


pytestmark = pytest.mark.usefixtures("inflater")


def unicode_path(name: str, told: str, crc: int | None = None) -> bytes:
    data = b"\1" + struct.pack("<L", zlib.crc32(name.encode()) if crc is None else crc)
    data += told.encode()
    return struct.pack("<HH", 0x7075, len(data)) + data


GOOD: dict[str, tuple[list[M], dict[str, bytes]]] = {
    "stored and deflated": (
        [M("a.txt", b"one"), M("d/b.bin", b"two" * 99, deflate=False)],
        {"a.txt": b"one", "d/b.bin": b"two" * 99},
    ),
    "an empty file": ([M("a", b"", deflate=False), M("b", b"")], {"a": b"", "b": b""}),
    "descriptor, signed": (
        [M("a", b"x" * 50, descriptor="sign32"), M("b")],
        {"a": b"x" * 50, "b": b""},
    ),
    "descriptor, signed, 64": ([M("a", b"x" * 50, descriptor="sign64")], {"a": b"x" * 50}),
    "descriptor, bare": (
        [M("a", b"x" * 50, descriptor="bare32"), M("b")],
        {"a": b"x" * 50, "b": b""},
    ),
    "descriptor, bare, 64": ([M("a", b"x" * 50, descriptor="bare64")], {"a": b"x" * 50}),
    "stored with descriptor": (
        [M("a", b"xyz" * 9, deflate=False, descriptor="sign32"), M("b", b"2")],
        {"a": b"xyz" * 9, "b": b"2"},
    ),
    "stored with descriptor, and descriptors in the data": (
        [M("a", b"PK\7\10" * 9 + b"PK\7", deflate=False, descriptor="sign32"), M("b", b"2")],
        {"a": b"PK\7\10" * 9 + b"PK\7", "b": b"2"},
    ),
    "stored with bare descriptor": (
        [M("a", b"xyz" * 9, deflate=False, descriptor="bare32"), M("b", b"2")],
        {"a": b"xyz" * 9, "b": b"2"},
    ),
    "nothing stored, with descriptor": (
        [
            M("a", b"", deflate=False, descriptor="sign32"),
            M("b", b"", deflate=False, descriptor="bare32"),
        ],
        {"a": b"", "b": b""},
    ),
    "zip64": ([M("a", b"x" * 50, zip64=True), M("b", b"2")], {"a": b"x" * 50, "b": b"2"}),
    "Dropbox's lone folder": ([M("/"), M("a", b"1")], {"a": b"1"}),
    "a folder twice": ([M("d/"), M("d/"), M("d/a", b"1")], {"d/a": b"1"}),
    "junk": ([M("__MACOSX/._a", b"1"), M("d/.DS_Store", b"1"), M("a", b"1")], {"a": b"1"}),
    "percent stays a name": ([M("%2e%2e/x", b"1")], {"%2e%2e/x": b"1"}),
    "odd but legal": (
        [
            M("-rf", b"1"),
            M(" lead", b"2"),
            M("trail.", b"3"),
            M("aux.txt", b"4"),
            M("ab:c", b"5"),
            M("\u202ebidi", b"6"),
        ],
        {
            "-rf": b"1",
            " lead": b"2",
            "trail.": b"3",
            "aux.txt": b"4",
            "ab:c": b"5",
            "\u202ebidi": b"6",
        },
    ),
    "dots and double slashes": ([M("./a//b", b"1")], {"a/b": b"1"}),
    "UTF-8 by flag": ([M("größe/ñ.txt", b"1")], {"größe/ñ.txt": b"1"}),
    "UTF-8 without the flag": ([M("größe".encode(), b"1")], {"größe": b"1"}),
    "CP437": ([M("gr\u00f6\u00dfe".encode("cp437"), b"1")], {"größe": b"1"}),
    "not UTF-8 in spite of the flag": ([M(b"\xe1", b"1", flags=0x800)], {"ß": b"1"}),
    "Unicode path": ([M(b"x", b"1", extra=unicode_path("x", "ü"))], {"ü": b"1"}),
    "Unicode path for another name": (
        [M(b"x", b"1", extra=unicode_path("x", "ü", 7))],
        {"x": b"1"},
    ),
    "damaged extra field": ([M(b"x", b"1", extra=b"\1\0\xff\xff")], {"x": b"1"}),
    "case twins on a disk that tells them apart": (
        [M("A", b"1"), M("a", b"2")],
        {"A": b"1", "a": b"2"},
    ),
    "a zip file in it stays one": (
        [M("i.zip", make([M("a")]), deflate=False)],
        {"i.zip": make([M("a")])},
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_good(way: Make, name: str) -> None:
    members, files = GOOD[name]
    with brought(way(make(members)), have=lambda entry: False) as got:
        assert got.files() == files
        assert set(got.tree.entries) == set(files)
        for path, entry in got.tree.entries.items():
            assert (entry.size, entry.crc32) == (len(files[path]), zlib.crc32(files[path]))
        assert got.tree.written == set(files)


BAD: dict[str, tuple[bytes, type[PreflightError], str]] = {
    "climbs out": (make([M("../x", b"1")]), UnsafeArchiveError, "leaves"),
    "climbs out inside": (make([M("a/../../x", b"1")]), UnsafeArchiveError, "leaves"),
    "climbs out, Windows": (make([M("..\\x", b"1")]), UnsafeArchiveError, "leaves"),
    "absolute": (make([M("/etc/x", b"1")]), UnsafeArchiveError, "absolute"),
    "UNC": (make([M("//srv/share/x", b"1")]), UnsafeArchiveError, "absolute"),
    "UNC, Windows": (make([M("\\\\?\\x", b"1")]), UnsafeArchiveError, "absolute"),
    "drive": (make([M("C:\\x", b"1")]), UnsafeArchiveError, "absolute"),
    "drive, relative": (make([M("C:x", b"1")]), UnsafeArchiveError, "absolute"),
    "nameless": (make([M("", b"1")]), UnsafeArchiveError, "without a name"),
    "NUL": (make([M("a\0b", b"1")]), UnsafeArchiveError, "control"),
    "newline": (make([M("a\nb", b"1")]), UnsafeArchiveError, "control"),
    "escape": (make([M("\x1b[2J", b"1")]), UnsafeArchiveError, r"\\x1b"),
    "long component": (make([M("a" * 256, b"1")]), UnsafeArchiveError, "too long"),
    "long component, in bytes": (make([M("ü" * 128, b"1")]), UnsafeArchiveError, "too long"),
    "long path": (make([M("a/" * 2500 + "b", b"1")]), UnsafeArchiveError, "too long"),
    "twice": (make([M("a", b"1"), M("a", b"2")]), UnsafeArchiveError, "twice"),
    "twice, spelt differently": (make([M("a", b"1"), M("./a", b"2")]), UnsafeArchiveError, "twice"),
    "file, then folder": (make([M("a", b"1"), M("a/b", b"2")]), UnsafeArchiveError, "twice"),
    "folder, then file": (make([M("a/b", b"1"), M("a", b"2")]), UnsafeArchiveError, "twice"),
    "named folder, then file": (make([M("a/"), M("a", b"2")]), UnsafeArchiveError, "twice"),
    "git": (make([M(".git/hooks/post-checkout", b"1")]), UnsafeArchiveError, "git folder"),
    "git, hidden": (make([M("x/.G\u200cit/config", b"1")]), UnsafeArchiveError, "git folder"),
    "git, short name": (make([M("GIT~1/config", b"1")]), UnsafeArchiveError, "git folder"),
    "link in a dataset": (
        make([M("l", b"a", mode=0o120777), M("a", b"1")]),
        UnsafeArchiveError,
        "symbolic link",
    ),
    "pipe": (make([M("p", b"", mode=0o010644)]), UnsafeArchiveError, "device or pipe"),
    "device": (make([M("p", b"", mode=0o020644)]), UnsafeArchiveError, "device or pipe"),
    "folder with content": (make([M("d/", b"1")]), UnsafeArchiveError, "contradicts"),
    "encrypted": (make([M("a", b"1", flags=1)]), UnsupportedError, "encrypted"),
    "strongly encrypted": (make([M("a", b"1", flags=0x41)]), UnsupportedError, "encrypted"),
    "AES": (make([M("a", b"1", method=99)]), UnsupportedError, "encrypted"),
    "patch": (make([M("a", b"1", flags=0x20)]), UnsupportedError, "patch"),
    **{
        f"method {number}": (make([M("a", b"1", method=number)]), UnsupportedError, name)
        for number, name in (
            (9, "Deflate64"),
            (12, "bzip2"),
            (14, "LZMA"),
            (93, "Zstandard"),
            (95, "XZ"),
            (98, "PPMd"),
            (77, "method 77"),
        )
    },
    "several disks": (make([M("a", b"1")], disk=1), UnsupportedError, "parts"),
    "grows beyond its size": (
        make([M("a", b"x" * 99, local={"size": 9}, central={"size": 9})]),
        PreflightError,
        "larger",
    ),
    "grows beyond its size, large": (
        make(
            [
                M(
                    "a",
                    b"x" * 2_000_000,
                    packed=deflated(b"x" * 2_000_000) + bytes(300_000),
                    local={"size": 9},
                    central={"size": 9},
                )
            ]
        ),
        UnsafeArchiveError,
        "larger",
    ),
    "smaller than its size": (
        make([M("a", b"x" * 99, local={"size": 999}, central={"size": 999})]),
        IntegrityError,
        "damaged",
    ),
    "sizes disagree": (
        make([M("a", b"x" * 99, central={"size": 98})]),
        UnsafeArchiveError,
        "contradicts",
    ),
    "packed sizes disagree": (
        make([M("a", b"x" * 99, central={"packed": 1})]),
        UnsafeArchiveError,
        "contradicts",
    ),
    "checksums disagree": (
        make([M("a", b"x" * 99, central={"crc": 1})]),
        UnsafeArchiveError,
        "contradicts",
    ),
    "methods disagree": (
        make([M("a", b"x" * 99, deflate=False, central={"method": 8})]),
        UnsafeArchiveError,
        "contradicts",
    ),
    "names disagree": (
        make([M("a", b"x", central={"name": b"b"})]),
        UnsafeArchiveError,
        "contradicts",
    ),
    "4 GiB without a zip64 field": (
        make([M("a", b"x", local={"size": 0xFFFFFFFF}, central={"size": 0xFFFFFFFF})]),
        UnsafeArchiveError,
        "ZIP64",
    ),
    "wrong checksum": (
        make([M("a", b"x" * 99, local={"crc": 1}, central={"crc": 1})]),
        IntegrityError,
        "checksum",
    ),
    "corrupt deflate": (make([M("a", b"x" * 99, packed=b"\xff" * 20)]), IntegrityError, "damaged"),
    "deflate ends early": (
        make([M("a", b"x" * 99, packed=deflated(b"x" * 99) + b"more")]),
        IntegrityError,
        "damaged",
    ),
    "wrong descriptor": (
        make([M("a", b"x" * 50, descriptor="sign32", told=(1, 2, 3))]),
        UnsafeArchiveError,
        "descriptor",
    ),
    "hidden member": (
        make([M("a", b"1"), M("b", b"2", hidden=True)]),
        UnsafeArchiveError,
        "contradicts",
    ),
    "hidden member in front": (
        make([M("b", b"2", hidden=True), M("a", b"1")]),
        UnsafeArchiveError,
        "contradicts",
    ),
    "member without data": (
        make([M("a", b"1"), M("b", b"2", only_central=True)]),
        UnsafeArchiveError,
        "contradicts",
    ),
    "two ends": (
        make([M("a", b"1")], comment=b"PK\5\6" + bytes(16) + b"\0\0"),
        UnsafeArchiveError,
        "two end records",
    ),
    "bytes behind": (make([M("a", b"1")], after=b"more"), UnsafeArchiveError, "follow its end"),
    "directory elsewhere": (make([M("a", b"1")], offset=7), UnsafeArchiveError, "contradicts"),
    "directory beyond": (make([M("a", b"1")], offset=700), UnsafeArchiveError, "contradicts"),
    "too few counted": (make([M("a", b"1"), M("b", b"2")], count=1), UnsafeArchiveError, "longer"),
    "too many counted": (make([M("a", b"1")], count=2), UnsafeArchiveError, "contradicts"),
    "overlap": (
        make(
            [
                M("a", b"1" * 99, deflate=False),
                M("b", b"1" * 99, only_central=True, deflate=False, central={"offset": 0}),
            ]
        ),
        UnsafeArchiveError,
        "overlap",
    ),
    "no directory": (make([M("a", b"1" * 99)])[:100], IntegrityError, "missing"),
    "nothing in it": (make([]), GoneError, "no files"),
    "folders only": (make([M("d/")]), GoneError, "no files"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad(way: Make, name: str) -> None:
    data, kind, words = BAD[name]
    with pytest.raises(kind, match=words) as caught, brought(way(data)):
        pass
    assert "\x1b" not in str(caught.value)


def test_more_bytes_in_front_are_read_by_the_directory(way: Make) -> None:
    for shift in (0, 9):
        data = make([M("a", b"1"), M("b", b"2")], before=b"\x7fELF stub", shift=shift)
        with pytest.raises(PreflightError), brought(way(data), options=Options(unpack=True)):
            pass  # its first bytes do not say that it is an archive


def test_slack_between_members() -> None:
    data = make([M("a", b"1", slack=b"\0" * 9), M("b", b"2")])
    with brought(data) as got:
        assert got.files() == {"a": b"1", "b": b"2"}
    with pytest.raises(IntegrityError), brought(Body(data, ranges=False, length=False)):
        pass


@pytest.mark.parametrize("system", [0, 10])
def test_backslashes(way: Make, system: int) -> None:
    """Old Windows writers separate with them; on Unix they are ordinary."""
    with brought(way(make([M("d\\a", b"1", system=system), M("b", b"2")]))) as got:
        assert set(got.files()) == {"d/a", "b"}
    with brought(way(make([M("d\\a", b"1", system=3)]))) as got:
        assert set(got.files()) == {"d\\a"}


def test_execute_bits_only(way: Make) -> None:
    members = [
        M("run.sh", b"1", mode=0o106755),
        M("none", b"2", mode=0o100000),
        M("all", b"3", mode=0o100666),
        M("dos", b"4", mode=0o100777, system=0),
    ]
    with brought(way(make(members))) as got:
        modes = {path.name: path.stat().st_mode & 0o7777 for path in got.path.iterdir()}
        assert {name for name, mode in modes.items() if mode & 0o111} == {"run.sh"}
        assert all(mode & 0o600 == 0o600 and not mode & 0o7002 for mode in modes.values())
        assert [p for p, entry in got.tree.entries.items() if entry.executable] == ["run.sh"]


def test_commit(way: Make) -> None:
    data = make([M("R-main/a", b"1")], comment=b"c" * 40)
    with brought(way(data), commit="C" * 40, strip=1) as got:
        assert got.tree.comment == "c" * 40
    with pytest.raises(IntegrityError, match="another commit"), brought(way(data), commit="d" * 40):
        pass


@pytest.mark.parametrize(
    ("options", "more", "wanted"),
    [
        (Options(strip=1), {}, {"a.csv", "d/b.csv", "d/c.txt"}),
        (Options(strip=2), {}, {"b.csv", "c.txt"}),
        (Options(strip=0), {"strip": 1}, {"t/a.csv", "t/d/b.csv", "t/d/c.txt", "u.csv"}),
        (Options(flat=True), {}, {"a.csv", "b.csv", "c.txt", "u.csv"}),
        (Options(include=("*.csv",)), {}, {"t/a.csv", "t/d/b.csv", "u.csv"}),
        (Options(include=("t/*.csv",)), {}, {"t/a.csv"}),
        (Options(include=("t/**",)), {}, {"t/a.csv", "t/d/b.csv", "t/d/c.txt"}),
        (Options(include=("**/b.*", "u.???")), {}, {"t/d/b.csv", "u.csv"}),
        (Options(include=("[!ab].*",)), {}, {"t/d/c.txt", "u.csv"}),
        (Options(), {"folder": "t/d"}, {"b.csv", "c.txt"}),
        (Options(), {"strip": 1, "folder": "d"}, {"b.csv", "c.txt"}),
    ],
)
def test_selection(way: Make, options: Options, more: dict[str, Any], wanted: set[str]) -> None:
    names = ("t/a.csv", "t/d/b.csv", "t/d/c.txt", "u.csv")
    data = make([M(name, name.encode()) for name in names])
    with brought(way(data), options=options, **more) as got:
        assert set(got.files()) == wanted == set(got.tree.entries)


def test_selection_that_leaves_nothing(way: Make) -> None:
    data = make([M("t/a.csv", b"1")])
    with (
        pytest.raises(PreflightError, match="--include"),
        brought(way(data), options=Options(include=("*.npy",))),
    ):
        pass
    with pytest.raises(GoneError, match="no folder"), brought(way(data), folder="u"):
        pass
    with (
        pytest.raises(UnsafeArchiveError, match="twice"),
        brought(way(make([M("a/x", b"1"), M("b/x", b"2")])), options=Options(flat=True)),
    ):
        pass


def test_empty_folders_are_kept(way: Make) -> None:
    data = make([M("a/b/"), M("a/"), M("c/"), M("c/d", b"1")])
    with brought(way(data)) as got:
        assert (got.path / "a" / "b").is_dir()
        assert {p for p, entry in got.tree.entries.items() if entry.folder} == {"a/b"}


def test_bomb(way: Make) -> None:
    data = make([M("zeros", bytes(101_000_000)), M("a", b"1")])
    with pytest.raises(UnsafeArchiveError, match="--unpack"), brought(way(data)):
        pass


def test_bomb_with_descriptor(monkeypatch: pytest.MonkeyPatch) -> None:
    body = way_of("stream", monkeypatch)(
        make([M("zeros", bytes(120_000_000), descriptor="sign32"), M("a", b"1")])
    )
    with pytest.raises(UnsafeArchiveError, match="--unpack"), brought(body):
        pass


def test_too_many_members(way: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyterlab_preflight.fetch.job.Limits", lambda: Limits(members=5))
    with (
        pytest.raises(UnsafeArchiveError, match="6 files"),
        brought(way(make([M(str(number)) for number in range(6)]))),
    ):
        pass


def test_zip64_directory(way: Make) -> None:
    members = [M("a", b"1"), M("b", b"2")]
    with brought(way(make(members, zip64=True))) as got:
        assert got.files() == {"a": b"1", "b": b"2"}
    for wrong in ({"count": 3}, {"offset": 5}, {"size": 7}):
        with pytest.raises(PreflightError), brought(way(make(members, zip64=True, **wrong))):  # type: ignore[arg-type]
            pass


def test_collisions_are_told(way: Make) -> None:
    nfd = unicodedata.normalize("NFD", "é")
    with brought(way(make([M("A", b"1"), M("a", b"2"), M("é", b"3"), M(nfd, b"4")]))) as got:
        assert len(got.files()) == 4
        assert len([note for note in got.tree.notes if "one file" in note]) == 2


def test_have(way: Make) -> None:
    asked = []

    def have(entry: Any) -> bool:
        asked.append(entry.path)
        return bool(entry.path == "b" and entry.crc32 == zlib.crc32(b"22"))

    members = [M("a", b"1"), M("b", b"22", descriptor="sign32"), M("c", b"3"), M("d/b", b"22")]
    with brought(way(make(members)), have=have) as got:
        assert got.files() == {"a": b"1", "c": b"3", "d/b": b"22"}
        assert set(got.tree.entries) == {"a", "b", "c", "d/b"}
        assert got.tree.written == {"a", "c", "d/b"}
    assert set(asked) == {"a", "b", "c", "d/b"}
