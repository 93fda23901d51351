"""Secrets are named in a notebook, looked up here, and sent only where they belong.

A notebook is written by somebody else. So its text may say *which* secret a source needs, but not
to whom it goes: known names have fixed hosts, and any other pair of name and host needs a consent
that this user gave on this machine.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from .errors import AuthError, CellError, DiskError, Interrupted
from .redaction import redact

_GITHUB = (
    "github.com",
    "api.github.com",
    "raw.githubusercontent.com",
    "codeload.github.com",
)
_KAGGLE = ("www.kaggle.com", "kaggle.com", "api.kaggle.com")

HOSTS: Mapping[str, tuple[str, ...]] = {
    "GITHUB_TOKEN": _GITHUB,
    "GH_TOKEN": _GITHUB,
    "KAGGLE_API_TOKEN": _KAGGLE,
    "KAGGLE_USERNAME": _KAGGLE,
    "KAGGLE_KEY": _KAGGLE,
    "HF_TOKEN": ("huggingface.co",),
}
"""Names whose hosts are fixed, so that no consent is needed and none can be given."""

_PROVIDERS: Mapping[str, tuple[str, ...]] = {
    "github": ("GITHUB_TOKEN", "GH_TOKEN"),
    "kaggle": ("KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY"),
    "hf": ("HF_TOKEN",),
}
_ENDINGS = ("_TOKEN", "_KEY", "_SECRET", "_PASSWORD", "_PASSWD", "_CREDENTIALS")
_FILE = Path("jupyterlab_preflight") / "allowed.json"


class Secret:
    """A value that prints as ``***`` and cannot be pickled or copied by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value: for a request's header or a child's environment, and for nothing else."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A secret is not pickled.")


@dataclass(frozen=True)
class Credential:
    """A login in the form in which it is sent.

    Attributes:
        hosts: the only hosts that may see it; ``.example.org`` stands for all below it.
        header: name of the request header.
        value: the whole value of the header.
    """

    hosts: tuple[str, ...]
    header: str
    value: Secret


