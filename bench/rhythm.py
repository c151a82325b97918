"""A simulated month on a virtual clock: what it takes to find its edits. Run: `python -m bench.rhythm [SEED …]`.

The spider, the extraction and the archive are the real ones, only the network and the clock are not: crawls each half
hour, with noise in every answer, half a day's outage and a redesign. Beside it: every article asked at one fixed
interval, the longest that is as fast on median. Such a monitor is given each address the moment it exists.
"""

from __future__ import annotations

import math
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

import pytest
from sqlalchemy import select

from bench.month import END, OLD, START, Edit, Piece, Site, month
from bench.table import show
from storage import tables
from tests.crawl.offline import Offline, slug_of

SEEDS = ("1",)
EVERY = timedelta(minutes=30)
_QUIET = timedelta(days=40)  # longer than the longest wait between two looks
_TRIES = 3  # an answer of 503 is asked for again within the crawl, and each time counts
_SHARE = 20
_PHASES = 40


@dataclass
class Watched:
    """What came of it; `delays` in hours, one for each edit that was found."""

    requests: int = 0
    largest: int = 0  # requests of one crawl, after the first
    delays: list[float] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class Reader:
    """Knows what an editor did, and holds what is told against it."""

    def __init__(self, site: Site) -> None:
        self.site, self.watched = site, Watched()
        self.since: dict[int, datetime] = {}  # by piece: when it was met, or last told
        self.moves: dict[int, list[Edit]] = {
            id(piece): [edit for edit in piece.edits if edit.slug] for piece in site.pieces
        }

    def hears(self, kind: str, slug: str, now: datetime, *, told: bool) -> None:
        piece = self.site.piece(slug)
        if kind == "new" and id(piece) not in self.since and told == (piece.published > START):
            self.since[id(piece)] = now
        elif told:
            self._change(kind, piece, now)

    def _change(self, kind: str, piece: Piece, now: datetime) -> None:
        since, moves = self.since.get(id(piece)), self.moves[id(piece)]
        found = [edit for edit in piece.edits if since is not None and since < edit.at <= now]
        if kind == "edited" and found:
            self.watched.delays += [(now - edit.at) / timedelta(hours=1) for edit in found]
            self.since[id(piece)] = now
        elif kind == "moved" and moves and moves[0].at <= now:
            moves.pop(0)
        else:
            self.watched.false.append(f"{kind} {piece.article.slug} {now:%d %H:%M}")

    def lost(self) -> list[str]:
        """What lasted and was never told."""
        lost = [f"new {piece.article.slug}" for piece in self.site.pieces if id(piece) not in self.since]
        for piece in self.site.pieces:
            since = self.since.get(id(piece), END)
            lost += [f"edit {piece.article.slug} {edit.at:%d %H:%M}" for edit in piece.edits if edit.at > since]
        return lost


def watch(site: Site, folder: Path) -> tuple[Reader, Watched]:
    """The month, and a quiet time after it in which whatever lasted has to be found."""
    reader = Reader(site)
    with pytest.MonkeyPatch.context() as patch:
        monitor = Offline(folder, site.replica, patch, "/feed/", "/thema/data-en-ai/", gone_after=6)
        monitor.now = START
        first = True
        while monitor.now < END + _QUIET:
            site.go_on_until(monitor.now)
            asked = _crawl(monitor, reader)
            if monitor.now < END:
                reader.watched.requests += asked
                reader.watched.largest = max(reader.watched.largest, 0 if first else asked)
            monitor.now += EVERY if monitor.now < END else 24 * EVERY
            first = False
        monitor.database.close()
    reader.watched.lost = reader.lost()
    return reader, reader.watched


def _crawl(monitor: Offline, reader: Reader) -> int:
    """Its requests, and one for robots.txt, which is asked for beneath the spider."""
    crawled = monitor.crawl(hours=0)
    with monitor.database.read() as session:
        changes = session.execute(
            select(tables.Change.kind, tables.Article.url, tables.Change.tellable)
            .join(tables.Article, tables.Article.id == tables.Change.article_id)
            .where(tables.Change.crawl_id == crawled.report.crawl_id)
            .order_by(tables.Change.id)
        ).all()
    for kind, url, told in changes:
        reader.hears(kind, slug_of(url), monitor.now, told=bool(told))
    log = monitor.replica.log
    asked = 1 + sum(_TRIES if request.status == 503 else 1 for request in log)
    log.clear()
    return asked


def polled(reader: Reader, interval: timedelta) -> Watched:
    """Every article at one interval from its publication on, each at a phase of its own: the mean of many phases."""
    watched, random = Watched(), Random(5)
    for piece in reader.site.pieces:
        watched.requests += round((END - max(START, piece.published)) / interval)
        for _ in range(_PHASES):
            first = max(START, piece.published) + interval * random.random()
            for edit in piece.edits:
                if edit.at > first:
                    looks = math.ceil((edit.at - first) / interval)
                    watched.delays.append((first + looks * interval - edit.at) / timedelta(hours=1))
    return watched


def as_fast(reader: Reader, hours: float) -> tuple[timedelta, Watched]:
    """The longest fixed interval, in minutes, whose median delay is no longer than `hours`."""
    for minutes in range(240, 4, -1):
        watched = polled(reader, timedelta(minutes=minutes))
        if median(watched.delays) <= hours:
            return timedelta(minutes=minutes), watched
    raise ValueError("no interval is that fast")


def compare(seed: int) -> bool:
    """Print one month; whether it reached the goal."""
    site = month(seed)
    with tempfile.TemporaryDirectory() as folder:
        reader, ours = watch(site, Path(folder))
    interval, polling = as_fast(reader, median(ours.delays))
    share = polling.requests / ours.requests
    show(
        f"A month of {len(site.pieces)} articles, {len(site.pieces) - OLD} of them new, and"
        f" {sum(len(piece.edits) for piece in site.pieces)} edits (seed {seed})",
        ["", "requests", "edits found", "requests for each", "median delay, min", "9 of 10 within, h", "false", "lost"],
        [
            ["nieuwswacht, a crawl each 30 minutes", *_figures(ours), len(ours.false), len(ours.lost)],
            [f"every article each {interval.total_seconds() / 60:.0f} minutes", *_figures(polling, _PHASES), "", ""],
        ],
        f"1/{share:.1f} of the requests. The largest crawl after the first: {ours.largest} requests. Edits before an"
        " article's first look are part of what is new.",
    )
    for problem in [*(f"false: {each}" for each in ours.false), *(f"lost: {each}" for each in ours.lost)][:20]:
        print(f"  {problem}")
    return share >= _SHARE and not ours.false and not ours.lost


def _figures(watched: Watched, phases: int = 1) -> list[str]:
    found = sorted(watched.delays)
    edits = len(found) / phases
    return [
        f"{watched.requests:,}", f"{edits:.0f}", f"{watched.requests / edits:.0f}",
        f"{60 * median(found):.0f}", f"{found[int(0.9 * len(found))]:.1f}",
    ]  # fmt: skip


def main() -> int:
    reached = [compare(seed) for seed in map(int, sys.argv[1:] or SEEDS)]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
