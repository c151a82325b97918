"""The whole job as its user runs it: real processes, a real site on loopback, a real mail server, and kill -9."""

from __future__ import annotations

import email
import email.policy
import json
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cli.demo.article import ReplicaArticle
from cli.demo.content import articles, later_articles
from cli.demo.model import Replica
from cli.demo.server import serve
from tests.crawl.monitor import ROOT, Monitor
from tests.databases import SERVER, answers, contents, sqlite_only
from tests.delivery.smtp_server import ScriptedServer
from tests.service.conftest import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def replica() -> Replica:
    made = Replica(articles(20))
    made.set_noise(1)
    return made


@pytest.fixture
def site(replica: Replica) -> Iterator[str]:
    with serve(replica) as url:
        yield url


def _state(monitor: Monitor) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Articles and versions, and what is news, without ids and times."""
    versions = answers(
        monitor.url,
        "SELECT articles.url, versions.number, versions.content_hash FROM versions"
        " JOIN articles ON articles.id = versions.article_id WHERE versions.status = 'accepted'",
    )
    return sorted(versions), answers(monitor.url, "SELECT kind FROM changes WHERE tellable")


def test_r81_ten_kills_in_mid_crawl_leave_the_archive_as_one_undisturbed_crawl_does(
    replica: Replica, site: str, tmp_path: Path
) -> None:
    seeds = (f"{site}/thema/data-en-ai/", f"{site}/sitemap.xml")
    undisturbed, killed = Monitor(tmp_path / "calm", *seeds), Monitor(tmp_path / "killed", *seeds, concurrency=2)
    assert undisturbed.crawl().code == 0
    replica.configure(latency=0.02)
    moments = random.Random(20)
    for _ in range(10):
        assert killed.crawl_until(replica, moments.randint(1, 22), signal.SIGKILL).returncode == -signal.SIGKILL
    replica.configure(latency=0)
    assert killed.crawl().code == 0
    assert _state(killed) == _state(undisturbed)
    assert _state(killed)[1] == []


def test_a_second_crawl_at_the_same_time_leaves_with_exit_7(replica: Replica, site: str, tmp_path: Path) -> None:
    monitor = Monitor(tmp_path, f"{site}/thema/data-en-ai/")
    assert monitor.crawl().code == 0
    replica.configure(latency=0.4)
    replica.forget_requests()
    first = monitor.start("crawl", "--json")
    wait_until(lambda: replica.log, "the first one to ask")
    second = monitor.crawl()
    first.communicate(timeout=60)
    assert (first.returncode, second.code, second.document) == (0, 7, None)
    assert "another crawl" in second.stderr


def _promise(article: ReplicaArticle) -> None:
    first = article.remove_block(0)
    article.add_block(f"De minister zegt 37 miljoen euro toe. {first.text}", at=0, kind=first.kind)


def test_an_edit_a_new_piece_and_one_taken_down_arrive_in_one_mail_by_smtp(
    replica: Replica, site: str, tmp_path: Path
) -> None:
    with ScriptedServer() as server:
        monitor = Monitor(tmp_path, f"{site}/thema/data-en-ai/", f"{site}/sitemap.xml")
        config = tmp_path / "nieuwswacht.toml"
        config.write_text(
            config.read_text()
            + f'[mail]\nchannel = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        )
        assert monitor.crawl().code == 0
        monitor.run("subscribe", "lezer@example.org")
        assert [one["kind"] for one in monitor.run("digest", "--json").document["digests"]] == ["welcome"]
        coalition = [article for article in replica.articles() if article.coalition]
        edited, taken = coalition[0], coalition[1]
        replica.edit(edited.slug, _promise)
        replica.remove(taken.slug, 404)
        (new,) = later_articles()
        replica.add(new)
        assert monitor.crawl().changes == {"new": 1, "edited": 1, "gone": 1}
        sent = monitor.run("digest", "--json").document["digests"]
        assert [(one["entries"], one["state"], one["kind"]) for one in sent] == [(3, "sent", "digest")]
        assert monitor.run("digest", "--json").document == {"digests": []}
        assert len(server.accepted) == 2
        mail = email.message_from_bytes(server.accepted[-1].message, policy=email.policy.default)
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    for title in (new.title, taken.title, edited.title):
        assert title in " ".join(text.split())
    assert "37 miljoen" in text
    assert "<ins" in html


class _Odd(BaseHTTPRequestHandler):
    """One page for each way in which a page is no article."""

    def do_GET(self) -> None:
        status, kind, body = self.pages.get(self.path, (404, "text/html", b"weg"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass

    _TEXT = "Gemeenten willen weten welke algoritmes zij gebruiken en wie daarop toeziet. " * 8
    _OTHER = "Provincies kopen samen rekenkracht in en delen de rekening naar inwonertal. " * 8
    _LINKS = "".join(
        f'<li><a href="/artikel/{name}/">{name}</a></li>' for name in ("pdf", "leeg", "groot", "kop", "goed")
    )
    _BILLION = b"<!DOCTYPE r [<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;'>]><rss><channel><item><link>&b;</link></item></channel></rss>"
    _XXE = b"<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rss><channel><item><title>&a;</title></item></channel></rss>"
    pages = {  # noqa: RUF012
        "/thema/ai/": (200, "text/html", f"<html><body><ul>{_LINKS}</ul></body></html>".encode()),
        "/thema/leeg/": (200, "text/html", b"<html><body><p>Hier staat niets.</p></body></html>"),
        "/artikel/pdf/": (200, "application/pdf", b"%PDF-1.7 " + b"x" * 2000),
        "/artikel/leeg/": (200, "text/html", b""),
        "/artikel/groot/": (200, "text/html", b"<p>" + b"groot " * 3_500_000),
        "/artikel/kop/": (
            200, "text/html",
            f"<html><body><article><h1>Een kop\x00 met\x07 \x1b[31mtekens</h1><p>{_TEXT}</p></article></body></html>".encode(),
        ),
        "/artikel/goed/": (200, "text/html", f"<html><body><article><h1>Goed</h1><p>{_OTHER}</p></article></body></html>".encode()),
        "/xxe.rss": (200, "application/rss+xml", _XXE),
        "/billion.rss": (200, "application/rss+xml", _BILLION),
    }  # fmt: skip


@pytest.fixture
def odd() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Odd)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_pages_that_are_no_articles_are_named_with_their_cause_and_nothing_wrong_is_stored(
    odd: str, tmp_path: Path
) -> None:
    monitor = Monitor(tmp_path, f"{odd}/thema/ai/", f"{odd}/thema/bestaat-niet/")
    done = monitor.crawl()
    causes = {failure["url"].removeprefix(odd): failure["cause"] for failure in done.document["failures"]}
    assert causes == {
        "/artikel/pdf/": "type", "/artikel/leeg/": "empty", "/artikel/groot/": "too_large",
        "/thema/bestaat-niet/": "not_found",
    }  # fmt: skip
    assert done.code in (4, 5)
    assert {one["title"] for one in monitor.articles()} == {"Een kop met [31mtekens", "Goed"}


def test_r53_r54_a_feed_with_entities_is_refused_and_no_file_is_read(odd: str, tmp_path: Path) -> None:
    monitor = Monitor(tmp_path, f"{odd}/xxe.rss", f"{odd}/billion.rss")
    done = monitor.crawl()
    assert done.code == 5
    assert {failure["cause"] for failure in done.document["failures"]} == {"feed"}
    assert "root:" not in repr(contents(monitor.url))


def test_a_source_without_a_readable_seed_is_broken(odd: str, tmp_path: Path) -> None:
    done = Monitor(tmp_path, f"{odd}/thema/bestaat-niet/").crawl()
    assert done.code == 5
    assert done.document["outcome"] == "failed"
    assert json.dumps(done.document)


@sqlite_only
def test_r82_a_disk_that_fills_up_in_mid_crawl_is_exit_8_and_nothing_is_half_stored(
    replica: Replica, site: str, tmp_path: Path
) -> None:
    monitor = Monitor(tmp_path, f"{site}/thema/data-en-ai/", f"{site}/sitemap.xml")
    limited = subprocess.run(
        ["sh", "-c", 'ulimit -f 600; exec "$@"', "sh", sys.executable, "-m", "cli.main",
         "--config", str(tmp_path / "nieuwswacht.toml"), "crawl", "--json"],
        capture_output=True, text=True, timeout=60, cwd=ROOT,
    )  # fmt: skip
    assert (limited.returncode, limited.stdout) == (8, "")
    assert "disk" in limited.stderr
    assert monitor.crawl().code == 0
    assert len(monitor.articles()) == 20
    assert _state(monitor)[1] == []


def _bytes(monitor: Monitor) -> object:
    """The archive to the last byte; on a server, to the last value."""
    return contents(monitor.url) if SERVER else (monitor.folder / "nieuwswacht.db").read_bytes()


def test_a_rehearsed_recrawl_shows_the_difference_and_leaves_the_archive_as_it_is(
    replica: Replica, site: str, tmp_path: Path
) -> None:
    monitor = Monitor(tmp_path, f"{site}/thema/data-en-ai/", f"{site}/sitemap.xml")
    assert monitor.crawl().code == 0
    edited = replica.articles()[0]
    replica.edit(edited.slug, _promise)
    before = _bytes(monitor)
    rehearsed = monitor.recrawl(replica.url(edited.slug), "--dry-run")
    (article,) = rehearsed.document["articles"]
    assert article["change"] == "edited"
    assert "37 miljoen" in json.dumps(article["diff"], ensure_ascii=False)
    assert _bytes(monitor) == before
    unknown, off_site = monitor.recrawl(f"{site}/artikel/onbekend/"), monitor.recrawl("https://example.org/artikel/x/")
    assert [(done.code, done.document) for done in (unknown, off_site)] == [(1, None), (2, None)]
    assert monitor.recrawl(replica.url(edited.slug)).changes == {"edited": 1}
