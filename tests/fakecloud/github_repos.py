"""Real repositories for the fake GitHub, made by git itself in a temporary folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from .message import Request, Response

Content = bytes | str | None
"""Of one file: bytes; a target where it is a symbolic link, written ``-> target``; None: removed.
A text that begins with ``#!`` becomes executable."""


@dataclass
class Repo:
    """One repository or gist.

    Attributes:
        name: ``owner/repo``, or the ID of a gist.
        path: bare repository.
        private: whether it is shown to tokens only.
        releases: files by tag.
        lfs: large files by their SHA-256.
        lfs_quota: whether their traffic is used up.
    """

    name: str
    path: Path
    private: bool = False
    releases: dict[str, dict[str, bytes]] = field(default_factory=dict)
    lfs: dict[str, bytes] = field(default_factory=dict)
    lfs_quota: bool = False
    _clock: int = 1_700_000_000

    def commit(
        self,
        files: Mapping[str, Content],
        message: str = "Change files",
        *,
        branch: str = "",
        onto: str | None = None,
    ) -> str:
        """Commit *files* on top of a branch and return the SHA.

        Args:
            files: what changes, by path.
            message: of the commit.
            branch: which is moved; made from the default branch where it is missing; empty: that.
            onto: parent in place of the branch's head; empty: none (history is rewritten).
        """
        branch = branch or self.default
        below = f"refs/heads/{branch}^0" if self._head(branch) else self._head(self.default)
        parent = below if onto is None else onto
        self._clock += 60
        moment = f"A. Uthor <author@example.org> {self._clock} +0000"
        said = f"{message}\n".encode()
        stream = [
            f"commit refs/heads/{branch}\nmark :1\nauthor {moment}\ncommitter {moment}\n".encode(),
            b"data %d\n%s" % (len(said), said),
            f"from {parent}\n".encode() if parent else b"",
        ]
        for path, content in files.items():
            mode, data = _stored(content)
            name = os.fsencode(path)
            if mode:
                head = f"M {mode} inline ".encode()
                stream.append(b"%s%s\ndata %d\n%s\n" % (head, name, len(data), data))
            else:
                stream.append(b"D %s\n" % name)
        # One process in the place of a dozen: tests make many repositories.
        words = ("fast-import", "--quiet", "--force")
        return self.git(*words, data=b"".join([*stream, b"get-mark :1\n"])).strip()

    def tag(self, name: str, target: str = "HEAD", *, annotated: bool = False) -> None:
        """Tag *target*."""
        self.git("tag", "-f", *(["-a", "-m", name] if annotated else []), name, target)

    def large(self, data: bytes) -> bytes:
        """Keep *data* as a large file, and return the pointer to commit in its place."""
        oid = hashlib.sha256(data).hexdigest()
        self.lfs[oid] = data
        head = "version https://git-lfs.github.com/spec/v1"
        return f"{head}\noid sha256:{oid}\nsize {len(data)}\n".encode()

    @property
    def default(self) -> str:
        """The default branch."""
        return (self.path / "HEAD").read_text().strip().removeprefix("ref: refs/heads/")

    def sha(self, ref: str) -> str:
        """The commit that *ref* means; empty where there is none. Branches go before tags."""
        branch = self.default if ref == "HEAD" else ref.removeprefix("refs/heads/")
        found = self._head(branch)
        for full in () if found else (f"refs/tags/{ref}", ref):
            result = self._run(["rev-parse", "--verify", "--quiet", f"{full}^{{commit}}"])
            if result.returncode == 0:
                return result.stdout.decode().strip()
        return found

    def _head(self, branch: str) -> str:
        """The commit of a branch, without asking git; empty where there is no such branch."""
        name = f"refs/heads/{branch}"
        with contextlib.suppress(OSError, ValueError):
            return (self.path / name).read_text().strip()
        with contextlib.suppress(OSError):
            for line in (self.path / "packed-refs").read_text().splitlines():
                if line.endswith(f" {name}"):
                    return line.partition(" ")[0]
        return ""

    def archive(self, ref: str, form: Literal["zip", "tar.gz"], prefix: str) -> bytes:
        """What ``git archive`` makes; the commit stands in a zip's comment."""
        result = self._run(["archive", f"--format={form}", f"--prefix={prefix}/", self.sha(ref)])
        return result.stdout

    def file(self, ref: str, path: str) -> bytes | None:
        """Content of one file; None where there is none."""
        if self.git("ls-tree", self.sha(ref), "--", path)[:6] not in ("100644", "100755"):
            return None
        return self._run(["cat-file", "blob", f"{self.sha(ref)}:{path}"]).stdout

    def split(self, rest: str) -> tuple[str, str]:
        """Ref and path of ``feat/x/dir/file``, by the longest ref that there is."""
        parts = rest.split("/")
        for end in range(len(parts), 0, -1):
            if self.sha("/".join(parts[:end])):
                return "/".join(parts[:end]), "/".join(parts[end:])
        return "", rest

    def serve(self, request: Request, path: str, user: str) -> Response:
        """Git's own server, as a CGI program (git-http-backend).

        Args:
            request: what the client asks.
            path: behind the repository's name.
            user: who may push; empty: nobody.
        """
        environ = {
            "GIT_PROJECT_ROOT": str(self.path.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{self.path.name}/{path}",
            "QUERY_STRING": request.target.partition("?")[2],
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(request.body)),
            "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""),
            "GIT_PROTOCOL": request.headers.get("git-protocol", ""),
            **({"REMOTE_USER": user} if user else {}),
        }
        result = self._run(["http-backend"], data=request.body, environ=environ)
        head, _, body = result.stdout.partition(b"\r\n\r\n")
        pairs = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        headers = [(name, value) for name, value in pairs if name != "Status"]
        status = next((int(value[:3]) for name, value in pairs if name == "Status"), 200)
        return Response(status, headers, body)

    def git(self, *words: str, data: bytes = b"", environ: Mapping[str, str] | None = None) -> str:
        """Run git in the repository; its output."""
        result = self._run(list(words), data=data, environ=environ or {})
        assert result.returncode == 0, (words, result.stderr)
        return result.stdout.decode()

    def _run(
        self, words: list[str], data: bytes = b"", environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return run_git(self.path, words, data, environ or {})


class Store:
    """The folder that holds all repositories; removed with the object."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="fakehub-"))
        self._clean = weakref.finalize(self, shutil.rmtree, self.path, True)
        self._count = 0

    def make(self, name: str, *, branch: str = "main", private: bool = False) -> Repo:
        """An empty repository."""
        self._count += 1
        path = self.path / f"{self._count}.git"
        for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
            (path / folder).mkdir(parents=True)
        (path / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
        (path / "config").write_text(_CONFIG)
        return Repo(name, path, private)


_CONFIG = """\
[core]
\trepositoryformatversion = 0
\tbare = true
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
"""


def run_git(
    place: Path, words: list[str], data: bytes = b"", environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Git without the settings of whoever runs the tests."""
    base = {
        "PATH": os.environ["PATH"],
        "HOME": str(place),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A. Uthor",
        "GIT_AUTHOR_EMAIL": "author@example.org",
        "GIT_COMMITTER_NAME": "A. Uthor",
        "GIT_COMMITTER_EMAIL": "author@example.org",
    }
    return subprocess.run(
        ["git", *words],
        cwd=place,
        env={**base, **(environ or {})},
        input=data,
        capture_output=True,
        check=False,
    )


def _stored(content: Content) -> tuple[str, bytes]:
    """Mode and bytes in the repository; an empty mode where the file is removed."""
    if content is None:
        return "", b""
    if isinstance(content, bytes):
        return "100644", content
    if content.startswith("-> "):
        return "120000", content[3:].encode()
    return ("100755" if content.startswith("#!") else "100644"), content.encode()
