"""Archives as released versions of the program left them, kept as text with what they answered then.

When a release has a new schema: `python -m tests.storage.released` writes that of the present one to tests/storage/schemas.
It is never written again: from then on that schema is what installations have. Until 0.1.0 is out nobody has 0001, and
whoever changes it removes both files and writes them anew.
"""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli.demo.content import articles, later_articles
from cli.demo.model import Replica
from cli.demo.server import serve
from cli.main import run
from storage.migrations import HEAD

SCHEMAS = Path(__file__).with_name("schemas")
READER, LEFT = "lezer@example.org", "weg@example.org"
_SEARCH = "version_search"


def installation(folder: Path, site: str = "http://127.0.0.1:9") -> Path:
    """A configuration in `folder`, whose archive is `archive.db` there; its path."""
    (folder / "source.toml").write_text(f'name = "proef"\nstart_urls = ["{site}/thema/data-en-ai/"]\n')
    config = folder / "nieuwswacht.toml"
    config.write_text(
        '[storage]\nurl = "sqlite:///archive.db"\n[crawl]\nseeds = ["source.toml"]\ndelay = 0\n'
        'allow_private_hosts = true\ngone_after_hours = 0\n[mail]\nfolder = "mails"\n'
    )
    return config


def ask(config: Path, *command: str) -> Any:
    """What a command answers, in this process."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
        code = run([*command, "--json", "--config", str(config)])
    assert code == 0, (command, code)
    return json.loads(said.getvalue())


def answers(config: Path) -> dict[str, Any]:
    """Everything an archive is asked for, by the words of the question."""
    listed = ask(config, "articles")
    found: dict[str, Any] = {"articles": listed}
    for question in ("changes", "subscriptions", "outbox", "quarantine"):
        found[question] = ask(config, question)
    for words in ("AIC4NL", "210 miljoen"):
        found[f"search {words}"] = sorted(article["url"] for article in ask(config, "search", words))
    for article in listed:
        for command in ("show", "history"):
            found[f"{command} {article['url']}"] = ask(config, command, article["url"])
    return found


def holds(then: Any, now: Any) -> bool:
    """Whether an answer still says all of what it said; keys may have been added."""
    if isinstance(then, dict) and isinstance(now, dict):
        return all(key in now and holds(value, now[key]) for key, value in then.items())
    if isinstance(then, list) and isinstance(now, list):
        return len(then) == len(now) and all(map(holds, then, now))
    return bool(then == now)


def dump(archive: Path) -> str:
    """As SQL; the search index is made again from what it indexes."""
    with contextlib.closing(sqlite3.connect(archive)) as connection:
        return "\n".join(_statements(connection)) + "\n"


def load(sql: str, archive: Path) -> None:
    with contextlib.closing(sqlite3.connect(archive)) as connection:
        connection.executescript(f"BEGIN; {sql} COMMIT;")


def _statements(connection: sqlite3.Connection) -> Iterator[str]:
    made = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    ).fetchall()
    made = [(kind, name, sql) for kind, name, sql in made if not name.startswith(f"{_SEARCH}_") or kind == "trigger"]
    tables = [name for kind, name, _ in made if kind == "table" and name != _SEARCH]
    yield from (f"{sql};" for kind, _, sql in made if kind == "table")
    for table in tables:
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
        values = "||','||".join(f'quote("{column}")' for column in columns)
        for (row,) in connection.execute(f'SELECT {values} FROM "{table}" ORDER BY 1'):
            yield f'INSERT INTO "{table}" VALUES({row});'
    yield f"INSERT INTO {_SEARCH}({_SEARCH}) VALUES('rebuild');"
    yield from (f"{sql};" for kind, _, sql in made if kind != "table")


def live(folder: Path) -> Path:
    """A short life: a first crawl, readers, edits that were told, one who left, and an edit still to be told."""

    def do(*command: str) -> None:
        done = [sys.executable, "-m", "cli.main", *command, "--config", str(config)]
        subprocess.run(done, check=True, capture_output=True)

    coalition = [article for article in articles() if article.coalition][:4]
    replica = Replica(coalition)
    with serve(replica) as site:
        config = installation(folder, site)
        do("crawl")
        do("subscribe", READER, "--every", "immediately")
        do("subscribe", LEFT, "--every", "weekly")
        do("digest")
        do("unsubscribe", LEFT)
        first, second, third = (article.slug for article in coalition[:3])
        replica.edit(first, lambda article: article.add_block("AIC4NL krijgt 210 miljoen euro."))
        replica.remove(second, 410)
        for article in later_articles():
            replica.add(article)
        do("crawl")
        do("digest")
        replica.edit(third, title="Een kop die nog niemand hoorde over de AI-coalitie")
        do("crawl")
    return config


def main() -> None:
    target = SCHEMAS / f"{HEAD}.sql"
    if target.exists():
        sys.exit(f"{target} is there already: that schema was released")
    with tempfile.TemporaryDirectory() as folder:
        config = live(Path(folder))
        target.write_text(dump(config.with_name("archive.db")))
        target.with_suffix(".json").write_text(json.dumps(answers(config), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
