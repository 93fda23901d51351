"""The files of a repository as git has them, without the clone: for a dataset with ``--git``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ConflictError, UnsafeArchiveError, UnsupportedError
from ..fetch.disk import shown
from .git import Git
from .gitroute import GitRoute
from .sync import clone_url, takes_all
from .task import Task

if TYPE_CHECKING:
    from ..bootstrap.context import Context
    from ..bootstrap.grammar import Step
    from ..fetch.model import Tree
    from ..fetch.staging import Staging


def export(step: Step, context: Context, staging: Staging) -> Tree:
    """Bring the files of the repository that *step* names into *staging*.

    Raises:
        ConflictError: its link is no repository, or its options leave files out.
        UnsafeArchiveError: it holds a symbolic link, which no dataset may.
        UnsupportedError: there is no git.
        PreflightError: it cannot be had.
        Interrupted: the run was stopped.
    """
    assert step.source is not None
    url = clone_url(step.source)
    if not url or not takes_all(step):
        raise ConflictError(
            "cannot come by git: its link is no repository, or its options leave files out",
            action="Leave --git out.",
        )
    git = Git.find(context.progress)
    if git is None:
        raise UnsupportedError(
            "--git is asked for, and git is not on this machine",
            action="Install git, or leave --git out.",
        )
    task = Task(
        step=step,
        source=step.source,
        dest=step.args[1],
        place=context.state.root / step.args[1],
        state=context.state,
        client=lambda: context.client,
        secrets=context.secrets,
        progress=context.progress,
        protected=lambda path: None,
    )
    tree = GitRoute(task, git, url).export(staging)
    link = next((path for path, entry in tree.entries.items() if entry.link is not None), None)
    if link is not None:
        raise UnsafeArchiveError(
            f"holds a symbolic link ({shown(link)}), which no dataset may",
            action="Use a project line for it.",
        )
    return tree
