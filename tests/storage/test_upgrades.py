"""Archives of released versions, opened by this one: nothing is lost, nothing is told again."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import storage.migrations
from storage.database import current_revision, open_database
from storage.migrations import KNOWN, upgrade
from storage.tables import Base
from tests.databases import sqlite_only
from tests.storage.released import READER, SCHEMAS, answers, ask, dump, holds, installation, load

pytestmark = sqlite_only
ROOT = Path(__file__).parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return installation(tmp_path)


def archive_of(revision: str, config: Path) -> Path:
    archive = config.with_name("archive.db")
    load((SCHEMAS / f"{revision}.sql").read_text(), archive)
    return archive


def answered_then(revision: str) -> dict[str, Any]:
    return dict(json.loads((SCHEMAS / f"{revision}.json").read_text()))


def unlike(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """The questions that are answered otherwise now."""
    return [question for question, answer in then.items() if not holds(answer, now[question])]


def shape(archive: Path) -> dict[str, Any]:
    """Tables with their columns, and the names of indexes and triggers."""
    with closing(sqlite3.connect(archive)) as connection:
        made = connection.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
        columns = {
            name: [row[1:4] for row in connection.execute(f'PRAGMA table_info("{name}")')]
            for kind, name in made
            if kind == "table"
        }
        return {"tables": columns, "besides": sorted(name for kind, name in made if kind != "table")}


@pytest.mark.parametrize("revision", KNOWN)
def test_an_archive_of_every_released_schema_answers_as_it_did(revision: str, config: Path) -> None:
    archive_of(revision, config)
    assert unlike(answered_then(revision), answers(config)) == []


@pytest.mark.parametrize("revision", KNOWN)
def test_after_the_upgrade_a_reader_hears_what_was_still_to_be_told_and_nothing_again(
    revision: str, config: Path
) -> None:
    archive_of(revision, config)
    (digest,) = ask(config, "digest")["digests"]
    assert (digest["recipient"], digest["entries"], digest["kind"]) == (READER, 1, "digest")
    assert ask(config, "digest") == {"digests": []}
    (mail,) = config.with_name("mails").iterdir()
    assert "nog niemand hoorde" in mail.read_text().replace("=\n", "").replace("_", " ")


def test_a_released_schema_is_never_changed_again(tmp_path: Path) -> None:
    """Whoever has it keeps it: a change is a new revision. See tests/storage/released.py."""
    stored, made = tmp_path / "stored.db", tmp_path / "made.db"
    load((SCHEMAS / f"{KNOWN[-1]}.sql").read_text(), stored)
    open_database(f"sqlite:///{made}").close()
    assert shape(made) == shape(stored)


def test_every_table_and_column_of_the_code_is_in_the_schema(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'made.db'}").close()
    tables = shape(tmp_path / "made.db")["tables"]
    for table in Base.metadata.sorted_tables:
        assert {column.name for column in table.columns} == {name for name, *_ in tables[table.name]}


# What the next migration may have to do: rebuild the two tables from which most others hang.
_NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{before}"
def upgrade():
    for table in ("articles", "versions"):
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.add_column(sa.Column("remark", sa.String(), nullable=False, server_default="-"))
    {then}
"""


@pytest.fixture
def coming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations with one more; the file of that one."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(storage.migrations.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(upgrade, "__file__", str(folder / "upgrade.py"))
    for module in (storage.migrations, upgrade):
        monkeypatch.setattr(module, "HEAD", "9999")
    monkeypatch.setattr(storage.migrations, "KNOWN", (*KNOWN, "9999"))
    file = folder / "versions" / "9999_next.py"
    file.write_text(_NEXT.format(before=KNOWN[-1], then=""))
    return file


def test_a_migration_that_rebuilds_tables_loses_no_row_and_no_search(config: Path, coming: Path) -> None:
    archive = archive_of(KNOWN[-1], config)
    before = dump(archive).count("INSERT INTO")
    database = open_database(f"sqlite:///{archive}")
    assert current_revision(database) == "9999"
    database.close()
    assert dump(archive).count("INSERT INTO") == before
    assert unlike(answered_then(KNOWN[-1]), answers(config)) == []
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("UPDATE versions SET title = 'Zeldzaamheid', text = 'Zeldzaamheid' WHERE number = 1")
        connection.commit()
    assert ask(config, "search", "zeldzaamheid"), "the index follows the rebuilt table"
    copy = archive.with_name(f"archive.db.before-{KNOWN[-1]}-to-9999")
    assert shape(copy)["tables"].keys() == shape(archive)["tables"].keys()
    assert "remark" not in dump(copy)


def test_a_migration_that_fails_leaves_the_archive_as_it_was(
    config: Path, coming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = archive_of(KNOWN[-1], config)
    coming.write_text(_NEXT.format(before=KNOWN[-1], then="raise RuntimeError('half-way')"))
    before = dump(archive)
    with pytest.raises(RuntimeError):
        open_database(f"sqlite:///{archive}")
    assert dump(archive) == before
    monkeypatch.undo()
    assert unlike(answered_then(KNOWN[-1]), answers(config)) == []


_OPEN = """
import sys, storage.migrations
from storage.migrations import KNOWN, upgrade
upgrade.__file__, url, ready = sys.argv[1:]
storage.migrations.KNOWN, storage.migrations.HEAD, upgrade.HEAD = (*KNOWN, "9999"), "9999", "9999"
print("ready", flush=True)
sys.stdin.readline()
from storage.database import open_database
open_database(url).close()
"""


def test_two_processes_that_find_an_old_archive_upgrade_it_once_and_keep_the_copy_of_before(
    config: Path, coming: Path
) -> None:
    archive = archive_of(KNOWN[-1], config)
    place = [str(coming.parents[1] / "upgrade.py"), f"sqlite:///{archive}", ""]
    both = [
        subprocess.Popen([sys.executable, "-c", _OPEN, *place], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
    for process in both:
        process.communicate(timeout=60)
    assert [process.returncode for process in both] == [0, 0]
    assert "remark" in dump(archive)
    assert "remark" not in dump(archive.with_name(f"archive.db.before-{KNOWN[-1]}-to-9999"))


@pytest.mark.parametrize("command", [["crawl"], ["digest"], ["run"], ["articles"], ["backup", "copy.db"]])
def test_r84_an_archive_of_a_newer_version_is_refused_and_left_alone(
    command: list[str], config: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from cli.main import run

    archive = archive_of(KNOWN[-1], config)
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = dump(archive)
    assert run([*command, "--config", str(config)]) == 8
    out, err = capfd.readouterr()
    assert out == ""
    assert "written by a newer nieuwswacht (schema 9999" in err
    assert dump(archive) == before
