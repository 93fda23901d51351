"""What a killed fetch leaves in a clone: git writes the objects of an answer one by one."""

from __future__ import annotations

from tests.project.conftest import NET, Lab

LINE = f"project {NET} net"


def test_a_commit_without_its_files_is_fetched(lab: Lab) -> None:
    lab.run(LINE)
    repo = lab.hub.repos["me/net"]
    repo.commit({"train.py": b"news\n", "new/more.py": b"more\n"})
    commit = repo.sha("main")
    content = repo.git("cat-file", "commit", commit)
    (lab.root / "commit").write_text(content, encoding="utf-8")
    planted = lab.git("hash-object", "-t", "commit", "-w", "--literally", str(lab.root / "commit"))
    assert planted.strip() == commit
    assert lab.run(LINE).text == "2 files updated: new/more.py, train.py"
    assert lab.run(LINE).text == "up to date"
    assert lab.net("new/more.py").read_bytes() == b"more\n"
