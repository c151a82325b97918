"""A first check, and looks at an unchanged and at a changed site: CPU of the process tree beside bare Scrapy's."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from bench.mailbox import Mailbox, mailbox
from bench.measure import Cost, middle, run
from bench.monitors import ROOT, Monitor, Ours
from bench.site import Site, site
from bench.table import show

CHANGED = 10
STEPS = ("first", "again, noise", "again, 304s", f"{CHANGED} changed, 304s")
_FLOOR, _TUNED = "Scrapy, fetch only", "Scrapy, our settings"
Costs = dict[str, dict[str, list[Cost]]]  # row -> step -> one a round


def compare(pages: int, rounds: int, peers: Sequence[type[Monitor]], until: float) -> None:
    """One table. Rounds go row by row, so that what else the machine does falls on all of them; peers run once."""
    costs: Costs = {}
    facts: dict[str, str] = {}
    skipped = []
    for number in range(rounds):
        with site(pages, noise=1) as served, mailbox() as mails, tempfile.TemporaryDirectory() as folder:
            _fetch_only(costs, served, Path(folder))
            _watch(costs, facts, Ours(Path(folder) / "ours", served.base, served.urls, mails.port), served, mails)
            for peer in peers if number == 0 else ():
                if until - monotonic() < pages / 4:
                    skipped.append(peer.name)
                    continue
                watching = peer(Path(folder) / peer.name, served.base, served.urls, mails.port)
                _watch(costs, facts, watching, served, mails)
    _print(pages, rounds, costs, facts)
    if skipped:
        print(f"\nLeft out for want of time: {', '.join(skipped)}; see --minutes.")


def _fetch_only(costs: Costs, served: Site, folder: Path) -> None:
    (folder / "urls").write_text("\n".join(served.urls))
    served.configure(noise=1, validators="none")
    for row, mode in ((_FLOOR, "default"), (_TUNED, "ours")):
        cost = run([sys.executable, "-m", "bench.floor", mode, str(folder / "urls")], ROOT)
        costs.setdefault(row, {}).setdefault("first", []).append(cost)
    served.requests()


def _watch(costs: Costs, facts: dict[str, str], monitor: Monitor, served: Site, mails: Mailbox) -> None:
    row = costs.setdefault(monitor.name, {})
    monitor.set_up()
    served.configure(noise=1, validators="none")
    row.setdefault("first", []).append(monitor.check())
    if isinstance(monitor, Ours):
        monitor.welcome()
    mails.take()
    row.setdefault("again, noise", []).append(monitor.check())
    noise = mails.take()
    served.configure(noise=None, validators="content")
    monitor.check()  # sees the validators for the first time
    mails.take()
    served.requests()
    row.setdefault("again, 304s", []).append(monitor.check())
    answers = served.requests()
    mails.take()
    edited = set(served.urls[:CHANGED])
    served.edit(edited, "dringend")
    row.setdefault(STEPS[-1], []).append(monitor.check())
    told = mails.take()
    alerts = monitor.alerts(told)
    shown = " ".join(f"{count}x{status}" for status, count in sorted(answers.items()) if status != "bytes")
    facts[monitor.name] = (
        f"{monitor.version()}; again with 304s: {shown}, {answers['bytes'] / 1e6:.1f} MB; alerts for noise alone:"
        f" {len(monitor.alerts(noise))}; {CHANGED} changed: {len(told)} mail(s), {len(alerts - edited)} false,"
        f" {len(edited - alerts)} lost"
    )


def _print(pages: int, rounds: int, costs: Costs, facts: dict[str, str]) -> None:
    floor = middle(costs[_FLOOR]["first"]).cpu
    rows = []
    for name, steps in costs.items():
        found = [middle(steps[step]) if step in steps else None for step in STEPS]
        cells = [f"{cost.cpu:.1f} ({cost.cpu / floor:.2f})" if cost else "" for cost in found]
        memory = max(cost.rss for cost in found if cost)
        failed = " !" if any(cost and cost.code for cost in found) else ""
        rows.append([name + failed, *cells, f"{memory:.0f}"])
    show(
        f"{pages:,} pages of 60 kB: CPU seconds (ratio to the floor's), peak MB",
        ["", *STEPS, "MB"],
        rows,
        "\n".join(f"* {name} {fact}" for name, fact in facts.items())
        + f"\n\nMedian of {rounds}; peers once. `!`: a command of it failed.",
    )
