"""The parts of the work, each by itself: CPU milliseconds, the best of some rounds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.measure import run
from bench.monitors import ROOT
from bench.table import show

_PAGES = 60


def main() -> None:
    rows = _commands()  # first: a child's peak counts from the size of its parent
    with tempfile.TemporaryDirectory() as folder:
        rows += _reading_and_recording(Path(folder))
    show("Parts: CPU ms", ["", "ms", ""], rows)


def best(work: Callable[[Any], object], inputs: list[Any], rounds: int = 3) -> float:
    """CPU ms an input."""
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        for each in inputs:
            work(each)
        spent.append(time.process_time() - started)
    return 1000 * min(spent) / len(inputs)


def _reading_and_recording(folder: Path) -> list[list[object]]:
    from cli.demo.content import articles
    from cli.demo.model import Replica
    from cli.demo.site import respond
    from crawler.extraction import extract, read_page
    from storage.database import open_database
    from storage.ledger import SourceLedger
    from storage.observation import Observation
    from storage.search import search

    replica = Replica(articles(_PAGES))
    replica.configure(page_bytes=60_000, noise=1)
    urls = [replica.url(article.slug) for article in replica.articles()]

    def fetch() -> list[tuple[str, bytes]]:
        return [(url, respond(replica, "GET", url.removeprefix(replica.base_url)).body) for url in urls]

    def read(page: tuple[str, bytes]) -> Any:
        return extract(read_page(page[1], "text/html; charset=utf-8", page[0]))

    pages = fetch()
    rows: list[list[object]] = [
        ["parse a page of 60 kB", _ms(best(lambda page: read_page(page[1], "text/html", page[0]), pages)), ""],
        ["parse and extract", _ms(best(read, pages)), ""],
    ]
    database = open_database(f"sqlite:///{folder / 'parts.db'}")
    started = datetime(2026, 3, 2, 9, tzinfo=UTC)
    _begin(database, started)
    ledger = SourceLedger(database, 1, 1, lambda: started, timedelta(hours=6))

    def seen(page: tuple[str, bytes], hours: float, text: str = "") -> Observation:
        found = read(page)
        article = replace(found.article, title=found.article.title + text)
        at = started + timedelta(hours=hours)
        return Observation(1, page[0], page[0], article, page[1], at, "1.x", canonical=found.canonical)

    def see(observations: list[Observation]) -> str:
        return _ms(best(ledger.see, observations, rounds=1))

    rows.append(["record a new article", see([seen(page, 0) for page in pages]), ""])
    ledger.finish([], whole=True)
    rows.append(["… one that says the same", see([seen(page, 1) for page in fetch()]), ""])
    rows.append(["… the same a day later, kept anew", see([seen(page, 26) for page in fetch()]), ""])
    edited = [seen(page, 27, " (2)") for page in fetch()[:20]]
    rows.append(["… an edited one", see(edited), ""])
    rows.append(["snapshot of 60 kB beside its first", *_snapshot_size(database)])
    with database.read() as session:
        rows.append(["search", _ms(best(lambda words: search(session, words), ["algoritme gemeente"] * 20)), ""])
    database.close()
    return rows


def _begin(database: Any, started: datetime) -> None:
    from storage import tables

    with database.write() as session:
        session.add(tables.Source(id=1, name="site"))
        session.flush()
        session.add(tables.Crawl(id=1, kind="crawl", started=started))


def _snapshot_size(database: Any) -> tuple[str, str]:
    """Everything the file grew by for a version of each article, divided."""
    from sqlalchemy import text

    with database.read() as session:
        further = session.execute(
            text("SELECT avg(length(body) + length(headers) + length(url)) FROM snapshots WHERE base_id IS NOT NULL")
        ).scalar()
        first = session.execute(text("SELECT avg(length(body)) FROM snapshots WHERE base_id IS NULL")).scalar()
    return "", f"{further:,.0f} bytes; the first {first:,.0f}"


def _commands() -> list[list[object]]:
    command = [sys.executable, "-m", "cli.main"]
    with tempfile.TemporaryDirectory() as folder:
        costs = [run([*command, "--help"], ROOT) for _ in range(5)]
        idle = _idle(Path(folder))
    help_cost = min(cost.cpu for cost in costs)
    return [["--help", _ms(1000 * help_cost), f"{max(cost.rss for cost in costs):.0f} MB"], *idle]


def _idle(folder: Path) -> list[list[object]]:
    """The service between two crawls: what it holds, and what ten seconds cost."""
    config = folder / "nieuwswacht.toml"
    config.write_text(
        '[storage]\nurl = "sqlite:///nieuwswacht.db"\n[schedule]\ncrawl = "0 4 1 1 *"\ndaily = "03:30"\n'
        'weekly = "mon 03:30"\n[crawl]\nseeds = ["source.toml"]\n'
    )
    (folder / "source.toml").write_text('name = "site"\nstart_urls = ["http://127.0.0.1:9/sitemap.xml"]\n')
    service = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "--config", str(config), "run"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        time.sleep(12)
        before = _ticks(service.pid)
        time.sleep(10)
        spent = (_ticks(service.pid) - before) / os.sysconf("SC_CLK_TCK")
        status = Path(f"/proc/{service.pid}/status").read_text()
    except OSError:
        return [["run, idle", "", "not measured: it ended, or there is no /proc"]]
    finally:
        service.terminate()
        service.wait()
    memory = re.search(r"VmRSS:\s+(\d+)", status)
    return [["run, idle", "", f"{360 * spent:.0f} CPU s an hour, {int(memory[1]) // 1024 if memory else 0} MB"]]


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _ms(value: float) -> str:
    return f"{value:.2f}"


if __name__ == "__main__":
    main()
