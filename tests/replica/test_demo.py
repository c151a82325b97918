"""What `make demo` shows, and that what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.main import run
from storage.database import open_database
from tests.web.visiting import Visitor
from web.site import Site


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_demo_ends_with_a_mail_whose_links_the_pages_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    assert run(["demo", "--folder", str(folder)]) == 0
    said = capsys.readouterr().out
    (mail,) = re.findall(r"\S+\.eml", said)
    assert f"serve --config {folder / 'nieuwswacht.toml'}" in said
    words = Path(mail).read_bytes().replace(b"=\r\n", b"").replace(b"=3D", b"=").decode()
    paths = set(re.findall(r"http://127\.0\.0\.1:8000(/[^\s\"<>]+)", words))
    database = open_database(f"sqlite:///{folder / 'nieuwswacht.db'}")
    visitor = Visitor(Site(database=database, watches=(), source_title="", sender=""), "127.0.0.1:8000")
    assert {path.split("/")[1] for path in paths} == {"artikel", "voorkeuren", "afmelden"}
    assert {path: visitor.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    database.close()
