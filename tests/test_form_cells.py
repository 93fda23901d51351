"""Cells with a form, in a real kernel: comments above magics, and values that reach a command."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

from .docs.reading import fences
from .test_kernel import Kernel

ROOT = Path(__file__).parent.parent
DIGITS = ROOT / "examples/digits"
EXAMPLE: dict[str, str] = {
    cell["id"]: "".join(cell["source"])
    for cell in json.loads((DIGITS / "digits.ipynb").read_text(encoding="utf-8"))["cells"]
}
TRAIN = EXAMPLE["train"]

PAGE_EXAMPLE = (ROOT / "src/sources/example.ts").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    folder = tmp_path_factory.mktemp("forms")
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PREFLIGHT_HOST": "lab,cpu"}
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder), env=environ)
    one = Kernel(manager, client)
    try:
        yield one
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture
def loaded(kernel: Kernel) -> Iterator[Kernel]:
    kernel.run("%reset -f")
    kernel.run("%load_ext jupyterlab_preflight")
    yield kernel
    kernel.run("%unload_ext jupyterlab_preflight")


def printed(kernel: Kernel, code: str) -> str:
    reply = kernel.run(code)
    assert reply["status"] == "ok", reply
    return kernel.printed


# -- comments above a magic ------------------------------------------------------------------------


def check_magics(kernel: Kernel) -> None:
    """The magics that notebooks have below a title, one after the other."""
    title = '#@title Build { display-mode: "form" }\n#@markdown Some *words*.\n\n'
    assert printed(kernel, f"{title}%%bash\necho one; echo two") == "one\ntwo\n"
    assert "Wall time" in printed(kernel, f"{title}%%time\nx = 41 + 1")
    assert printed(kernel, f"{title}%%capture caught\nprint(x)") == ""
    assert printed(kernel, "print(caught.stdout)") == "42\n\n"
    printed(kernel, f"{title}%%writefile made.py\n# kept\nprint('größe')\n")
    assert printed(kernel, "print(open('made.py', encoding='utf-8').read())") == (
        "# kept\nprint('größe')\n\n"
    )
    printed(kernel, f"{title}%%html\n<b>bold</b>")
    assert [one["data"]["text/html"] for one in kernel.of("display_data")] == ["<b>bold</b>\n"]
    printed(kernel, f"{title}%%preflight\nenv A=1")
    assert "Environment  A=1" in kernel.shown
    assert printed(kernel, f"{title}%%capture\n# note\n%%bash\necho hidden") == ""
    assert printed(kernel, "#@title Crlf\r\n%%capture c\r\nprint(7)\r\n") == ""
    assert printed(kernel, "print(c.stdout)") == "7\n\n"

    # The magic has the line that it has in the cell.
    reply = kernel.run(f"{title}%%bash\nexit 3")
    assert reply["ename"] == "CalledProcessError"
    assert re.search(r"-> +4 .*run_cell_magic", plain(reply)), plain(reply)
    reply = kernel.run(f"{title}%%nothing\nx")
    assert reply["evalue"] == "Cell magic `%%nothing` not found."

    # What is no cell magic is as ever.
    text = printed(kernel, "#@title A\ntext = '''\n%%bash\n'''\nprint(text)\n!echo sh\n%pwd")
    assert "%%bash" in text
    assert "sh" in text.split()
    assert kernel.run("x = 1\n%%time\nx")["status"] == "error"


def plain(reply: dict[str, Any]) -> str:
    """A traceback without its colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(reply["traceback"]))


def test_magics_below_comments(loaded: Kernel) -> None:
    check_magics(loaded)


def test_it_ends_with_the_extension(loaded: Kernel) -> None:
    cell = "#@title A\n%%bash\necho"
    for _ in range(2):
        assert loaded.run(cell)["status"] == "ok"
        loaded.run("%unload_ext jupyterlab_preflight")
        assert loaded.run(cell)["evalue"] == "Line magic function `%%bash` not found."
        loaded.run("%load_ext jupyterlab_preflight")
    loaded.run("%reload_ext jupyterlab_preflight")
    loaded.run("%reload_ext jupyterlab_preflight")
    assert loaded.run(cell)["status"] == "ok"
    count = "sum('below_comments' in str(t) for t in m.line_transforms)"
    assert printed(loaded, f"m = get_ipython().input_transformer_manager; print({count})") == "1\n"


