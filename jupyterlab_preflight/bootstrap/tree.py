"""The tree that a ``dataset`` line asks for, made ready in a staging folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..fetch.model import Download, Entry, Manifest, Options, Tree

if TYPE_CHECKING:
    from ..fetch.staging import Staging
    from .context import Context
    from .grammar import Step


class Here(NamedTuple):
    """What stands at a destination already: the folder, and what was found in it."""

    place: Path
    files: Manifest


def options_of(step: Step, *, links: bool = False) -> Options:
    """The step's options as the fetcher wants them."""
    strip = step.option("strip")
    return Options(
        unpack=True if step.flag("unpack") else False if step.flag("no-unpack") else None,
        strip=int(strip) if strip is not None else None,
        flat=step.flag("flat"),
        include=step.many("include"),
        links=links,
        name=step.option("as"),
        sha256=step.option("sha256"),
    )


def obtain(step: Step, context: Context, staging: Staging, here: Here | None = None) -> Tree:
    """Bring the tree of *step* into *staging*, and hold it to ``--sha256``.

    Args:
        here: what need not come again.

    Raises:
        PreflightError: it cannot be had whole, or it is not the one that the line means.
        Interrupted: the run was stopped.
    """
    from .sums import check_tree, is_of_tree

    expected = step.option("sha256")
    if expected is not None:
        here = None  # only all of it has a checksum
    if step.flag("git"):
        from ..project.export import export

        tree, whole = export(step, context, staging), True
    else:
        downloads = _downloads(step, context)
        whole = is_of_tree(downloads)
        tree = _bring(step, context, staging, downloads, whole=whole, here=here)
    if _is_repository(step):
        from .large import complete

        complete(step, context, staging, tree, here)
    if whole:
        check_tree(staging.tree, tree.entries, expected, context.progress)
    return tree


def _bring(
    step: Step,
    context: Context,
    staging: Staging,
    downloads: Sequence[Download],
    *,
    whole: bool,
    here: Here | None,
) -> Tree:
    from ..fetch.tree import bring
    from ..sources.lfs import may_be_pointer

    options = options_of(step)
    if whole:
        options = replace(options, sha256=None)
    known = here.files if here is not None else {}
    repository = _is_repository(step)

    def have(entry: Entry) -> bool:
        return entry.path in known and not (repository and may_be_pointer(entry))

    return bring(
        downloads,
        staging,
        options,
        context.client,
        context.progress,
        have=have,
        here=here.place if here is not None else None,
    )


def _is_repository(step: Step) -> bool:
    """Whether what comes may hold pointers to large files in place of the files."""
    return step.source is not None and step.source.provider == "github"


def _downloads(step: Step, context: Context) -> Sequence[Download]:
    from ..sources import Wanted, resolve

    assert step.source is not None
    return resolve(
        Wanted(
            source=step.source,
            ref=step.option("ref"),
            secret=step.option("secret"),
            extra={
                name: value
                for name in ("sheet", "query")
                if (value := step.option(name)) is not None
            },
        ),
        context.client,
        context.secrets,
    )
