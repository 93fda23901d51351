"""What the steps of one run share, made lazily: a run with nothing to do opens no socket."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..progress import Progress
from .state import State

if TYPE_CHECKING:
    from ..fetch.http import Client
    from ..secrets import Secrets
    from .grammar import Step
    from .hosts import Host


@dataclass
class Context:
    """Handed to every step.

    Attributes:
        state: the memory of the root.
        secrets: looks up named secrets.
        progress: the row's counts and the run's stop event; fresh counts for each step.
        host: what this machine is.
        steps: all steps of the text that hold on this machine.
        folder: the folder of the notebook or text; ``project`` asks whether it is in a clone.
        emit: shows a piece of a child's output.
        environ: the environment that ``env`` changes and children get.
        path: the kernel's ``sys.path``, changed by ``--path``.
        namespace: the kernel's variables, read by ``run``.
        fetch_only: only what needs the network.
        lost: set by a step that has found that there is no network.
    """

    state: State
    secrets: Secrets
    host: Host
    folder: Path
    emit: Callable[[str], None]
    environ: MutableMapping[str, str] = field(default_factory=lambda: os.environ)
    path: list[str] = field(default_factory=list)
    namespace: Mapping[str, Any] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    fetch_only: bool = False
    progress: Progress = field(default_factory=Progress)
    lost: bool = False
    _client: Client | None = None

    @property
    def client(self) -> Client:
        """The run's HTTP client: one pool, one idea of whether there is a network."""
        if self._client is None:
            from ..fetch.http import Client

            self._client = Client(self.progress, say=self._say)
        return self._client

    def _say(self, text: str) -> None:
        self.progress.say(text)  # that of the step which runs now

    @property
    def reached(self) -> bool:
        """Whether somebody has answered in this run: then there is a network."""
        return self._client is not None and self._client.reached

    @property
    def offline(self) -> bool:
        """Whether there is no network, as far as this run has found or the system says."""
        if self.reached:
            return False
        if self.lost or (self._client is not None and self._client.offline is not None):
            return True
        from ..fetch.route import has_route

        proxies = ("https_proxy", "http_proxy", "all_proxy")
        proxied = any(self.environ.get(name) or self.environ.get(name.upper()) for name in proxies)
        return not proxied and not has_route()

    def close(self) -> None:
        """Close the run's connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def links_below(self, dest: str) -> list[Path]:
        """The declared links below *dest* that are there."""
        places = [self.state.root / step.args[1] for step in self.steps if step.name == "link"]
        inside = self.state.root / dest
        return [place for place in places if place.is_symlink() and inside in place.parents]

    def protected(self, dest: str) -> Callable[[str], str | None]:
        """For paths below *dest*: the declared link at or above them, None where there is none.

        What a project ships there is never written: it would go through the link.
        """
        prefix = dest.rstrip("/") + "/"
        links = [
            step.args[1].rstrip("/")[len(prefix) :]
            for step in self.steps
            if step.name == "link" and step.args[1].startswith(prefix)
        ]

        def below(path: str) -> str | None:
            return next(
                (link for link in links if path == link or path.startswith(link + "/")), None
            )

        return below
