"""Looking without touching: what of a text is ready here, and whether files are as installed.

``status`` trusts marks as a run does and costs milliseconds; ``verify`` reads every file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import words
from ..errors import GoneError, InstallError, PreflightError, UnsupportedError
from ..report import Outcome, Row
from .session import row_of

if TYPE_CHECKING:
    from ..fetch.model import Manifest
    from ..progress import Progress
    from ..project.repository import Clone
    from .grammar import Step
    from .session import Session
    from .state import State


def status(session: Session, steps: Sequence[Step]) -> list[Row]:
    """One row a step: whether it is ready here, without a request and without a change."""
    from .engine import destination, holding
    from .hosts import applies, host

    here = host(session.environ)
    rows: list[Row] = []
    lacking: list[tuple[str, Row]] = []
    for step in steps:
        row = row_of(step, session.state)
        if not applies(step.on, here):
            row.finish(Outcome(f"only on {', '.join(step.on)}", state="skipped"))
        else:
            try:
                _status(step, row, session)
            except PreflightError as error:
                first = holding(step, lacking) or _cure(step, error, rows)
                if first is None:
                    row.fail(error.about(row.name))
                else:
                    row.text = f"not prepared yet: waits for line {first.line}"
                    row.optional = row.optional or first.optional
            if destination(step) and (row.error is not None or not row.has_ended):
                lacking.append((destination(step), row))
            if row.optional and row.state == "waiting":  # not there, and nothing waits for it
                row.state = "warning"
        rows.append(row)
    return rows


def _cure(step: Step, error: PreflightError, rows: Sequence[Row]) -> Row | None:
    """The line above that may bring the package which a condition lacks."""
    if step.name != "require" or not isinstance(error, InstallError):
        return None
    return next((row for row in rows if row.step == "pip" and row.state == "waiting"), None)


def _status(step: Step, row: Row, session: Session) -> None:
    state = session.state
    match step.name:
        case "dataset" | "project":
            _tree_status(step, row, state)
        case "link":
            place = state.root / step.args[1]
            wanted = (state.root / step.args[0]).resolve()
            if place.is_symlink() and place.exists() and place.resolve() == wanted:
                row.finish(Outcome(f"→ {step.args[0]}"))
            else:
                row.text = "not made yet"
        case "env":
            names = [word.partition("=")[0] for word in step.args]
            if "secret" not in step.options and all(
                session.environ.get(name) == word.partition("=")[2]
                for name, word in zip(names, step.args, strict=True)
            ):
                row.finish(Outcome(words.listing(names)))
            else:
                row.finish(Outcome("set when the cell runs", state="skipped"))
        case "pip":
            from ..install.pip import up_to_date

            found = up_to_date(step.args, cwd=state.root, state_dir=state.home / "packages")
            if found is not None:
                row.finish(found)
            else:
                row.text = "not installed yet, or changed"
        case "apt":
            from ..install.apt import missing

            lacking = missing(step.args, session.environ)
            if lacking is None:
                row.finish(Outcome("not for this machine: it has no apt", state="skipped"))
            elif lacking:
                row.text = f"missing: {words.listing(lacking)}"
            else:
                row.finish(Outcome("all there"))
        case "run":
            row.finish(Outcome("run when the cell runs", state="skipped"))
        case "require":
            from .hosts import host
            from .require import require

            row.finish(require(step.args, host(session.environ), state.root))
        case _:
            row.text = "not in this version"


def _tree_status(step: Step, row: Row, state: State) -> None:
    dest = step.args[1]
    mark = state.mark(dest)
    place = state.root / dest
    if mark is None and _is_own_clone(step, place):
        row.finish(Outcome("yours, left as it is", _version({"kind": "project"}, place)))
    elif mark is None:
        row.text = "there, but not fetched by Preflight" if place.exists() else "not fetched yet"
    elif not place.exists():
        row.text = "was fetched, and is gone"
    else:
        count, total = int(mark.get("files") or 0), int(mark.get("bytes") or 0)
        outcome = Outcome(
            words.then(count, float(mark.get("when") or 0)) if count else "there",
            _version(mark, place) or (words.size(total) if total else ""),
            files=count,
            bytes=total,
        )
        from .dataset import warn

        warn(outcome, mark, place)
        row.finish(outcome)


def _is_own_clone(step: Step, place: Path) -> bool:
    """Whether a clone stands there that somebody has made of the project: nothing is missing."""
    if step.name != "project" or step.source is None or not place.is_dir():
        return False
    from ..project.repository import clone_at

    clone = clone_at(place.resolve())
    return clone is not None and clone.is_of(step.source)


def _version(mark: dict[str, Any], place: Path) -> str:
    """``main@4f2c1e9`` of a project: where its clone stands now, or what its archive was of."""
    if mark.get("kind") != "project":
        return ""
    from ..project.clone import is_full_sha
    from ..project.repository import clone_at, label

    clone = clone_at(place.resolve())
    if clone is not None:
        return clone.where
    commit, ref = str(mark.get("commit") or ""), str(mark.get("ref") or "")
    return label("" if is_full_sha(ref) else ref, commit)


def verify(session: Session, dest: str, progress: Progress) -> Outcome:
    """Compare every file of *dest* with what was installed there.

    Of a clone git is asked; what is a link, or a clone of the user's own, is nothing of ours.

    Raises:
        GoneError: it never came, or not whole.
        PreflightError: where files are missing or changed; they are named.
    """
    from ..project.repository import clone_at

    state = session.state
    place = state.root / dest
    mark = state.mark(dest)
    if place.exists():
        clone = clone_at(place.resolve())
        if clone is not None:
            return _verify_clone(clone, dest, progress)
    if mark is not None and "target" in mark and "store" not in mark:
        if not Path(str(mark["target"])).exists():
            raise GoneError(f"leads to {mark['target']}, which is gone", source=dest)
        return Outcome(f"→ {mark['target']}, a link to it and no copy", "local")
    manifest = _installed(state, dest, mark)
    if mark is None or manifest is None or not place.exists():
        raise GoneError(
            "is not complete here, so there is nothing to compare it with",
            source=dest,
            action="Prepare it first.",
        )
    files = {path: entry for path, entry in manifest.items() if not entry.folder}
    progress.expect(sum(entry.size for entry in files.values()))
    progress.say("reading")
    from ..fetch.tree import scan

    here = scan(place.resolve(), progress)
    kept = set(mark.get("kept") or [])
    missing = [path for path in files if path not in here]
    changed = [
        path
        for path, entry in files.items()
        if path in here
        and path not in kept
        and (here[path].size, here[path].crc32, here[path].link)
        != (entry.size, entry.crc32, entry.link)
    ]
    _complain(dest, missing, changed, is_project=mark.get("kind") == "project")
    added = sum(
        path not in manifest and not entry.folder and not state.mark(f"{dest}/{path}")
        for path, entry in here.items()
    )
    text = f"{words.files(len(files))} as installed"
    if added:
        text += f", {words.files(added)} of yours beside them"
    total = sum(entry.size for entry in files.values())
    return Outcome(text, words.size(total), files=len(files), bytes=total)


def _installed(state: State, dest: str, mark: dict[str, Any] | None) -> Manifest | None:
    """What was installed at *dest*, or in the store that it is a link to."""
    if mark is not None and "store" in mark:
        from .state import State

        store = State(Path(str(mark["store"])))
        return store.manifest(os.path.basename(str(mark.get("target"))))
    return state.manifest(dest)


def _verify_clone(clone: Clone, dest: str, progress: Progress) -> Outcome:
    """The same for a clone: git knows what was changed in it.

    Raises:
        PreflightError: where files are missing or changed.
    """
    if not clone.made_for:
        return Outcome("yours, left as it is", clone.where)
    from ..project import clone as clones
    from ..project.complaints import explain
    from ..project.git import Git, GitError

    git = Git.find(progress)
    if git is None:
        raise UnsupportedError(
            "is a git clone, and git is not on this machine", action="Install git."
        )
    progress.say("reading")
    try:
        standing = clones.status(git, clone.top)
        files = clones.tracked(git, clone.top)
    except GitError as error:
        raise explain(error, clone.top) from None
    changed = {*standing.changed, *standing.staged} - {*standing.deleted}
    _complain(dest, standing.deleted, sorted(changed), is_project=True)
    return Outcome(f"{words.files(len(files))} as installed", clone.where, files=len(files))


def _complain(
    dest: str, missing: Sequence[str], changed: Sequence[str], *, is_project: bool
) -> None:
    """Name what is not as it was installed.

    Raises:
        PreflightError: where anything is.
    """
    parts = [
        f"{len(paths):,} {word}: {words.listing(sorted(paths))}"
        for word, paths in (("missing", missing), ("changed", changed))
        if paths
    ]
    if parts:
        raise PreflightError(
            "; ".join(parts),
            source=dest,
            action="The next run puts back what is missing; what was changed here stays."
            if is_project
            else "Rename the folder and prepare again to have the original files.",
        )


def sizes(state: State) -> list[tuple[str, int]]:
    """What Preflight itself keeps below a root: name and size in bytes."""
    found = []
    for name in ("staging", "backup", "aside", "manifests", "packages"):
        folder = state.home / name
        if folder.is_dir():
            found.append((name, _size(folder)))
    return found


def _size(folder: Path) -> int:
    total = 0
    for above, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(above, name)).st_size
            except OSError:
                continue
    return total


def clean_staging(state: State) -> int:
    """Remove what interrupted runs have left and no running one uses; returns its bytes."""
    from ..fetch import whole
    from ..fetch.staging import Staging, remove

    freed = 0
    for left in Staging.left(state.home / "staging"):
        freed += _size(left.path)
        remove(left.path)
    for folder in (state.home, *state.home.glob("*/")):
        for path in whole.left(folder):
            freed += path.lstat().st_size
            path.unlink(missing_ok=True)
    return freed
