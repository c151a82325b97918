"""What Tab offers: the line of the README in a real bash, and the names that an installation has of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import COMMANDS
from tests.nursery import Child

ROOT = Path(__file__).parents[2]
CONFIG = """\
[crawl]
seeds = ["a.toml", "b.toml"]
[[watch]]
name = "algoritmes"
title = "Algoritmes"
any = ["algoritme"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation of its own, with two sources and a watch beside the packaged one."""
    (tmp_path / "nieuwswacht.toml").write_text(CONFIG)
    for file, name in (("a", "gemeenteblad"), ("b", "rijkskrant")):
        (tmp_path / f"{file}.toml").write_text(f'name = "{name}"\nstart_urls = ["https://{name}.example.org/"]\n')
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "other.toml").write_text('[[watch]]\nname = "water"\ntitle = "Water"\nany = ["water"]\n')
    return tmp_path


def offered(folder: Path, *words: str) -> list[str]:
    """After these words, of which the last is half written: each as (type, word), as click tells the shell."""
    asked = {
        "_NIEUWSWACHT_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("nieuwswacht", *words)),
        "COMP_CWORD": str(len(words)),
    }
    child = Child(cwd=folder, env=os.environ | asked)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (0, "")
    return out.split()


def test_every_command_is_offered_and_only_those_that_begin_so(folder: Path) -> None:
    assert offered(folder, "") == [f"plain,{name}" for name in COMMANDS]
    assert offered(folder, "re") == [f"plain,{name}" for name in COMMANDS if name.startswith("re")]
    assert offered(folder, "quarantine", "") == ["plain,accept", "plain,reject"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("articles", "--watch", ""), ["ai-coalitie", "algoritmes"]),
        (("articles", "--watch", "al"), ["algoritmes"]),
        (("changes", "--watch", "ai"), ["ai-coalitie"]),
        (("subscribe", "lezer@example.org", "--watch", "ai"), ["ai-coalitie"]),
        (("unsubscribe", "lezer@example.org", "--watch", "ai"), ["ai-coalitie"]),
        (("subscribe", "lezer@example.org", "--every", ""), ["immediately", "daily", "weekly"]),
        (("crawl", "--source", ""), ["gemeenteblad", "rijkskrant"]),
        (("crawl", "--source", "gemeenteblad", "--source", "r"), ["rijkskrant"]),
        (("--config", "elsewhere/other.toml", "articles", "--watch", ""), ["ai-coalitie", "water"]),
        (("articles", "--config", "elsewhere/other.toml", "--watch", ""), ["ai-coalitie", "water"]),
    ],
)
def test_the_names_of_watches_sources_and_rhythms_are_offered(
    words: tuple[str, ...], names: list[str], folder: Path
) -> None:
    assert offered(folder, *words) == [f"plain,{name}" for name in names]


@pytest.mark.parametrize(
    "words", [("diff", "ou"), ("extract", "ou"), ("watch", "test", "ou"), ("crawl", "--config", "ou")]
)
def test_files_are_left_to_the_shell(words: tuple[str, ...], folder: Path) -> None:
    assert offered(folder, *words) == ["file,ou"]


def test_a_configuration_that_does_not_hold_offers_nothing_and_says_nothing(folder: Path) -> None:
    (folder / "nieuwswacht.toml").write_text("[crawl]\nspeed = 3\n")
    assert offered(folder, "articles", "--watch", "") == []
    assert offered(folder, "cra") == ["plain,crawl"]


@pytest.mark.parametrize(("typed", "completed"), [("cr", ["crawl"]), ("articles --state l", ["live"])])
def test_the_line_of_the_readme_completes_in_bash(typed: str, completed: list[str], folder: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash here")
    found = re.search(r"`(eval .*NIEUWSWACHT.*)` in `~/.bashrc`", (ROOT / "README.md").read_text())
    assert found
    words = f"nieuwswacht {typed}".split()
    script = (
        f"{found[1]}\nCOMP_WORDS=({' '.join(words)}) COMP_CWORD={len(words) - 1}\n"
        # As the key does: the function that `complete` named for the command, told the command's name.
        'name=$(complete -p nieuwswacht | sed "s/.*-F //; s/ .*//")\n'
        '$name nieuwswacht; printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": f"{ROOT}:{os.environ['PYTHONPATH']}"}
    done = subprocess.run(
        [bash, "--norc"], input=script, cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.split(), done.stderr) == (completed, "")
