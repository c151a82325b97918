"""A first check, and looks at an unchanged and at a changed site: CPU of the process tree beside bare Scrapy's.

`python -m bench.crawls PAGES ROUNDS SECONDS PEER...`
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from bench.mailbox import Mailbox, mailbox
from bench.measure import Clock, Cost, middle, run
from bench.monitors import ROOT, Monitor, Ours
from bench.peers import PEERS
from bench.site import Site, site
from bench.table import show

CHANGED = 10
STEPS = ("first", "again, noise", "again, 304s", f"{CHANGED} changed, 304s")
_PACE = 4  # pages a second that any monitor manages, all steps taken together: with less time left, none is begun
_FLOOR, _TUNED, _CRAWL = "Scrapy, fetch only", "Scrapy, our settings", "nieuwswacht, the crawl alone"
Costs = dict[str, dict[str, list[Cost]]]  # row -> step -> one a round


_LAST = 10  # seconds, in which what was measured is shown


class OutOfTime(Exception):
    """What was being measured was stopped: it says nothing."""


def main() -> None:
    pages, rounds, seconds = map(int, sys.argv[1:4])
    Clock.until = monotonic() + seconds - _LAST
    compare(pages, rounds, [PEERS[name] for name in sys.argv[4:]])


def compare(pages: int, rounds: int, peers: Sequence[type[Monitor]]) -> None:
    """One table. Rounds go row by row, so that what else the machine does falls on all of them; peers run once."""
    if Clock.left() < pages / _PACE:
        print(f"\n{pages:,} pages: left out for want of time; see --minutes.")
        return
    costs: Costs = {}
    notes: list[str] = []
    for number in range(rounds):
        with site(pages, noise=1) as served, mailbox() as mails, tempfile.TemporaryDirectory() as folder:
            _fetch_only(costs, served, Path(folder))
            notes = _watch(costs, Ours(Path(folder) / "ours", served.base, served.urls, mails.port), served, mails)
            _fetch_only(costs, served, Path(folder))
            for peer in peers if number == rounds - 1 else ():
                if Clock.left() < pages / _PACE:
                    notes.append(f"{peer.name}: left out for want of time; see --minutes.")
                    continue
                watching = peer(Path(folder) / peer.name, served.base, served.urls, mails.port)
                notes += _watch(costs, watching, served, mails)
    _print(pages, rounds, costs, notes)


def _fetch_only(costs: Costs, served: Site, folder: Path) -> None:
    (folder / "urls").write_text("\n".join(served.urls))
    served.configure(noise=1, validators="none")
    for row, mode in ((_FLOOR, "default"), (_TUNED, "ours")):
        cost = run([sys.executable, "-m", "bench.floor", mode, str(folder / "urls")], ROOT)
        costs.setdefault(row, {}).setdefault("first", []).append(cost)
    served.requests()


def _watch(costs: Costs, monitor: Monitor, served: Site, mails: Mailbox) -> list[str]:
    """What it did beside what it cost, in words."""
    try:
        return _steps(costs, monitor, served, mails)
    except OutOfTime:
        return [f"{monitor.name}: stopped for want of time; see --minutes."]


def _steps(costs: Costs, monitor: Monitor, served: Site, mails: Mailbox) -> list[str]:
    problems: dict[str, str] = {}

    def check(step: str) -> list[str]:
        cost = monitor.check()
        if Clock.left() < 0:
            raise OutOfTime
        if cost.code not in monitor.fine:
            problems[step] = cost.trouble
        if step in STEPS:
            costs.setdefault(monitor.name, {}).setdefault(step, []).append(cost)
            if isinstance(monitor, Ours):
                costs.setdefault(_CRAWL, {}).setdefault(step, []).append(monitor.crawled)
        return mails.take()

    monitor.set_up()
    served.configure(noise=1, validators="none")
    check(STEPS[0])
    if isinstance(monitor, Ours):
        monitor.welcome()
        mails.take()
    noise = check(STEPS[1])
    served.configure(noise=None, validators="content")
    check("with validators for the first time")
    served.requests()
    check(STEPS[2])
    answers = served.requests()
    edited = set(served.urls[:CHANGED])
    served.edit(edited, monitor.name)
    told = check(STEPS[3])
    alerts = monitor.alerts(told)
    shown = " ".join(f"{count}x{status}" for status, count in sorted(answers.items()) if status != "bytes")
    fact = (
        f"{monitor.name} {monitor.version()}; again with 304s: {shown}, {answers['bytes'] / 1e6:.1f} MB; alerts for"
        f" noise alone: {len(monitor.alerts(noise))}; {CHANGED} changed: {len(told)} mail(s),"
        f" {len(alerts - edited)} false, {len(edited - alerts)} lost"
    )
    return [fact, *(f"{monitor.name} ended with an error, {step}: {problem}" for step, problem in problems.items())]


def _print(pages: int, rounds: int, costs: Costs, notes: Sequence[str]) -> None:
    floor = middle(costs[_FLOOR]["first"]).cpu
    rows = []
    for name, steps in costs.items():
        found = [middle(steps[step]) if step in steps else None for step in STEPS]
        cells = [f"{cost.cpu:.1f} ({cost.cpu / floor:.2f})" if cost else "" for cost in found]
        rows.append([name, *cells, f"{max(cost.rss for cost in found if cost):.0f}"])
    show(
        f"{pages:,} pages of 60 kB: CPU seconds (ratio to the floor's), peak MB",
        ["", *STEPS, "MB"],
        rows,
        "\n".join(f"* {note}" for note in notes) + f"\n\nMedian of {rounds}, of Scrapy of {2 * rounds}; peers once.",
    )


if __name__ == "__main__":
    main()
