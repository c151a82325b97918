"""The short way for a look that shows nothing new: it must leave what the long way leaves, and take nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from storage import tables
from storage.article import Article, Block, Link
from storage.database import Database, open_database
from storage.ledger import SourceLedger
from storage.observation import Observation
from storage.recorder import record
from tests.databases import fresh_url

_FIRST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_URL = "https://krant.example/artikel/keuringsdienst/"
_PAGE = b"<html>" + b"<p>De keuringsdienst telt wagens.</p>" * 60 + b"</html>"
ARTICLE = Article(
    url=_URL,
    title="Keuringsdienst telt wagens",
    lead="Voortaan wordt elke wagen geteld.",
    blocks=(Block("paragraph", "De dienst telt sinds maandag. " * 12, (Link("dienst", "https://krant.example/d"),)),),
    published="2026-03-01",
    tags=("tellen",),
)


class Site:
    """One source's ledger; `look` is a visit at `hours` after the first."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            session.add(tables.Source(id=1, name="krant"))
            session.flush()
            session.add(tables.Crawl(id=1, kind="crawl", started=_FIRST))
        self.ledger = SourceLedger(database, 1, 1, lambda: _FIRST, timedelta(hours=6))

    def page(self, article: Article, hours: float) -> Observation:
        at = _FIRST + timedelta(hours=hours)
        return Observation(
            1, _URL, _URL, article, _PAGE, at, "1.x", canonical=_URL, etag=f'"{hours}"', teaser="abcdefg"
        )

    def look(self, article: Article, hours: float) -> str:
        return self.ledger.see(self.page(article, hours)).outcome

    def settle(self) -> None:
        self.ledger.finish([], whole=True)

    def row(self) -> dict[str, Any]:
        with self.database.read() as session:
            article = session.scalars(select(tables.Article)).one()
            kept = session.get_one(tables.Snapshot, article.snapshot_id).fetched_at
            return {name: getattr(article, name) for name in article.__table__.c.keys()} | {"kept": kept}  # noqa: SIM118

    def waiting(self) -> int:
        with self.database.read() as session:
            query = select(func.count()).select_from(tables.Version).where(tables.Version.status == "pending")
            return session.scalar(query) or 0


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    databases = [open_database(fresh_url(tmp_path, name)) for name in ("short", "long")]
    first, second = map(Site, databases)
    for site in (first, second):
        assert site.look(ARTICLE, 0) == "new"
        site.settle()
    yield first, second
    for database in databases:
        database.close()


def test_a_short_look_leaves_the_row_that_a_long_one_leaves(sites: tuple[Site, Site]) -> None:
    short, long = sites
    assert short.look(ARTICLE, 30) == "unchanged"
    with long.database.write() as session:
        assert record(session, 1, long.page(ARTICLE, 30), frozenset()).outcome == "unchanged"
    assert short.row() == long.row()
    assert short.row()["last_checked"] == _FIRST + timedelta(hours=30)


def test_a_page_that_says_the_same_is_kept_anew_once_a_day(sites: tuple[Site, Site]) -> None:
    site, _ = sites
    site.look(ARTICLE, 1)
    assert site.row()["kept"] == _FIRST
    site.look(ARTICLE, 25)
    assert site.row()["kept"] == _FIRST + timedelta(hours=25)


def test_a_304_leaves_the_row_that_a_look_leaves_but_for_the_page_itself(sites: tuple[Site, Site]) -> None:
    site, _ = sites
    before = site.row()
    site.ledger.clock = lambda: _FIRST + timedelta(hours=2)
    site.ledger.not_modified(1)
    after = site.row()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"last_checked", "next_due"}


@pytest.mark.parametrize(
    "edit",
    [
        {"title": "Keuringsdienst telt alle wagens"},
        {"lead": ""},
        {"tags": ("tellen", "wagens")},
        {"published": "2026-03-02"},
        {"blocks": (replace(ARTICLE.blocks[0], links=(Link("dienst", "https://krant.example/e"),)),)},
    ],
)
def test_no_edit_passes_for_nothing_new(sites: tuple[Site, Site], edit: dict[str, Any]) -> None:
    site, _ = sites
    assert site.look(replace(ARTICLE, **edit), 2) == "edited"


def test_a_look_at_the_old_text_withdraws_what_an_earlier_look_found(sites: tuple[Site, Site]) -> None:
    site, _ = sites
    site.look(replace(ARTICLE, title="Keuringsdienst telt fietsen"), 2)
    assert site.waiting() == 1
    assert site.look(ARTICLE, 3) == "unchanged"
    assert site.waiting() == 0


def test_an_article_that_was_gone_returns_whichever_way_it_is_seen(sites: tuple[Site, Site]) -> None:
    for site, back in zip(sites, (lambda s: s.look(ARTICLE, 9), lambda s: s.ledger.not_modified(1)), strict=True):
        with site.database.write() as session:
            session.get_one(tables.Article, 1).state = "gone"
        back(site)
        with site.database.read() as session:
            kinds = list(session.scalars(select(tables.Change.kind).order_by(tables.Change.id)))
        assert kinds == ["new", "returned"]
