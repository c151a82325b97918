"""Workers that share the sources of one archive on PostgreSQL, one of them killed in mid-crawl, twice: what is lost,
kept or told twice, and how many pages they read a second. Run: `python -m bench.workers [--workers 1 2 4]`.

It starts a server of its own, which takes no care of its disk. Everything is on this machine, so that its cores are
the limit of how many workers help.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import psutil

from bench.hosts import Hosts, hosts
from bench.monitors import ROOT
from bench.shared import READERS, Installation
from bench.table import show

_PAGES_OF_A_SOURCE, _EDITS_OF_A_SOURCE = 50, 3
_BEFORE_THE_KILL = 0.5  # of the round's pages are read
_SLOW = 1.5  # seconds for an answer of the slow site
_STUCK = 150.0  # seconds without an answer or a job done: more than a lost worker takes to be missed
_COUNTED = (
    "not read", "kept twice", "not told", "told twice", "told falsely", "hosts asked by two", "untried"
)  # fmt: skip


@dataclass
class Round:
    """`speed`: pages a second before the kill. `seconds`: until all was done. `untried`: trouble not made yet."""

    speed: float = 0.0
    seconds: float = 0.0
    untried: set[str] = field(default_factory=set)


@dataclass
class Run:
    """What one number of workers came to."""

    pages: int
    rounds: list[Round] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    cpu: tuple[float, float] = (0.0, 0.0)  # of the workers and of the server, for 1,000 pages of the first round
    size: float = 0.0  # bytes in the archive for each page
    trouble: list[str] = field(default_factory=list)


def play(workers: int, pages: int, delay: float, folder: Path) -> Run:
    from tests.databases import fresh_url

    with hosts(max(1, pages // _PAGES_OF_A_SOURCE), _PAGES_OF_A_SOURCE) as served:
        place = Installation(folder, fresh_url(folder), served.sites, delay)
        run, alone = Run(sum(map(len, served.sites.values()))), workers == 1
        try:
            for reader in READERS:
                place.run("-q", "subscribe", reader, "--watch", "alles", "--every", "immediately")
            empty, server = _size(place), _server(place)
            idle = _cpu(server)
            if not alone:
                served.slow(place.sources[_slow(place)], _SLOW)
            for _ in range(workers):
                place.start()
            run.rounds.append(_round(place, served, run.pages, alone=alone))
            each = 1000 / run.pages
            run.cpu = sum(map(_cpu, place.workers.values())) * each, (_cpu(server) - idle) * each
            run.size = (_size(place) - empty) / run.pages
            apart = _PAGES_OF_A_SOURCE // _EDITS_OF_A_SOURCE
            edited = [url for urls in served.sites.values() for url in urls[::apart][:_EDITS_OF_A_SOURCE]]
            before = place.told()
            served.edit(edited)
            place.want_crawls(place.sources)
            run.rounds.append(_round(place, served, run.pages, alone=alone))
            run.counts = _counts(place, served, edited, place.told() - before)
            run.counts["untried"] = sum(len(one.untried) for one in run.rounds)
            run.trouble = place.trouble() if any(run.counts.values()) else []
        finally:
            place.stop()
    return run


def _round(place: Installation, served: Hosts, pages: int, *, alone: bool) -> Round:
    """Until every source has been crawled and nothing is in the queue, or nothing moves any more."""
    done, begun = Round(untried=set() if alone else {"a kill", "two for a host"}), monotonic()
    moved, seen = begun, None
    while monotonic() - moved < _STUCK:
        read, waiting = served.read(), place.waiting()
        if seen != (seen := (read, waiting)):
            moved = monotonic()
        if read >= pages * _BEFORE_THE_KILL and not done.speed:
            done.speed = read / (monotonic() - begun)
        if done.speed and "a kill" in done.untried and _kill_one(place, served):
            done.untried.remove("a kill")
        if "two for a host" in done.untried and served.begun(place.sources[_slow(place)]):
            place.want_crawls([_slow(place)], priority=1)
            done.untried.remove("two for a host")
        elif read and not waiting and _all_crawled(place):
            break
        sleep(0.02 if "a kill" in done.untried else 0.2)
    done.seconds = monotonic() - begun
    return done


def _slow(place: Installation) -> str:
    """The source that is crawled last, when others have nothing to do, and asked for again meanwhile."""
    return list(place.sources)[-1]


def _kill_one(place: Installation, served: Hosts) -> bool:
    """One that has read a part of a source; a new one starts in its place, as systemd would start it."""
    amid = served.amid()
    for name in list(place.workers):
        if any(f"worker-{name}." in agent for agent in amid):
            place.kill(name)
            place.start()
            return True
    return False


def _all_crawled(place: Installation) -> bool:
    return place.number("SELECT count(*) FROM seeds WHERE baseline_at IS NOT NULL") == len(place.sources)


def _counts(place: Installation, served: Hosts, edited: list[str], told: Counter[tuple[str, str]]) -> Counter[str]:
    published = {url for urls in served.sites.values() for url in urls}
    kept = Counter(url for (url,) in place.rows("SELECT url FROM articles WHERE current_id IS NOT NULL"))
    versions = place.number("SELECT count(*) FROM versions WHERE status = 'accepted'")
    contents = place.number(
        "SELECT count(*) FROM (SELECT DISTINCT article_id, content_hash FROM versions WHERE status = 'accepted') v"
    )
    due = {(reader, url) for reader in READERS for url in edited}
    return Counter({
        "not read": len(published - kept.keys()),
        "kept twice": kept.total() - len(published & kept.keys()) + versions - contents,
        "not told": len(due - told.keys()),
        "told twice": sum(told[each] - 1 for each in due & told.keys()),
        "told falsely": sum(times for each, times in told.items() if each not in due),
        "hosts asked by two": len(served.hosts_asked_at_once()),
    })  # fmt: skip


def _size(place: Installation) -> int:
    return place.number("SELECT pg_database_size(current_database())")


def _server(place: Installation) -> psutil.Process:
    """The database server: the parent of each session's process."""
    parent = psutil.Process(place.number("SELECT pg_backend_pid()")).parent()
    assert parent is not None
    return parent


