"""A whole notebook run by a program, as papermill and nbconvert do."""

from __future__ import annotations

from pathlib import Path

from tests.fakecloud import FakeCloud
from tests.fakecloud.static import Site


def test_a_notebook_without_anybody(cloud: FakeCloud, tmp_path: Path) -> None:
    # Here and not above: what they import takes each worker seconds.
    import nbformat
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    site = Site("data.example.org")
    site.add("/a.csv", b"x,y\n1,2\n")
    cloud.add(site)
    notebook = new_notebook(
        cells=[
            new_code_cell("%load_ext jupyterlab_preflight"),
            new_code_cell("%%preflight\ndataset https://data.example.org/a.csv data/a\nenv A=1"),
            new_code_cell("lr = 0.1\n%preflight run python -c 'import sys; print(sys.argv)' {lr}"),
        ]
    )
    client = NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
        shutdown_kernel="immediate",
    )
    client.execute()
    nbformat.validate(notebook)
    assert (tmp_path / "data/a/a.csv").read_bytes() == b"x,y\n1,2\n"
    (checklist,) = notebook.cells[1].outputs
    assert "Ready" in checklist["data"]["text/plain"]
    assert "'0.1'" in "".join(one.get("text", "") for one in notebook.cells[2].outputs)
    assert "widgets" not in notebook.metadata
