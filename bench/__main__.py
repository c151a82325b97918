"""`make bench`: every table in one run. Ratios are what counts: whatever else the machine does falls on all rows."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from time import monotonic

from bench import crawls, faults
from bench.changedetection import ChangedetectionIo
from bench.measure import Clock
from bench.monitors import ROOT, Installed, Monitor, Ours, Unavailable, Urlwatch, Webchanges

PEERS: dict[str, type[Installed]] = {peer.package: peer for peer in (Urlwatch, Webchanges, ChangedetectionIo)}
# A module a table, in the order in which they are run; the cheap ones first, since time may run out.
TABLES = ("diff", "extraction", "parts", "rhythm", "faults", "crawls")
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
    for table in options.only or TABLES:
        left = Clock.left()
        if left < _LEAST:
            print(f"\n{table}: left out for want of time; see --minutes.")
        elif table == "crawls":
            for pages in options.pages:
                crawls.compare(pages, options.rounds, _installed(options.peers))
        elif table == "faults":
            faults.compare([Ours, *_installed(options.peers)])
        elif not _run(table, left):
            failed.append(table)
    print(f"\n{options.minutes - Clock.left() / 60:.1f} minutes; missed: {', '.join(failed) or 'nothing'}")
    return 1 if failed else 0


def _run(table: str, left: float) -> bool:
    """In a process of its own, so that no table's memory or imports weigh on another's."""
    print(f"\n### {table}\n", flush=True)
    try:
        return not subprocess.run([sys.executable, "-m", f"bench.{table}"], cwd=ROOT, timeout=left).returncode
    except subprocess.TimeoutExpired:
        print(f"\n{table}: stopped for want of time; see --minutes.")
        return True


def _installed(names: Sequence[str]) -> list[type[Monitor]]:
    found: list[type[Monitor]] = []
    for name in names:
        try:
            PEERS[name].install()
        except Unavailable as reason:
            print(f"{name}: left out, {reason}")
        else:
            found.append(PEERS[name])
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=TABLES, default=[], help="these tables")
    parser.add_argument("--pages", nargs="+", type=int, default=[300, 1000], help="sizes of the site")
    parser.add_argument("--rounds", type=int, default=1, help="of which the median is shown")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=[*PEERS], help="other monitors to measure")
    parser.add_argument("--minutes", type=float, default=14, help="what does not fit is left out, saying so")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
