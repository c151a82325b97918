"""`make bench`: every table in one run. Ratios are what counts: whatever else the machine does falls on all rows."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from signal import SIGKILL
from time import monotonic

from bench.measure import Clock, Cost, run
from bench.monitors import ROOT
from bench.peers import PEERS, installed

# A module a table, in the order in which they are begun; the cheap ones first, since time may run out.
TABLES = ("rhythm", "faults", "diff", "extraction", "parts", "digests", "crawls")
ASKED_FOR = ("large", "memory", "workers")  # take minutes each, and workers a PostgreSQL server
BESIDE = ("rhythm", "faults")  # these count, one after the other, while others measure: time is short
_GRACE = 30  # seconds, in which a table ends the servers it started
_LEAST = 20  # seconds; with less left, a table is not begun


def main() -> int:
    options = _options()
    Clock.until = monotonic() + options.minutes * 60
    print(
        f"nieuwswacht {version('nieuwswacht')}, Scrapy {version('scrapy')}, SQLAlchemy {version('sqlalchemy')}, Python"
        f" {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start",
        flush=True,
    )
    failed = []
    wanted = {"crawls", "faults"} & set(options.only or TABLES)
    peers = [peer.name for peer in installed(options.peers)] if wanted else []
    with ThreadPoolExecutor(max_workers=1) as beside:
        begun = {}
        for table in options.only or TABLES:
            if Clock.left() < _LEAST:
                print(f"\n{table}: left out for want of time; see --minutes.")
            elif table == "crawls":
                for pages in options.pages:  # each in a process of its own: a peak counts from the size of the parent
                    known = (str(pages), str(options.rounds), f"{Clock.left():.0f}", *peers)
                    if not _told(table, _run(table, *known)):
                        failed.append(table)
            elif table in BESIDE:
                begun[table] = beside.submit(_run, table, *(peers if table == "faults" else []))
            elif not _told(table, _run(table)):
                failed.append(table)
        failed += [table for table, done in begun.items() if not _told(table, done.result())]
    if not options.only:
        print(f"\nOnly when asked for: `python -m bench --only {' '.join(ASKED_FOR)} --minutes 30`")
    print(f"\n{options.minutes - Clock.left() / 60:.1f} minutes; missed: {', '.join(failed) or 'nothing'}")
    return 1 if failed else 0


def _run(table: str, *arguments: str) -> Cost:
    """In a process of its own, so that no table's memory or imports weigh on another's."""
    grace = _GRACE if table in ASKED_FOR else 0
    return run([sys.executable, "-m", f"bench.{table}", *arguments], ROOT, limit=Clock.left(), grace=grace)


def _told(table: str, cost: Cost) -> bool:
    """Whether it reached its goals, or ran out of time, which is not held against it."""
    print(f"\n### {table}\n\n{cost.out}{cost.err}", flush=True)
    if cost.code == -SIGKILL:
        print(f"{table}: stopped for want of time; see --minutes.")
    return cost.code in (0, -SIGKILL)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=TABLES + ASKED_FOR, default=[], help="these tables")
    parser.add_argument("--pages", nargs="+", type=int, default=[300, 1000], help="sizes of the site")
    parser.add_argument("--rounds", type=int, default=1, help="of which the median is shown")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=[*PEERS], help="other monitors to measure")
    parser.add_argument("--minutes", type=float, default=14, help="what does not fit is left out, saying so")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
