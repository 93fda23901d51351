"""GitHub as programs meet it: archives made on demand, git, raw files, releases, gists, the API.

Archives and git are not imitated: ``git archive`` and ``git http-backend`` answer from real
repositories. What may not be seen is 404, as missing things are; git itself is asked to log in.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from .github_repos import Content as FileContent
from .github_repos import Repo, Store
from .message import Request, Response, redirect, text
from .static import Content, serve

_LFS = "application/vnd.git-lfs+json"


class GitHub:
    """The fake.

    Attributes:
        repos: repositories by ``owner/repo``, gists by ID.
        tokens: names of the repositories that a token may read and write; ``*``: all.
        sso: owners that want single sign-on for tokens.
        renamed: new names by old ones.
        asset_life: seconds that the signed address of a release's file holds.
        api_left: requests that the API still answers without a token; None: any number.
    """

    hosts = (
        "github.com",
        "www.github.com",
        "api.github.com",
        "codeload.github.com",
        "raw.githubusercontent.com",
        "media.githubusercontent.com",
        "release-assets.githubusercontent.com",
        "github-cloud.githubusercontent.com",
        "gist.github.com",
        "gist.githubusercontent.com",
    )

    def __init__(self) -> None:
        self._store = Store()
        self.repos: dict[str, Repo] = {}
        self.tokens: dict[str, set[str]] = {}
        self.sso: set[str] = set()
        self.renamed: dict[str, str] = {}
        self.asset_life = 300.0
        self.api_left: int | None = None

    def add_repo(
        self,
        name: str,
        files: Mapping[str, FileContent] | None = None,
        *,
        branch: str = "main",
        private: bool = False,
    ) -> Repo:
        """A repository ``owner/repo`` with one commit of *files*, or without any."""
        repo = self.repos[name] = self._store.make(name, branch=branch, private=private)
        if files:
            repo.commit(files, "First commit")
        return repo

    def add_gist(self, identity: str, files: Mapping[str, FileContent]) -> Repo:
        """A gist; *identity* in hexadecimal."""
        return self.add_repo(identity, files, branch="master")

    def rename(self, old: str, new: str) -> None:
        """Move a repository; its old links lead on."""
        self.repos[new] = self.repos.pop(old)
        self.repos[new].name = new
        self.renamed[old] = new

    def handle(self, request: Request) -> Response:
        """The answer to one request."""
        if not request.headers.get("user-agent"):
            return text(403, "Request forbidden by administrative rules.")
        parts = request.path.strip("/").split("/")
        handler = {
            "api.github.com": self._api,
            "codeload.github.com": self._codeload,
            "raw.githubusercontent.com": self._raw,
            "media.githubusercontent.com": self._media,
            "release-assets.githubusercontent.com": self._asset_bytes,
            "github-cloud.githubusercontent.com": self._lfs_bytes,
            "gist.github.com": self._gist,
            "gist.githubusercontent.com": self._gist_raw,
        }.get(request.host, self._web)
        return handler(request, parts)

    def _web(self, request: Request, parts: list[str]) -> Response:
        if len(parts) < 2:
            return _page(404, "Page not found · GitHub")
        name = f"{parts[0]}/{parts[1].removesuffix('.git')}"
        if name in self.renamed:
            new = request.target.replace(name, self.renamed[name], 1)
            return redirect(f"https://github.com{new}", 301)
        repo, rest = self.repos.get(name), parts[2:]
        if rest[:1] in (["info"], ["git-upload-pack"], ["git-receive-pack"]):
            return self._git(request, repo, "/".join(rest))
        if repo is None or repo.private:
            return _page(404, "Page not found · GitHub")
        if rest[:1] == ["archive"]:
            ref, form = _form("/".join(rest[1:]))
            return self._to_codeload(repo, ref, form)
        if rest[:1] == ["raw"]:
            return _raw_place(repo, "/".join(rest[1:]))
        if rest[:2] == ["releases", "download"]:
            return self._signed(repo, "/".join(rest[2:-1]), rest[-1])
        if rest[:3] == ["releases", "latest", "download"] and len(rest) == 4:
            return self._signed(repo, _latest(repo), rest[3])
        return _page(200, f"GitHub - {name}")

    def _git(self, request: Request, repo: Repo | None, path: str) -> Response:
        token = self._token(request)
        name = repo.name if repo else ""
        if (repo is None or repo.private) and not token:
            realm = {"WWW_Authenticate": 'Basic realm="GitHub"'}
            return text(401, "Repository not found.", **realm)
        if repo is None or (repo.private and not self._may(token, name)):
            return text(404, "Repository not found.")
        if path == "info/lfs/objects/batch":
            return self._batch(request, repo)
        return repo.serve(request, path, "someone" if self._may(token, name) else "")

    def _to_codeload(self, repo: Repo, ref: str, form: str, token: str = "") -> Response:
        if not repo.sha(ref):
            return text(404, "404: Not Found")
        signed = f"?token={token}" if token else ""
        place = f"https://codeload.github.com/{repo.name}/{form}/{quote(ref)}"
        return redirect(place + signed)

    def _codeload(self, request: Request, parts: list[str]) -> Response:
        if parts[0] == "gist":
            parts = parts[1:]
            repo, rest = self.repos.get(parts[0]) if parts else None, parts[1:]
        else:
            repo, rest = self.repos.get("/".join(parts[:2])), parts[2:]
        form, ref = "".join(rest[:1]), "/".join(rest[1:])
        signed = request.query.get("token") == "ABCSIGNED"
        known = form.removeprefix("legacy.") in {"zip", "tar.gz"}
        if repo is None or (repo.private and not signed) or not known or not repo.sha(ref):
            return text(404, "404: Not Found")
        name = repo.name.rpartition("/")[2]
        short = ref.removeprefix("refs/heads/").removeprefix("refs/tags/").replace("/", "-")
        top = f"{name}-{repo.sha(ref) if ref == 'HEAD' else short}"
        if form.startswith("legacy."):
            form, top = form[7:], f"{repo.name.replace('/', '-')}-{repo.sha(ref)[:7]}"
        data = repo.archive(ref, "zip" if form == "zip" else "tar.gz", top)
        kind = "application/zip" if form == "zip" else "application/x-gzip"
        headers = [
            ("Content-Type", kind),
            ("Content-Disposition", f"attachment; filename={top}.{form}"),
            ("ETag", f'W/"{repo.sha(ref)}"'),
        ]
        return Response(200, headers, _pieces(data), "chunked")

    def _raw(self, request: Request, parts: list[str]) -> Response:
        repo = self.repos.get("/".join(parts[:2]))
        if repo is None or (repo.private and not self._may(self._token(request), repo.name)):
            return text(404, "404: Not Found")
        rest = "/".join(parts[2:]).removeprefix("refs/heads/").removeprefix("refs/tags/")
        ref, path = repo.split(rest)
        data = repo.file(ref, path) if ref and path else None
        if data is None:
            return text(404, "404: Not Found")
        return serve(request, Content(data, kind="text/plain; charset=utf-8", modified=None))

    def _media(self, request: Request, parts: list[str]) -> Response:
        repo = self.repos.get("/".join(parts[1:3]))
        ref, path = repo.split("/".join(parts[3:])) if repo else ("", "")
        data = repo.file(ref, path) if repo and ref else None
        if repo is None or repo.private or data is None:
            return text(404, "404: Not Found")
        return serve(request, Content(_large(repo, data) or data))

    def _signed(self, repo: Repo, tag: str, asset: str) -> Response:
        if asset not in repo.releases.get(tag, {}):
            return _page(404, "Page not found · GitHub")
        until = time.time() + self.asset_life
        place = f"https://release-assets.githubusercontent.com/{repo.name}/{quote(tag, '')}"
        query = f"sp=r&se={until:.3f}&sig=SIGNATURE&jwt=eyJ0eXAi.x.y"
        return redirect(f"{place}/{quote(asset)}?{query}")

    def _asset_bytes(self, request: Request, parts: list[str]) -> Response:
        if float(request.query.get("se", "0")) < time.time():
            body = (
                '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code>'
                "<Message>Server failed to authenticate the request.</Message></Error>"
            )
            return text(403, body, "application/xml")
        data = self.repos["/".join(parts[:2])].releases["/".join(parts[2:-1])][parts[-1]]
        return serve(request, Content(data, name=parts[-1]))

    def _gist(self, request: Request, parts: list[str]) -> Response:
        at = next((n for n, one in enumerate(parts) if one.removesuffix(".git") in self.repos), -1)
        if at < 0:
            return _page(404, "Page not found · GitHub")
        repo, rest = self.repos[parts[at].removesuffix(".git")], parts[at + 1 :]
        if rest[:1] in (["info"], ["git-upload-pack"]):
            return repo.serve(request, "/".join(rest), "")
        if rest[:1] == ["raw"]:
            path = "/".join(rest[1:])
            return redirect(f"https://gist.githubusercontent.com/someone/{repo.name}/raw/{path}")
        return _page(200, "gist")

    def _gist_raw(self, request: Request, parts: list[str]) -> Response:
        repo, rest = self.repos.get("".join(parts[1:2])), parts[3:]
        if repo is None or not rest:
            return text(404, "404: Not Found")
        ref = rest[0] if len(rest) > 1 else "HEAD"
        data = repo.file(ref, rest[-1]) if repo.sha(ref) else None
        if data is None:
            return text(404, "404: Not Found")
        return serve(request, Content(data, kind="text/plain; charset=utf-8", modified=None))

    def _api(self, request: Request, parts: list[str]) -> Response:
        token = self._token(request)
        if request.headers.get("authorization") and token not in self.tokens:
            return _json(401, {"message": "Bad credentials", "status": "401"})
        if not token and self.api_left is not None:
            self.api_left -= 1
            if self.api_left < 0:
                return _json(
                    403,
                    {"message": "API rate limit exceeded for 192.0.2.1."},
                    X_RateLimit_Limit="60",
                    X_RateLimit_Remaining="0",
                    X_RateLimit_Reset=str(int(time.time()) + 3300),
                )
        repo = self.repos.get("/".join(parts[1:3])) if parts[0] == "repos" else None
        if repo is not None and token and parts[1] in self.sso:
            sso = f"required; url=https://github.com/orgs/{parts[1]}/sso?authorization_request=x"
            return _json(403, {"message": "Resource protected by SAML"}, X_GitHub_SSO=sso)
        if repo is None or (repo.private and not self._may(token, repo.name)):
            return _json(404, {"message": "Not Found", "status": "404"})
        return self._api_of(request, repo, parts[3:])

    def _api_of(self, request: Request, repo: Repo, rest: list[str]) -> Response:
        if rest[:1] == ["zipball"]:
            return self._to_codeload(repo, "/".join(rest[1:]) or "HEAD", "legacy.zip", "ABCSIGNED")
        if rest[:1] == ["contents"]:
            data = repo.file(request.query.get("ref", "HEAD"), "/".join(rest[1:]))
            if data is None:
                return _json(404, {"message": "Not Found"})
            return serve(request, Content(data, kind="application/vnd.github.raw+json"))
        if rest[:1] == ["commits"] and repo.sha("/".join(rest[1:])):
            return text(200, repo.sha("/".join(rest[1:])))
        if rest[:2] == ["releases", "assets"]:
            tag, asset = base64.urlsafe_b64decode(rest[2]).decode().split("\n")
            return self._signed(repo, tag, asset)
        if rest[:2] == ["releases", "tags"] or rest == ["releases", "latest"]:
            tag = "/".join(rest[2:]) if len(rest) > 2 else _latest(repo)
            if tag in repo.releases:
                return _json(200, _release(repo, tag))
        return _json(404, {"message": "Not Found"})

    def _batch(self, request: Request, repo: Repo) -> Response:
        asked = json.loads(request.body)
        if repo.lfs_quota:
            message = "This repository is over its data quota."
            return text(403, json.dumps({"message": message}), _LFS)
        found = []
        for one in asked["objects"]:
            entry = {"oid": one["oid"], "size": one["size"]}
            if one["oid"] in repo.lfs:
                href = f"https://github-cloud.githubusercontent.com/{repo.name}/{one['oid']}?X-Amz-Signature=x"
                action = {"href": href, "header": {"Authorization": "RemoteAuth lfs-canary"}}
                entry["actions"] = {"download": {**action, "expires_in": 3600}}
            else:
                entry["error"] = {"code": 404, "message": "Object does not exist"}
            found.append(entry)
        return text(200, json.dumps({"transfer": "basic", "objects": found}), _LFS)

    def _lfs_bytes(self, request: Request, parts: list[str]) -> Response:
        if request.headers.get("authorization") != "RemoteAuth lfs-canary":
            return text(403, "")
        return serve(request, Content(self.repos["/".join(parts[:2])].lfs[parts[2]]))

    def _token(self, request: Request) -> str:
        """The token that came, in either form; empty without one."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            return base64.b64decode(value).decode().partition(":")[2]
        return value

    def _may(self, token: str, name: str) -> bool:
        return bool({name, "*"} & self.tokens.get(token, set()))


