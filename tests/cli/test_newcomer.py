"""From nothing to a subscribed mailbox: the commands of the README, as they stand there, each named by the one before."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.server import serve

from .conftest import Done, command

ROOT = Path(__file__).parents[2]
SCRIPT = f"#!{sys.executable}\nimport sys\nfrom cli.main import main\nsys.exit(main())\n"


def way() -> list[str]:
    """The command lines of the README that lead to the first mailbox, from the very first on."""
    blocks = re.findall(r"^```console\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (block,) = (block for block in blocks if "nieuwswacht subscribe" in block)
    return [re.sub(r"\s+#.*", "", line).removeprefix("$ ") for line in block.splitlines()]


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """The configuration as delivered, but for the site, which is on this machine."""
    values = {
        "CRAWL__SEEDS": f'["{tmp_path}/source.toml"]',
        "CRAWL__DELAY": "0",
        "CRAWL__ALLOW_PRIVATE_HOSTS": "true",
        "STORAGE__URL": f"sqlite:///{tmp_path}/archive.db",
        "STORAGE__MIN_FREE_BYTES": "0",
        "MAIL__FOLDER": str(tmp_path / "outbox"),
    }
    return {f"NIEUWSWACHT_{key}": value for key, value in values.items()}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a newcomer has after the first command, with the environment that `make` sets up there already set up."""
    folder = tmp_path / "nieuwswacht"
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    script = folder / ".venv" / "bin" / "nieuwswacht"
    script.write_text(SCRIPT)
    script.chmod(0o755)
    (folder / ".venv" / ".installed").touch()
    return folder


def test_five_commands_lead_from_the_repository_to_a_mailbox_that_follows_it() -> None:
    assert len(way()) <= 5
    assert [line.split()[0] for line in way()] == ["git", "make", *[".venv/bin/nieuwswacht"] * 3]
    assert way()[0].endswith("nieuwswacht && cd nieuwswacht")
    assert way()[-1].startswith(".venv/bin/nieuwswacht subscribe ")


def test_each_of_them_works_and_names_the_next_as_it_can_be_typed(
    clone: Path, settings: dict[str, str], tmp_path: Path
) -> None:
    if shutil.which("make") is None:
        pytest.skip("no make here")
    _, *lines = way()
    with serve(Replica(articles(6))) as site:
        (tmp_path / "source.toml").write_text(f'name = "proef"\nstart_urls = ["{site}/thema/data-en-ai/"]\n')
        said = {line: _type(line, clone, settings) for line in lines}
    for line, following in zip(lines, [*lines[1:], ".venv/bin/nieuwswacht run"], strict=True):
        assert " ".join(following.split()[:2]) in said[line]
    assert "minister@example.org now follows" in said[lines[-1]]


def test_with_the_command_on_the_path_its_name_is_enough(clone: Path, settings: dict[str, str]) -> None:
    path = f"{clone / '.venv' / 'bin'}:{os.environ['PATH']}"
    assert "`nieuwswacht crawl`" in _type("nieuwswacht init", clone, settings | {"PATH": path})


def _type(line: str, folder: Path, settings: dict[str, str]) -> str:
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=folder, env=os.environ | settings, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def told(done: Done) -> list[str]:
    """The commands that this one's messages name."""
    assert done.code == 0, done.err
    return re.findall(r"`nieuwswacht ([a-z]+)", done.err)


def test_who_has_seen_the_way_is_not_told_again(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in settings.items():
        monkeypatch.setenv(key, value)
    with serve(Replica(articles(6))) as site:
        (tmp_path / "source.toml").write_text(f'name = "proef"\nstart_urls = ["{site}/thema/data-en-ai/"]\n')
        assert "crawl" in told(command(tmp_path, "init"))
        assert told(command(tmp_path, "crawl")) == ["subscribe"]
        after = told(command(tmp_path, "subscribe", "minister@example.org", "--every", "daily"))
        assert after == ["digest", "run"]
        assert told(command(tmp_path, "digest")) == []
        assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1
        assert told(command(tmp_path, "crawl")) == []
