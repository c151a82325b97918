"""What it costs to write and hand over one day's digests: 40 entries for each of many readers.

Run: `python -m bench.digests [READERS …]`. CPU is that of our process; the mail server is another one.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.measure import clean_environment, run
from bench.monitors import ROOT
from bench.sink import sink
from bench.table import show

if TYPE_CHECKING:
    from storage.article import Article
    from storage.database import Database
    from storage.ledger import SourceLedger

READERS = (200, 2_000)
ENTRIES, _NEW = 40, 12
_RESTING = 160  # articles that nothing happens to: 28 edits of 200 are editors' work
_OTHERS = 20  # one reader in so many follows the other watch
_START = datetime(2026, 3, 2, 6, tzinfo=UTC)
_NOW = _START + timedelta(days=1, hours=2)
_GOAL = 200  # mails a CPU second, for the most readers: of few, the start takes most
_GROWTH = 1.5  # times the memory that a tenth of the readers takes


def main() -> int:
    readers = [int(argument) for argument in sys.argv[1:]] or list(READERS)
    rows, peaks, speed = [], list[float](), 0.0
    for number in readers:
        with tempfile.TemporaryDirectory() as folder, sink() as server:
            said = _in_a_process("--fill", folder, str(number)) | _in_a_process("--deliver", folder, str(server.port))
            taken = server.taken()
        wrong = _wrong(number, taken)
        if wrong:
            print(wrong, file=sys.stderr)
            return 1
        speed = number / (said["compile"] + said["send"])
        peaks.append(said["rss"])
        rows.append(
            [f"{number:,}", f"{speed:.0f}", *(f"{1000 * said[part] / number:.2f}" for part in ("compile", "send")),
             f"{taken['bytes'] / number / 1000:.0f} kB", f"{said['rss']:.0f} MB", f"{said['wall']:.0f} s"]
        )  # fmt: skip
    flat = max(peaks) <= _GROWTH * min(peaks)
    show(
        f"Digests of {ENTRIES} entries, written and handed to a mail server",
        ["readers", "mails a CPU s", "CPU ms to write one", "to send one", "size", "peak RSS", "wall"],
        rows,
        f"Goals: {_GOAL} mails a CPU second{'' if speed >= _GOAL else ' (missed)'},"
        f" memory flat{'' if flat else ' (missed)'}. One reader in {_OTHERS} follows another watch.",
    )
    return 0 if speed >= _GOAL and flat else 1


def _in_a_process(*arguments: str) -> dict[str, float]:
    """So that a peak is its own."""
    cost = run([sys.executable, "-m", "bench.digests", *arguments], ROOT, clean_environment(), limit=3_600)
    if cost.trouble:
        raise SystemExit(cost.trouble)
    return dict(json.loads(cost.out or "{}"))


def _wrong(readers: int, taken: dict[str, int]) -> str:
    counts = {name: taken[name] for name in ("mails", "identities", "recipients")}
    return "" if set(counts.values()) == {readers} else f"{readers} readers, but the server took {counts}"


def deliver(folder: Path, port: int) -> None:
    """What `digest` does, between two looks at the clock each."""
    from functools import partial

    from alerts.channels import SmtpChannel
    from alerts.compose import DigestContext
    from alerts.digest import compile_due
    from alerts.outbox import send_waiting
    from alerts.permalinks import preferences_url, unsubscribe_url
    from alerts.watch import Term, Watch

    base_url = "https://wacht.example.org"
    context = DigestContext(
        watches=(Watch("alles", "Alles", any=(Term("de"),)), Watch("ook", "Ook alles", any=(Term("het"), Term("de")))),
        sender="Nieuwswacht <wacht@example.org>",
        source_title="iBestuur",
        base_url=base_url,
        unsubscribe_to="wacht@example.org",
        unsubscribe_url=partial(unsubscribe_url, base_url),
        preferences_url=partial(preferences_url, base_url),
    )
    database = _opened(folder)
    begun, started = time.monotonic(), time.process_time()
    compiled = compile_due(database, context, _NOW)
    written = time.process_time()
    assert {mail.entries for mail in compiled} == {ENTRIES}, {mail.entries for mail in compiled}
    sending = send_waiting(database, SmtpChannel("127.0.0.1", port, "none"), _NOW)
    sent = time.process_time()
    assert sending.sent == len(compiled), sending
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wall = time.monotonic() - begun
    print(json.dumps({"compile": written - started, "send": sent - written, "rss": peak, "wall": wall}))


def fill(folder: Path, readers: int) -> None:
    """Two crawls of a site, and readers who were welcomed between them."""
    from sqlalchemy import func, insert, select

    from cli.demo.content import articles
    from cli.demo.model import Replica
    from cli.demo.site import respond
    from crawler.extraction import extract, read_page
    from storage import tables

    replica = Replica(articles(ENTRIES + _RESTING))
    replica.configure(noise=1)
    urls = [replica.url(article.slug) for article in replica.articles()]
    pages = [respond(replica, "GET", url.removeprefix(replica.base_url)).body for url in urls]
    seen = [
        (url, page, extract(read_page(page, "text/html; charset=utf-8", url)).article)
        for url, page in zip(urls, pages, strict=True)
    ]
    database = _opened(folder)
    with database.write() as session:
        session.add(tables.Source(id=1, name="site"))
    _crawl(database, 1, _START, seen[_NEW:])
    with database.write() as session:
        newest = session.scalar(select(func.max(tables.Change.id)))
        session.execute(
            insert(tables.Subscription),
            [
                {"address": f"lezer{number}@example.org", "watch": "alles" if number % _OTHERS else "ook",
                 "rhythm": "daily", "created": _START, "welcomed": True, "start_change_id": newest,
                 "last_digest": _START + timedelta(hours=1)}
                for number in range(readers)
            ],
        )  # fmt: skip
    edited = [(url, page, _edit(article, at)) for at, (url, page, article) in enumerate(seen[_NEW:ENTRIES])]
    _crawl(database, 2, _START + timedelta(days=1), seen[:_NEW] + edited + seen[ENTRIES:])
    database.close()


def _crawl(database: Database, number: int, at: datetime, pages: list[tuple[str, bytes, Article]]) -> None:
    from storage import tables
    from storage.ledger import SourceLedger
    from storage.observation import Observation

    with database.write() as session:
        session.add(tables.Crawl(id=number, kind="crawl", started=at))
    ledger: SourceLedger = SourceLedger(database, number, 1, lambda: at, timedelta(hours=6))
    for url, page, article in pages:
        ledger.see(Observation(1, url, url, article, page, at, "1.x"))
    ledger.finish([], whole=True)


def _edit(article: Article, number: int) -> Article:
    """What editors do: an amount, a sentence, a paragraph, a headline."""
    blocks = list(article.blocks)
    at = max(at for at, block in enumerate(blocks) if block.kind == "paragraph")
    kind = number % 4
    if kind == 0:
        return replace(article, title=f"{article.title} en de gemeenten")
    if kind == 1:
        return replace(article, blocks=(*blocks, replace(blocks[at], text=f"Er komt {number + 3} miljoen euro bij.")))
    text = f"{blocks[at].text} De minister noemt dit opmerkelijk en trekt er {number + 12} miljoen euro voor uit."
    blocks[at] = replace(blocks[at], text=text if kind == 2 else text.replace("De minister", "Het kabinet"))
    return replace(article, blocks=tuple(blocks))


def _opened(folder: Path) -> Database:
    from storage.database import open_database

    return open_database(f"sqlite:///{folder / 'digests.db'}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill"]:
        fill(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["--deliver"]:
        deliver(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(main())
