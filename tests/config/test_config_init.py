import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cli.config import ConfigError, load, write_init
from cli.config.model import known_keys

# `# key = value` is a key that is left to its default; prose never looks like that.
LEFT_OUT = re.compile(r"^# (?=\w+ = )", re.MULTILINE)


def test_the_file_that_init_writes_means_exactly_the_defaults(alone: Path) -> None:
    defaults = load(None, {})
    file = write_init("nieuwswacht.toml")
    assert file == alone / "nieuwswacht.toml"
    written = load(None, {})
    assert written.file == file
    assert dict(written) == dict(defaults)


def test_the_file_that_init_writes_names_every_key(alone: Path) -> None:
    text = write_init("nieuwswacht.toml").read_text()
    table = tomllib.loads(LEFT_OUT.sub("", text.replace("# [[watch]]", "[[watch]]")))
    written = {f"{name}.{key}" for name, section in table.items() if isinstance(section, dict) for key in section}
    written |= {name for name, value in table.items() if not isinstance(value, dict)}
    assert written == set(known_keys())


def test_the_lines_that_init_leaves_out_work_when_taken_in(alone: Path) -> None:
    file = write_init("nieuwswacht.toml")
    file.write_text(LEFT_OUT.sub("", file.read_text().replace("# [[watch]]", "[[watch]]")))
    config = load(None, {})
    assert config.storage.url == f"sqlite:///{alone}/nieuwswacht.db"
    assert config.mail.folder == alone / "outbox"
    assert config.watch == ({"name": "ai-coalitie"},)


def test_init_never_overwrites(alone: Path) -> None:
    (alone / "nieuwswacht.toml").write_text("language = 'en'\n")
    with pytest.raises(ConfigError, match="exists already"):
        write_init("nieuwswacht.toml")
    assert (alone / "nieuwswacht.toml").read_text() == "language = 'en'\n"
    with pytest.raises(ConfigError, match="cannot be written: no such file or directory"):
        write_init(alone / "nergens" / "nieuwswacht.toml")


def test_only_its_owner_can_read_what_init_writes(alone: Path) -> None:
    assert stat.S_IMODE(write_init("nieuwswacht.toml").stat().st_mode) == 0o600


def test_help_does_not_pay_for_the_configuration() -> None:
    heavy = (
        "import sys, cli.config; print(sorted({'pydantic', 'scrapy', 'sqlalchemy', 'platformdirs'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    found = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True, cwd=root)
    assert found.stdout.strip() == "[]"
