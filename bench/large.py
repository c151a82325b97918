"""What looks cost in an archive of years, and in one a tenth as large. `python -m bench.large [ARTICLES]`"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from sqlalchemy import select
from starlette.testclient import TestClient

from alerts.compose import DigestContext
from alerts.digest import compile_due
from alerts.watch import Term, Watch
from bench.archive import VERSIONS, WATCH, fill
from bench.parts import best
from bench.table import show
from cli.app import App
from cli.show.documents import change_documents, version_documents
from storage.database import Database, open_database
from storage.history import accepted_versions, changes_since, find_article
from storage.ledger import SourceLedger
from storage.search import search
from storage.tables import Source
from web.app import make_app
from web.site import Site

GOAL = 50  # ms a look
_ARTICLES = 100_000
_BASE = "http://127.0.0.1:9"
_NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_LISTED = 300  # articles on a crawl's listings
_HELD: Watch = Watch(name=WATCH, title="Alles", any=(Term("de"), Term("het")))


def main() -> int:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else _ARTICLES
    found: dict[str, list[float]] = {}
    notes = []
    for articles in (most // 10, most):
        with tempfile.TemporaryDirectory() as folder:
            started = monotonic()
            file = Path(folder) / "archive.db"
            database = open_database(f"sqlite:///{file}")
            fill(database, _BASE, articles, _NOW)
            taken, size = monotonic() - started, file.stat().st_size
            print(f"{articles:,} articles written in {taken:.0f} s", file=sys.stderr, flush=True)
            notes.append(f"{articles:,} articles: {articles * VERSIONS:,} versions, {size / 1e6:,.0f} MB.")
            for look, work in _looks(database, articles).items():
                found.setdefault(look, []).append(best(lambda _, work=work: work(), [None], rounds=5))  # type: ignore[misc]
            database.close()
    rows = [
        [look, *(f"{ms:.1f}" for ms in costs), "" if costs[-1] <= GOAL else "over"] for look, costs in found.items()
    ]
    head = ["", f"{most // 10:,} articles", f"{most:,} articles", f"goal {GOAL}"]
    show("Large archives: CPU ms a look, the best of five", head, rows, " ".join(notes))
    return 0


def _looks(database: Database, articles: int) -> dict[str, Callable[[], object]]:
    """The same ones at any size; `one` is an article in the middle."""
    one = f"{_BASE}/artikel/oud-{articles // 2:06}/"
    app = App()
    site = Site(database, [_HELD], "Proef", "wacht@example.org", clock=lambda: _NOW)
    visitor = TestClient(make_app(site), "http://localhost")
    context = DigestContext(watches=[_HELD], sender="wacht@example.org", source_title="Proef")

    def history() -> object:
        with database.read() as session:
            return version_documents(app, session, accepted_versions(session, find_article(session, one)))

    def changes(since: timedelta) -> object:
        with database.read() as session:
            return change_documents(app, session, changes_since(session, _NOW - since))

    def words(said: str) -> object:
        with database.read() as session:
            hits = search(session, said)
        assert hits, said
        return hits

    def listed() -> object:
        with database.read() as session:
            source = session.scalars(select(Source.id)).one()
        urls = [f"{_BASE}/artikel/oud-{number:06}/" for number in range(1, articles, articles // _LISTED)]
        ledger = SourceLedger(database, 1, source, lambda: _NOW, timedelta())
        known = ledger.known(urls)
        assert len(known) >= _LISTED
        return known

    def page(path: str) -> object:
        answer = visitor.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    return {
        "`history` of an article": history,
        "`changes --since 1h`": lambda: changes(timedelta(hours=1)),
        "`changes --since 7d`": lambda: changes(timedelta(days=7)),
        "`search` for a rare word": lambda: words('"Dossier 7"'),
        "… for one in every version": lambda: words("dossier"),
        f"what a crawl knows of {_LISTED} listed articles": listed,
        "a digest's turn without news": lambda: compile_due(database, context, _NOW),
        "page: overview": lambda: page("/"),
        "… of one watch": lambda: page(f"/?watch={WATCH}"),
        "… of a kind that never came": lambda: page("/?kind=gone"),
        "… with a word": lambda: page("/?q=dossier"),
        "page: an article": lambda: page(f"/artikel/{articles // 2}"),
        "page: search": lambda: page("/zoeken?q=dossier"),
        "feed": lambda: page("/wijzigingen.atom"),
        "`/metrics`": lambda: page("/metrics"),
    }


if __name__ == "__main__":
    sys.exit(main())
