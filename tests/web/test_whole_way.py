"""From an editor's keyboard to a reader's browser, with real processes: what a digest links to, and what the feed says."""

from __future__ import annotations

import email
import email.policy
import re
from html import unescape
from pathlib import Path

import feedparser
import httpx2
import pytest

from cli.demo.article import ReplicaArticle
from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.server import serve
from cli.main import run
from tests.crawl.monitor import Monitor
from tests.web.serving import serving
from tests.web.visiting import links, shown

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
BASE = "https://wacht.example.org"


def _promise(article: ReplicaArticle) -> None:
    article.add_block("De minister zegt 37 miljoen euro toe.", at=1, kind="paragraph")


def test_a_digest_leads_by_one_click_to_the_whole_difference_or_to_its_week_and_by_the_next_to_the_history(
    tmp_path: Path,
) -> None:
    replica = Replica(articles(12))
    with serve(replica) as site:
        monitor = Monitor(tmp_path, f"{site}/thema/data-en-ai/", f"{site}/sitemap.xml", mails="mails")
        config = tmp_path / "nieuwswacht.toml"
        config.write_text(f'{config.read_text()}[web]\nbase_url = "{BASE}"\n')
        assert monitor.crawl().code == 0
        assert run(["--config", str(config), "subscribe", "lezer@example.org"]) == 0
        assert run(["--config", str(config), "subscribe", "weeklezer@example.org", "--every", "weekly"]) == 0
        assert run(["--config", str(config), "digest"]) == 0
        with serving(config) as (address, _):
            before = feedparser.parse(httpx2.get(f"{address}/wijzigingen.atom").content)
            edited = next(article for article in replica.articles() if article.coalition)
            replica.edit(edited.slug, _promise)
            assert monitor.crawl().changes == {"edited": 1}
            assert run(["--config", str(config), "digest", "--force"]) == 0
            link, week = _link(tmp_path, "lezer", "/artikel/"), _link(tmp_path, "weeklezer", "/?")
            page = httpx2.get(address + week)
            comparison = httpx2.get(address + link, headers={"Host": "wacht.example.org"})
            (history,) = {path for path in links(comparison) if re.fullmatch(r"/artikel/\d+", path)}
            article = httpx2.get(address + history)
            after = feedparser.parse(httpx2.get(f"{address}/wijzigingen.atom").content)
    assert "De drukste week was week" in shown(page)
    assert "In de gekozen periode, onder de grafiek aangestreept: 1 wijziging." in shown(page)
    assert link in links(page)
    assert "Nu: De minister zegt 37 miljoen euro toe." in shown(comparison)
    assert edited.title in shown(article)
    assert {f"{history}/versie/1", f"{history}/versie/2"} <= set(links(article))
    assert (len(before.entries), before.bozo, after.bozo) == (0, 0, 0)
    assert [entry.title for entry in after.entries] == [f"gewijzigd: {edited.title}"]
    assert after.entries[0].link == BASE + link
    assert after.feed.updated > before.feed.updated


def _link(folder: Path, reader: str, start: str) -> str:
    """The path beginning with `start` that the newest mail to this reader links to."""
    found = []
    for file in sorted((folder / "mails").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if mail["To"] == f"{reader}@example.org":
            html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
            found += [set(re.findall(rf'href="{re.escape(BASE)}({re.escape(start)}[^"]+)"', html))]
    (path,) = found[-1]
    return unescape(path)
