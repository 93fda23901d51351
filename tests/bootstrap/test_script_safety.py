"""What a script must not do, whatever its cell, its archives or its machine are like."""

from __future__ import annotations

import base64
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyterlab_preflight.bootstrap.grammar import Step, parse
from jupyterlab_preflight.bootstrap.hosts import Host, applies
from jupyterlab_preflight.bootstrap.script import script
from tests.bootstrap.scripts import Bench, tree
from tests.fakecloud import FakeCloud, faults
from tests.fakecloud.dropbox import Dropbox
from tests.fakecloud.gdrive import Drive
from tests.fakecloud.github import GitHub
from tests.fakecloud.static import Site

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")

TOKEN = "ghp_" + "S3cret" * 6
LOGGED = ("curl", "wget", "git", "base64", "sed", "tr", "awk", "cat", "grep")


@pytest.fixture
def bench(tmp_path: Path, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PREFLIGHT_ROOT", raising=False)
    monkeypatch.delenv("PREFLIGHT_STORE", raising=False)
    monkeypatch.setenv("PREFLIGHT_HOST", "lab,cpu")
    return Bench(tmp_path)


@pytest.fixture
def site(cloud: FakeCloud) -> Site:
    one = Site("data.example.org")
    one.add("/one.csv", b"a,b\n1,2\n")
    cloud.add(one)
    return one


def archive(fill: Callable[[zipfile.ZipFile], None]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("good.txt", b"good")
        fill(made)
    return target.getvalue()


def member(name: str, data: bytes = b"evil", mode: int = 0o100644) -> bytes:
    info = zipfile.ZipInfo("x")
    info.filename, info.external_attr, info.create_system = name, mode << 16, 3
    return archive(lambda made: made.writestr(info, data))


def tar_member(**about: object) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as made:
        good = tarfile.TarInfo("good.txt")
        good.size = 4
        made.addfile(good, io.BytesIO(b"good"))
        bad = tarfile.TarInfo("bad")
        for name, value in about.items():
            setattr(bad, name, value)
        made.addfile(bad)
    return target.getvalue()


BAD = {
    "up.zip": member("../evil.txt"),
    "deep.zip": member("a/../../evil.txt"),
    "absolute.zip": member("/tmp/preflight-evil.txt"),
    "link.zip": member("link", b"/etc/passwd", 0o120777),
    "near.zip": member("link", b"good.txt", 0o120777),
    "git.zip": member(".git/hooks/post-checkout", b"#!/bin/sh\ntouch pwned\n", 0o100755),
    "case.zip": member("a/.GIT/config"),
    "cut.zip": member("b.txt", os.urandom(20_000))[:9_000],
    "page.zip": b"<!DOCTYPE html><html><title>Error (404)</title></html>",
    "empty.zip": b"",
    "hard.tar.gz": tar_member(type=tarfile.LNKTYPE, linkname="good.txt"),
    "fifo.tar.gz": tar_member(type=tarfile.FIFOTYPE),
    "link.tar.gz": tar_member(type=tarfile.SYMTYPE, linkname="../.."),
    "up.tar.gz": tar_member(name="../evil"),
    "cut.tar.gz": tar_member()[:60],
}


TELLING = {"up.zip", "absolute.zip", "link.zip"}
"""What every tool that unpacks is asked in the quick tests, too."""


def bad_archives() -> Iterator[object]:
    for name in BAD:
        yield pytest.param(name, (), id=name)
        for without in (("unzip",), ("unzip", "bsdtar")) if name.endswith(".zip") else ():
            marks = () if name in TELLING else pytest.mark.slow
            yield pytest.param(name, without, id=f"{name} without {'-'.join(without)}", marks=marks)


@pytest.mark.parametrize(("name", "without"), bad_archives())
def test_nothing_is_made_of_a_bad_archive(
    bench: Bench, site: Site, name: str, without: tuple[str, ...]
) -> None:
    site.add(f"/{name}", BAD[name])
    bench.without = without
    before = sorted(bench.base.rglob("*"))
    ran = bench.run(f"dataset https://data.example.org/{name} data")
    if (ran.code, without, name) == (0, ("unzip",), "absolute.zip"):
        return  # bsdtar puts it below the folder, which is as safe
    assert ran.code == 4, ran.said
    ours = {bench.here, bench.base / "script.sh", bench.base / "wgetrc"}
    assert set(bench.base.rglob("*")) - set(before) <= ours
    assert not Path("/tmp/preflight-evil.txt").exists()


@pytest.mark.parametrize("target", ["/etc/passwd", "../../x", "a/../../../x", "loop"])
def test_a_project_with_a_link_that_leads_out(bench: Bench, site: Site, target: str) -> None:
    site.add("/code.zip", member("loop", target.encode(), 0o120777))
    ran = bench.run("project https://data.example.org/code.zip net")
    assert (ran.code, tree(bench.here)) == (4, {}), ran.said


@pytest.mark.parametrize("tool", ["curl", "wget"])
def test_a_broken_transfer_leaves_nothing_and_the_next_run_heals(
    bench: Bench, cloud: FakeCloud, site: Site, tool: str
) -> None:
    site.add("/big.bin", os.urandom(400_000))
    bench.without = tuple({"curl", "wget"} - {tool})
    line = "dataset https://data.example.org/big.bin data"
    cloud.script("https://data.example.org/big.bin", faults.drop(100_000))
    assert bench.run(line).code == 4
    assert list(bench.here.rglob("*")) == []
    assert bench.run(line).code == 0
    assert (bench.here / "data/big.bin").stat().st_size == 400_000


def test_pages_of_providers_are_refused(bench: Bench, cloud: FakeCloud) -> None:
    dropbox, drive = Dropbox(), Drive()
    cloud.add(dropbox)
    cloud.add(drive)
    gone = dropbox.add_file("gone.txt", b"x", state="gone")
    locked = dropbox.add_file("locked.txt", b"x", state="password")
    quota = drive.add_file("quota.txt", b"x", state="quota")
    ran = bench.run(
        f"dataset {gone.link} a\ndataset {locked.link} b\n"
        f"dataset https://drive.google.com/file/d/{quota.identity}/view c"
    )
    assert (ran.code, tree(bench.here)) == (4, {}), ran.said
    assert ran.said.count("failed") == 3


@pytest.mark.parametrize("git", [True, False])
def test_a_secret_is_seen_by_nobody(
    bench: Bench, cloud: FakeCloud, site: Site, monkeypatch: pytest.MonkeyPatch, git: bool
) -> None:
    hub = GitHub()
    hub.add_repo("me/net", {"train.py": b"print()\n"}, private=True)
    hub.tokens[TOKEN] = {"*"}
    cloud.add(hub)
    log = bench.base / "argv"
    tools = bench.base / "logged"
    tools.mkdir()
    for name in LOGGED:
        real = shutil.which(name)
        if real and (git or name != "git"):
            wrapper = tools / name
            wrapper.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{log}\nexec {real} "$@"\n')
            wrapper.chmod(0o755)
    bench.without = () if git else ("git",)
    bench.environ = {
        "PATH": f"{tools}:{bench._path()}",
        "MY_TOKEN": TOKEN,
        "LOGIN": "me:Pa$$w0rd",
        "SHELLOPTS": "xtrace",
    }
    ran = bench.run(
        "project https://github.com/me/net net --secret MY_TOKEN\n"
        "dataset https://data.example.org/one.csv data --secret LOGIN\n"
        "env --secret OTHER=MY_TOKEN\n"
    )
    assert ran.code == 0, ran.said
    assert tree(bench.here / "net") == {"train.py": (b"print()\n", 0o644)}
    assert (bench.here / "net/.git").exists() == git
    sent = [record.headers.get("authorization", "") for record in cloud.requests()]
    assert any(one.startswith("B") for one in sent)
    everything = ran.said + log.read_text()
    for path in bench.here.rglob("*"):
        if path.is_file():
            everything += path.read_bytes().decode("latin-1")
    pairs = ("me:Pa$$w0rd", f"x-access-token:{TOKEN}")
    shapes = [TOKEN, "Pa$$w0rd", *(base64.b64encode(pair.encode()).decode() for pair in pairs)]
    assert not [shape for shape in shapes if shape in everything]


def test_a_secret_does_not_follow_to_another_host(
    bench: Bench, cloud: FakeCloud, site: Site
) -> None:
    other = Site("other.example.net")
    other.add("/one.csv", b"other\n")
    cloud.add(other)
    cloud.script("https://data.example.org/one.csv", faults.to("https://other.example.net/one.csv"))
    bench.environ = {"MY_TOKEN": TOKEN}
    line = "dataset https://data.example.org/one.csv data --secret MY_TOKEN"
    assert bench.run(line).code == 0
    assert cloud.requests("data.example.org")[0].headers["authorization"] == f"Bearer {TOKEN}"
    (other_host,) = cloud.requests("other.example.net")
    assert "authorization" not in other_host.headers


@pytest.mark.parametrize("value", [None, "", "with\nbreak"])
def test_a_secret_that_is_not_there(bench: Bench, site: Site, value: str | None) -> None:
    bench.environ = {} if value is None else {"MY_TOKEN": value}
    ran = bench.run(
        "env --secret MY_TOKEN\ndataset https://data.example.org/one.csv a --secret MY_TOKEN\n"
        "dataset https://data.example.org/one.csv b"
    )
    assert ran.code == 4
    assert list(tree(bench.here)) == ["b/one.csv"]


def test_a_link_neither_nests_nor_replaces_a_folder(bench: Bench) -> None:
    for name in ("data", "other", "full/mine", "empty"):
        (bench.here / name).mkdir(parents=True)
    (bench.here / "full/mine/file").write_text("mine")
    (bench.here / "single").write_text("mine")
    for _ in range(2):
        ran = bench.run("link data a/b\nlink data empty\nlink data full\nlink data single")
        assert ran.code == 4
        assert [line for line in ran.said.split("\n") if line.endswith("failed")] == [
            "  line 3 failed",
            "  line 4 failed",
        ]
    found = tree(bench.here)
    assert found["a/b"] == "-> ../data"
    assert found["empty"] == "-> data"
    assert found["full/mine/file"] == (b"mine", 0o644)
    assert found["single"] == (b"mine", 0o644)
    assert list((bench.here / "data").iterdir()) == []
    assert bench.run("link other a/b").code == 0
    assert tree(bench.here)["a/b"] == "-> ../other"
    assert bench.run("link missing c").code == 4


@pytest.mark.parametrize("what", ["file", "dangling", "fifo"])
def test_a_destination_that_is_no_folder(bench: Bench, site: Site, what: str) -> None:
    place = bench.here / "data"
    if what == "file":
        place.write_text("mine")
    elif what == "fifo":
        os.mkfifo(place)
    else:
        place.symlink_to("nowhere")
    before = os.lstat(place)
    assert bench.run("dataset https://data.example.org/one.csv data").code == 4
    assert os.lstat(place) == before


def test_order_and_failure(bench: Bench, cloud: FakeCloud, site: Site) -> None:
    drive = Drive()
    cloud.add(drive)
    folder = drive.add_folder("many")
    ran = bench.run(
        f"dataset https://drive.google.com/drive/folders/{folder.identity} data\n"
        "link data a/b\n"
        "dataset https://data.example.org/missing.csv b --optional\n"
        "link b c\n"
        "dataset https://data.example.org/one.csv d\n"
        "link a/b e\n"
    )
    assert ran.code == 4
    assert tree(bench.here) == {"d/one.csv": (b"a,b\n1,2\n", 0o644)}
    assert "cannot do it" in ran.said
    assert "Line 2: not run, it waits for line 1." in ran.said
    assert "Line 4: not run, it waits for line 3." in ran.said
    assert "Line 6: not run, it waits for line 2." in ran.said
    optional = "dataset https://data.example.org/missing.csv b --optional\nlink b c"
    assert bench.run(optional).code == 0


HOSTS = ["", "colab", "kaggle,gpu", "lab", "Lab cpu", "gpu", "cpu"]
NAMES = ["colab", "!colab", "gpu", "cpu", "lab,kaggle", "!gpu", "local", "!lab,!gpu"]


@pytest.mark.parametrize("here", HOSTS)
def test_places(bench: Bench, monkeypatch: pytest.MonkeyPatch, here: str) -> None:
    from jupyterlab_preflight.bootstrap.hosts import host

    for name in ("KAGGLE_KERNEL_RUN_TYPE", "COLAB_RELEASE_TAG", "JUPYTERHUB_USER", "SLURM_JOB_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFLIGHT_HOST", here)
    machine: Host = host(settings={})
    lines = [f"env --on '{one}' SEEN=yes" for one in NAMES]
    text = script(parse("\n".join(lines)).steps, "cell").replace(
        "export SEEN=yes", "echo yes $LINE"
    )
    for index in range(len(NAMES)):
        text = text.replace("$LINE", str(index), 1)
    ran = bench.bash(text)
    expected = [f"yes {i}" for i, one in enumerate(NAMES) if applies([one], machine)]
    assert ran.said.split("\n")[:-1] == expected, (here, machine)


def test_requirements(bench: Bench) -> None:
    good = "require cpu lab ram>=1MB disk>=1kB python>=3.8 packaging>=1"
    bench.environ = {"PYTHON": sys.executable}
    assert bench.run(good).code == 0
    for bad in (
        "ram>=900TB",
        "disk>=9000TB",
        "python>=4",
        "colab",
        "packaging>=999",
        "nonesuch>=1",
    ):
        assert bench.run(f"require {bad}").code == 4, bad


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(WORDS, min_size=1, max_size=30))
def test_words_reach_a_command_as_they_are(bench: Bench, words: list[str]) -> None:
    step = Step("run", 1, ("run", "printf", *words), ("printf", "%s|", *words))
    ran = bench.bash(script([step], "cell"))
    assert ran.code == 0, ran.said
    assert ran.said.startswith("|".join([*words, ""]) + "Line 1")


@pytest.mark.parametrize(
    "word", ["$(touch pwned)", "`touch pwned`", "a;touch pwned", "a\ntouch pwned"]
)
def test_nothing_of_a_cell_is_run_by_the_shell(bench: Bench, word: str) -> None:
    step = Step("env", 1, ("env", f"A={word}"), (f"A={word}",))
    text = script([step, Step("keep", 2, ("keep", word), (word, word))], f"cell\n{word}")
    assert bench.bash(text).code == 4
    assert list(bench.here.iterdir()) == []


def test_shellcheck_has_nothing_to_say(bench: Bench) -> None:
    program = shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck is not installed")
    cell = (
        "require gpu ram>=1GB python>=3.9 numpy>=1\n"
        "dataset https://www.dropbox.com/scl/fo/9xk2/AAD1?rlkey=q7&dl=0 data/cats --on '!colab'\n"
        "project https://github.com/me/net net --ref main --secret GITHUB_TOKEN --path=src\n"
        "project https://github.com/me/net/tree/dev/a/b net2 --include '*.py' --flat\n"
        "link data/cats net/data/input\napt libsndfile1\npip -r net/requirements.txt\n"
        "env WANDB_MODE=offline\nenv --secret WANDB_API_KEY\ndataset ~/x e\nrun python -V\n"
    )
    file = bench.base / "all.sh"
    file.write_text(script(parse(cell).steps, "cell"))
    done = subprocess.run([program, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