def test_mistakes_are_told_with_the_line_of_the_cell(loaded: Kernel) -> None:
    reply = loaded.run("#@title Data\n\n%%preflight\nenv A=1\nnonsense")
    assert reply["evalue"].startswith("Line 5, column 1: ")
    loaded.run("#@title Data\n\n%%preflight\n# words\nenv A=1")
    assert [row["line"] for row in loaded.snapshots[-1]["rows"]] == [5]
    loaded.run("\n%%preflight\nenv A=2")
    assert [row["line"] for row in loaded.snapshots[-1]["rows"]] == [3]
    loaded.run("# a\n%%capture\n# b\n%%preflight\nenv A=3")  # no cell of steps, as the page sees it
    assert [row["line"] for row in loaded.snapshots[-1]["rows"]] == [2]


def test_pages_hear_that_it_is_loaded(kernel: Kernel) -> None:
    kernel.run("%load_ext jupyterlab_preflight")
    (told,) = kernel.snapshots
    assert (told["state"], told["rows"]) == ("idle", [])
    kernel.run("%load_ext jupyterlab_preflight")
    assert kernel.snapshots == []
    kernel.run("%unload_ext jupyterlab_preflight")


def test_it_may_be_loaded_as_the_kernel_starts(tmp_path: Path) -> None:
    profile = tmp_path / "ipython/profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text(
        "get_config().InteractiveShellApp.extensions = ['jupyterlab_preflight']\n"
    )
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PREFLIGHT_HOST": "lab,cpu",
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path), env=environ)
    one = Kernel(manager, client)
    try:
        assert printed(one, "#@title A\n%%bash\necho hi") == "hi\n"
        assert one.ask()["snapshot"]["state"] == "idle"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


# -- values that reach a command -------------------------------------------------------------------

SHOW = "import json, sys; print(json.dumps(sys.argv[1:]))"


def test_every_type_of_field_reaches_the_command(loaded: Kernel) -> None:
    form = (
        "#@title Train\n"
        'lr = 1e-3  #@param {type:"number"}\n'
        'epochs = 3  #@param {type:"integer"}\n'
        'drop = 0.25  #@param {type:"slider", min:0, max:1, step:0.05}\n'
        'mixed = True  #@param {type:"boolean"}\n'
        """name = "it's \\"5 < 6\\"; $HOME `x` *.py \\\\ größe"  #@param {type:"string"}\n"""
        'empty = ""  #@param {type:"string"}\n'
        'kind = "a b"  #@param ["a b", "c"]\n'
        'size = 16  #@param [16, 32] {type:"raw"}\n'
        'sizes = [1, 2]  #@param {type:"raw"}\n'
        'when = "2024-01-31"  #@param {type:"date"}\n'
        "none = None  #@param\n"
    )
    names = re.findall(r"(?m)^(\w+) =", form)
    words = " ".join(f"--{name} {{{name}}}" for name in names)
    loaded.run(f"{form}%preflight run python -c '{SHOW}' {words} --x={{lr}},{{kind}}")
    values = [
        *("0.001", "3", "0.25", "True", 'it\'s "5 < 6"; $HOME `x` *.py \\ größe', "", "a b", "16"),
        *("[1, 2]", "2024-01-31", "None"),
    ]
    pairs = zip([f"--{name}" for name in names], values, strict=True)
    assert json.loads(loaded.printed) == [*(word for two in pairs for word in two), "--x=0.001,a b"]


def test_an_unknown_variable_is_named_before_anything_runs(loaded: Kernel) -> None:
    cell = "lr = 1  #@param\n%preflight run touch made {lr} {epcohs}\n"
    reply = loaded.run(cell)
    assert reply["ename"] == "CellError"
    assert "there is no variable epcohs in this kernel" in reply["evalue"]
    assert "Traceback" not in "".join(reply["traceback"])
    assert printed(loaded, "import os; print(os.path.exists('made'))") == "False\n"
    reply = loaded.run(f"epochs = 3\n{cell}")
    assert "Did you mean epochs?" in reply["evalue"]


def test_nothing_of_a_cell_runs_where_its_command_names_no_variable(loaded: Kernel) -> None:
    reply = loaded.run("%%preflight\nenv BEGUN=1\nrun touch made {epcohs}\n")
    assert reply["ename"] == "CellError"
    assert reply["evalue"].startswith("Line 3: there is no variable epcohs in this kernel")
    assert printed(loaded, "import os; print(os.environ.get('BEGUN'))") == "None\n"