def _raw_place(repo: Repo, rest: str) -> Response:
    ref, path = repo.split(rest)
    data = repo.file(ref, path) if ref and path else None
    if data is None:
        return _page(404, "Page not found · GitHub")
    where = f"{repo.name}/{quote(ref)}/{quote(path)}"
    if _large(repo, data) is not None:
        return redirect(f"https://media.githubusercontent.com/media/{where}")
    return redirect(f"https://raw.githubusercontent.com/{where}")


def _large(repo: Repo, data: bytes) -> bytes | None:
    """The large file that *data* points to; None where it is no pointer."""
    if not data.startswith(b"version https://git-lfs"):
        return None
    return repo.lfs.get(data.split(b"sha256:")[1][:64].decode())


def _form(name: str) -> tuple[str, str]:
    for form in ("zip", "tar.gz"):
        if name.endswith(f".{form}"):
            return name[: -len(form) - 1], form
    return name, "zip"


def _latest(repo: Repo) -> str:
    return next(reversed(repo.releases), "")


def _release(repo: Repo, tag: str) -> dict[str, object]:
    import hashlib

    base = f"https://github.com/{repo.name}/releases/download/{quote(tag)}"
    assets = [
        {
            "id": base64.urlsafe_b64encode(f"{tag}\n{name}".encode()).decode(),
            "name": name,
            "size": len(data),
            "digest": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "browser_download_url": f"{base}/{quote(name)}",
        }
        for name, data in repo.releases[tag].items()
    ]
    return {"tag_name": tag, "assets": assets}


def _json(status: int, value: object, **headers: str) -> Response:
    return text(status, json.dumps(value), "application/json", **headers)


def _page(status: int, title: str) -> Response:
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body></body></html>"
    return text(status, page, "text/html")


def _pieces(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), 16384):
        yield data[at : at + 16384]


def create() -> GitHub:
    """A GitHub with ``someone/net`` (a project with a large tree, tags, a release) and a gist."""
    fake = GitHub()
    files: dict[str, FileContent] = {
        "README.md": b"# net\n\nAn example.\n",
        "train.py": "#!/usr/bin/env python3\nprint('epoch 1 acc 0.91')\n",
        "requirements.txt": b"",
        "net/__init__.py": b"",
        "net/model.py": b"SIZE = 3\n",
        "latest.py": "-> train.py",
    }
    repo = fake.add_repo("someone/net", files)
    repo.tag("v1.0", annotated=True)
    repo.commit({"net/model.py": b"SIZE = 4\n"}, branch="feat/wide")
    repo.releases["v1.0"] = {"weights.npz": bytes(range(256)) * 64, "notes.txt": b"First.\n"}
    fake.add_gist("aa5a315d61ae9438b18d", {"plot.py": b"print('plot')\n"})
    return fake
