"""Crawls by the command line of a site over HTTP: what is asked, what is stored, what comes of a recrawl."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cli.demo.article import ReplicaArticle
from cli.demo.content import articles, later_articles
from cli.demo.model import Replica
from cli.demo.server import serve
from cli.demo.truth import truth
from storage import tables
from storage.article import Article
from storage.database import open_database
from tests.crawl.monitor import ROOT, Monitor

pytestmark = pytest.mark.slow

_TEMPLATES = '[urls]\narticle = ["/artikel/{slug}"]\ntheme = ["/thema/{slug}"]\n'
_FIELDS = ("title", "lead", "blocks", "authors", "theme", "type", "tags", "links")


def _themed(count: int) -> list[ReplicaArticle]:
    """Articles that all stand on one theme's pages."""
    made = articles(count)
    for article in made:
        article.theme = "data-en-ai"
    return made


@pytest.fixture
def replica() -> Replica:
    made = Replica(_themed(40))
    made.configure(noise=3, skin=9, per_page=10, metadata="og")
    return made


@pytest.fixture
def site(replica: Replica) -> Iterator[str]:
    with serve(replica) as url:
        yield url


@pytest.fixture
def monitor(site: str, tmp_path: Path) -> Monitor:
    return Monitor(tmp_path, f"{site}/thema/data-en-ai/", source=_TEMPLATES)


def _contents(monitor: Monitor) -> dict[str, dict[str, Any]]:
    """What the archive says of each article, by address; `show` prints the same, a process for each."""
    database = open_database(monitor.url)
    with database.read() as session:
        current = session.execute(
            select(tables.Article.url, tables.Version.data).join(
                tables.Version, tables.Version.id == tables.Article.current_id
            )
        ).all()
    database.close()
    return {url.rstrip("/"): _as_truth(Article.from_dict(data)) for url, data in current}


def _as_truth(article: Article) -> dict[str, Any]:
    return {
        **article.to_dict(),
        "blocks": [{"kind": block.kind, "text": block.text} for block in article.blocks],
        "links": [{"text": link.text, "url": link.url} for link in article.links],
        "authors": list(article.authors),
        "tags": list(article.tags),
    }


def test_four_pages_of_a_theme_give_forty_articles_as_they_are_and_nothing_forbidden_is_asked(
    replica: Replica, monitor: Monitor
) -> None:
    done = monitor.crawl()
    assert done.document["failures"] == []
    assert (done.code, done.changes, done.document["baseline"]) == (0, {"new": 40}, True)
    stored = monitor.articles()
    assert len({article["url"] for article in stored}) == len(stored) == 40
    contents = _contents(monitor)
    for expected in truth(replica):
        read = contents[expected["url"].rstrip("/")]
        assert read["published"][:10] == expected["published"]
        assert {name: read[name] for name in _FIELDS} == {name: expected[name] for name in _FIELDS}
    first = truth(replica)[0]
    shown = monitor.show(first["url"])
    assert {name: shown[name] for name in _FIELDS} == {name: first[name] for name in _FIELDS}
    paths = replica.paths()
    assert {path for path in paths if path.startswith("/thema/data-en-ai/page/")} == {
        f"/thema/data-en-ai/page/{number}/" for number in (2, 3, 4)
    }
    assert len(paths) == len(set(paths))
    assert not [path for path in paths if path.startswith(("/openid/", "/wp-", "/besloten/", "/?s=", "/account/"))]
    assert {request.headers["host"] for request in replica.log} == {replica.base_url.removeprefix("http://")}


def test_of_a_second_crawl_and_a_third_exactly_what_editors_did_is_found(replica: Replica, monitor: Monitor) -> None:
    assert monitor.crawl().code == 0
    replica.set_noise(4)
    again = monitor.crawl()
    assert (again.code, again.changes, again.document["baseline"]) == (0, {}, False)
    slugs = [article.slug for article in replica.articles()]
    replica.edit(slugs[33], lead="Deze inleiding noemt nu 48 miljoen euro, tien meer dan eerst werd gemeld.")
    replica.remove(slugs[2], 410)
    replica.remove(slugs[25], 404)
    (new,) = later_articles()
    new.theme, new.published = "data-en-ai", replica.article(slugs[-1]).published.replace(year=2018)
    replica.add(new)
    replica.forget_requests()
    assert monitor.crawl().changes == {"new": 1, "edited": 1, "gone": 2}
    listed = monitor.run("changes", "--json").document
    told = {(change["change"], change["url"].rstrip("/").rpartition("/")[2]) for change in listed}
    assert {one for one in told if one[0] != "new"} == {("edited", slugs[33]), ("gone", slugs[2]), ("gone", slugs[25])}
    assert ("new", new.slug) in told
    assert all(change["fields"] == ["lead"] for change in listed if change["change"] == "edited")
    assert monitor.crawl().changes == {}


def test_a_recrawl_of_a_theme_finds_what_is_new_there_and_of_a_stranger_nothing(
    replica: Replica, monitor: Monitor
) -> None:
    assert monitor.crawl().code == 0
    (new,) = later_articles()
    new.theme = "data-en-ai"
    replica.add(new)
    replica.forget_requests()
    unknown = monitor.recrawl(f"{replica.base_url}/artikel/bestaat-niet/")
    offsite = monitor.recrawl("https://elders.example/artikel/iets/")
    assert [(done.code, done.document) for done in (unknown, offsite)] == [(1, None), (2, None)]
    assert "bestaat-niet" in unknown.stderr
    assert "elders.example" in offsite.stderr
    assert replica.paths() == []
    assert monitor.recrawl("data-en-ai").changes == {"new": 1}


def _scrapy(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={key: value for key, value in os.environ.items() if not key.startswith("NIEUWSWACHT_")} | {"HOME": str(folder)},
    )  # fmt: skip


def test_scrapy_itself_crawls_into_an_archive_that_the_commands_read(monitor: Monitor, tmp_path: Path) -> None:
    listed = _scrapy(tmp_path, "list")
    assert (listed.returncode, listed.stdout.split()) == (0, ["news"])
    crawled = _scrapy(
        tmp_path, "crawl", "news", "-a", f"source={monitor.folder / 'source.toml'}",
        "-a", f"database={monitor.url}", "-s", "DOWNLOAD_DELAY=0", "-s", "NIEUWSWACHT_ALLOW_PRIVATE_HOSTS=1",
    )  # fmt: skip
    assert crawled.returncode == 0, crawled.stderr[-2000:]
    assert len(monitor.articles()) == 40
    assert monitor.crawl().changes == {}