# -- the example -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's folder, as its first cells make it."""
    from examples.digits import dataset

    folder = tmp_path_factory.mktemp("digits")
    shutil.copytree(DIGITS / "net", folder / "net")
    shutil.rmtree(folder / "net/data/input")
    dataset.write(folder / "net/data/input")
    for name, data in dataset.optdigits().items():
        (folder / "data/uci-digits").mkdir(parents=True, exist_ok=True)
        (folder / "data/uci-digits" / name).write_bytes(data)
    return folder


def edited(source: str, name: str, value: str) -> str:
    """*source* as the form writes it when the value of *name* is changed."""
    made, count = re.subn(rf"(?m)^({name} = )\S+", rf"\g<1>{value}", source)
    assert count == 1
    return made


def run_notebook(folder: Path, *sources: str, **more: Any) -> list[str]:
    """What the cells of a notebook print, when a program runs it as papermill does."""
    # Here and not above: what they import takes each worker seconds, and few tests need it.
    import nbformat
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        shutdown_kernel="immediate",
        **more,
    )
    client.execute()
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells] == list(sources)
    return ["".join(one.get("text", "") for one in cell.outputs) for cell in notebook.cells]


LOAD = "%load_ext jupyterlab_preflight"


def test_a_changed_value_reaches_the_program_of_the_example(digits: Path) -> None:
    changed = edited(edited(TRAIN, "lr", "0.25"), "epochs", "2")
    _, whole, short, last = run_notebook(digits, LOAD, TRAIN, changed, EXAMPLE["look"])
    assert shlex.split(whole.split("\n")[0])[:5] == ["train.py", "--lr", "0.5", "--epochs", "20"]
    assert "'first try'" in whole
    assert "epoch  20" in whole
    assert float(re.findall(r"accuracy (0\.\d+)", whole)[-1]) > 0.95
    assert "were misread, such as" in whole
    assert shlex.split(short.split("\n")[0])[:5] == ["train.py", "--lr", "0.25", "--epochs", "2"]
    assert "epoch   3" not in short
    assert last.startswith("first try: accuracy 0.")


@pytest.mark.slow
def test_the_other_choices_of_the_example_work(digits: Path) -> None:
    changed = edited(edited(TRAIN, "activation", '"relu"'), "mistakes", "False")
    _, said = run_notebook(digits, LOAD, changed)
    assert float(re.findall(r"accuracy (0\.\d+)", said)[-1]) > 0.9
    assert "misread" not in said


def test_the_example_of_the_sidebar(digits: Path) -> None:
    found = re.search(r"(?s)EXAMPLE_CELL = `(.*?)`;", PAGE_EXAMPLE)
    assert found is not None
    cell = found[1].replace("\\\\", "\\")
    short = edited(edited(cell, "epochs", "1"), "lr", "0.2")
    (said,) = run_notebook(digits, short)
    assert re.search(r"epoch 1  accuracy 0\.[89]", said)
    assert "epoch 2" not in said
    assert re.search(r"This \d was read as \d:", said)


# -- notebooks that a program runs -----------------------------------------------------------------

FORM = (
    '#@title Settings { run: "auto" }\n'
    "#@markdown These are **all**.\n"
    'lr = 0.1  #@param {type:"number"}\n'
    'name = "größe"  # @param ["größe", "x"] {allow-input: true}\n'
    "print(lr, name)"
)


def test_forms_are_comments_to_a_program_that_runs_a_notebook(tmp_path: Path) -> None:
    from nbclient.exceptions import CellExecutionError

    assert run_notebook(tmp_path, FORM) == ["0.1 größe\n"]
    magic = "#@title Build\n%%bash\necho built"
    assert run_notebook(tmp_path, LOAD, FORM, magic)[1:] == ["0.1 größe\n", "built\n"]
    with pytest.raises(CellExecutionError):
        run_notebook(tmp_path, FORM, magic)


def test_values_that_a_program_puts_behind_the_parameters(digits: Path) -> None:
    cells = [one.text for one in fences("docs/how-to/index.md") if one.kind == "python"]
    form = next(cell for cell in cells if "#@title Parameters" in cell)
    run = next(cell for cell in cells[cells.index(form) :] if "%preflight run" in cell)
    injected = "# Parameters\nlr = 0.25\nepochs = 2\n"  # as papermill writes them
    *_, said = run_notebook(digits, LOAD, form, injected, run)
    assert said.startswith("train.py --lr 0.25 --epochs 2")
    assert "epoch   3" not in said