def _cpu(process: psutil.Process) -> float:
    """CPU seconds of it and of what it started, ended or not."""
    own = process.cpu_times()
    spent: float = own.user + own.system + own.children_user + own.children_system
    return spent + sum(_cpu(each) for each in process.children())


def main() -> int:
    options = _options()
    if "NIEUWSWACHT_TEST_DATABASE" not in os.environ:
        server = str(ROOT / ".ci/postgresql")
        os.execv(server, [server, sys.executable, "-m", "bench.workers", *sys.argv[1:]])
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    runs: dict[int, Run] = {}
    try:
        for workers in options.workers:
            with tempfile.TemporaryDirectory() as folder:
                pages = options.pages if workers > 1 else options.alone
                runs[workers] = play(workers, pages, options.delay, Path(folder))
    finally:
        _tell(runs, options.delay)
    return 1 if any(run.counts.total() for run in runs.values()) else 0


def _tell(runs: dict[int, Run], delay: float) -> None:
    """Of the runs that came to their end, also when time runs out before the others do."""
    if not runs:
        return
    rows = [
        [
            workers, f"{run.pages:,}", f"{run.rounds[0].speed:.1f}", *(f"{one.seconds:.0f}" for one in run.rounds),
            *(run.counts[name] for name in _COUNTED),
        ]
        for workers, run in runs.items()
    ]  # fmt: skip
    notes = [line for run in runs.values() for line in run.trouble]
    if 1 in runs:
        cpu, size = runs[1].cpu, runs[1].size
        notes.append(
            f"One worker: {cpu[0]:.0f} CPU s for 1,000 new pages, and {cpu[1]:.0f} of the database server;"
            f" {size:,.0f} bytes in the archive for each."
        )
    show(
        f"Workers that share sources of {_PAGES_OF_A_SOURCE} pages, {delay:g} s apart, on {os.cpu_count()} cores",
        ["workers", "pages", "pages/s", "all read, s", "all told, s", *_COUNTED],
        rows,
        "Each worker crawls one source at a time. Of several one is killed with its crawl when half of the pages are"
        f" read; then another, after {_EDITS_OF_A_SOURCE} edits in each source, when half were looked at again. A new"
        f" one takes its place. With several the last source is slow, {_SLOW} s a page, and asked for twice at once."
        " pages/s is that of the first half, which no kill disturbs." + "".join(f"\n* {note}" for note in notes),
    )
    print(f"\nLoad at the end: {' '.join(f'{load:.1f}' for load in os.getloadavg())} in 1, 5 and 15 minutes.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__)
    parser.add_argument("--workers", nargs="+", type=int, default=[1, 2, 4], help="so many at once")
    parser.add_argument("--pages", type=int, default=2000, help=f"in sources of {_PAGES_OF_A_SOURCE}")
    parser.add_argument("--alone", type=int, default=500, help="the same for one worker")
    parser.add_argument("--delay", type=float, default=0, help="seconds between two requests to one host")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