class Secrets:
    """The secrets of one kernel session. May be used by several threads.

    Args:
        environ: the kernel's environment.
        ask: a masked prompt; None where nobody is there to answer.
        config: folder for consents; by default the user's Jupyter config folder.
    """

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        ask: Callable[[str], str] | None = None,
        config: Path | None = None,
    ) -> None:
        self._environ = environ
        self._ask = ask
        self._config = config
        self._given: dict[str, str] = {}
        self._seen: set[str] = set()
        self._unanswered: set[str] = set()
        self._lock = threading.Lock()

    def begin(self) -> None:
        """A new run: questions that were left unanswered may be asked again."""
        self._unanswered.clear()

    def give(self, name: str, value: str) -> None:
        """Keep *value* for this session; it goes before all other places.

        Raises:
            CellError: the name is no name.
        """
        _check_name(name)
        self._given[name] = value
        self._unanswered.discard(name)

    def forget(self, name: str) -> None:
        """Drop what was given or typed: it was refused, so the next look-up asks again."""
        self._given.pop(name, None)

    def find(self, name: str, host: str) -> Secret:
        """The secret *name*, to be sent to *host*.

        Looked up in this session, then in the environment, then asked for.

        Args:
            name: as an environment variable would be called.
            host: without port; empty where it is sent nowhere but set in the kernel.

        Raises:
            AuthError: it may not be sent there, is nowhere, or cannot be sent in a header.
            CellError: the name is no name.
            Interrupted: the user stopped the run at the prompt.
        """
        _check_name(name)
        if host:
            self._check_host(name, host.lower().rstrip("."))
        with self._lock:  # one question at a time, and none that has just been answered
            value = self._given.get(name) or self._environ.get(name) or self._prompt(name, host)
        value = value.strip() if host else value.strip("\r\n")
        if not value:
            self._nowhere(name, host)
        self._seen.add(value)
        if not all("!" <= letter <= "~" for letter in value) if host else "\0" in value:
            raise AuthError(
                f"The secret {name} holds characters that cannot be sent.",
                action=f"Copy {name} again, without blanks, and set it anew.",
            )
        return Secret(value)

    def known(self, provider: str) -> Sequence[str]:
        """Names to try where *provider* wants a login: those at hand without a question."""
        names = _PROVIDERS.get(provider, ())
        return [name for name in names if self._given.get(name) or self._environ.get(name)]

    def redact(self, text: str) -> str:
        """*text* without any secret of this session, and without what looks like one."""
        named = (
            value
            for name, value in list(self._environ.items())
            if name in HOSTS or name.upper().endswith(_ENDINGS)
        )
        values = {*self._seen, *self._given.values(), *named}
        return redact(text, {value.strip() for value in values})

    def allow(self, name: str, host: str) -> None:
        """Remember, on this machine, that *name* may be sent to *host*.

        Raises:
            AuthError: the name's hosts are fixed.
            CellError: the name is no name, or the host no host.
            DiskError: it cannot be written.
        """
        _check_name(name)
        host = _proper(host)
        if name in HOSTS:
            raise AuthError(_fixed(name), action="Keep that token under another name.")
        allowed = {key: list(hosts) for key, hosts in self.allowed().items()}
        if host not in allowed.setdefault(name, []):
            allowed[name].append(host)
        self._write(allowed)

    def allowed(self) -> Mapping[str, Sequence[str]]:
        """What `allow` has remembered: hosts by name.

        Raises:
            DiskError: the file cannot be read, or others can write to it.
        """
        path = self._path()
        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                if os.name == "posix" and (
                    status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
                ):
                    raise DiskError(
                        "Others can write to the list of allowed hosts.",
                        source=str(path),
                        action=f"Check what is in it, then: chmod 600 {path}",
                    )
                found = json.load(file)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise DiskError(
                "The list of allowed hosts cannot be read.",
                source=str(path),
                action="Correct it, or remove it and allow the hosts again.",
            ) from None
        pairs = found.items() if isinstance(found, dict) else ()
        return {
            str(name): [host for host in hosts if isinstance(host, str)]
            for name, hosts in pairs
            if isinstance(hosts, list)
        }

    def _check_host(self, name: str, host: str) -> None:
        """Refuse a host that *name* is not bound to."""
        if name in HOSTS:
            if host not in HOSTS[name]:
                raise AuthError(
                    f"{_fixed(name)} It is not sent to {host}.",
                    action="Name another secret for this host.",
                )
        elif host not in self.allowed().get(name, ()):
            raise AuthError(
                f"You have not yet allowed {name} to be sent to {host}.",
                action=f"If that is right, run: jupyter preflight allow {name} {host}",
            )

    def _prompt(self, name: str, host: str) -> str:
        """What the user types; empty where there is nobody, or no answer."""
        if self._ask is None or name in self._unanswered:
            return ""
        try:
            answer = self._ask(f"{name}{f' for {host}' if host else ''} (not shown, not saved): ")
        except Interrupted:
            raise
        except Exception:  # whatever a front end without input raises
            answer = ""
        if answer.strip():
            self._given[name] = answer
        else:
            self._unanswered.add(name)
        return answer

    def _nowhere(self, name: str, host: str) -> NoReturn:
        asked = ", and you were asked" if self._ask is not None else ""
        what = f"The secret {name}{f' for {host}' if host else ''} was not found"
        raise AuthError(
            f"{what}: looked in this session and in the environment{asked}.",
            action=f"Set the variable {name} where the kernel is started, "
            "or run the cell where you can type it.",
        )

    def _path(self) -> Path:
        if self._config is None:
            from jupyter_core.paths import jupyter_config_dir

            self._config = Path(jupyter_config_dir())
        return self._config / _FILE

    def _write(self, allowed: Mapping[str, Sequence[str]]) -> None:
        path = self._path()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)  # 0600
            try:
                with open(handle, "w", encoding="utf-8") as file:
                    json.dump(allowed, file, indent=2, sort_keys=True)
                os.replace(name, path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(name)
                raise
        except OSError as error:
            raise DiskError(
                f"The list of allowed hosts cannot be written: {error.strerror}.",
                source=str(path),
                action="Make the folder writable.",
            ) from None


def _check_name(name: str) -> None:
    """Refuse what is no name, above all a secret that was pasted in the place of its name.

    Raises:
        CellError: without repeating it.
    """
    if not (name.isascii() and name.isidentifier() and len(name) <= 100) or redact(name) != name:
        raise CellError(
            "A secret is named by a word such as GITHUB_TOKEN; this is no such name.",
            action="If it is the secret itself, remove it from the notebook and renew it.",
        )


def _proper(host: str) -> str:
    from .sources import urls

    try:
        found = urls.split(f"https://{host}")
    except ValueError:
        found = None
    if found is None or found.origin != f"https://{host.lower().rstrip('.')}":
        raise CellError("This is no host name.", action="Give a name such as data.example.org.")
    return found.host


def _fixed(name: str) -> str:
    return f"{name} belongs to {HOSTS[name][0]}."
