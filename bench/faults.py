"""What monitors tell of when nothing happened but a fault, and what they lose: alerts counted by article.

Run: `python -m bench.faults [MONITOR …]`, beside ours.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.mailbox import Mailbox, mailbox
from bench.monitors import Monitor, Ours
from bench.peers import installed
from bench.site import Site, site
from bench.table import show

_PAGES, _HIT = 100, 4
_WALLS = {"soft 404": "soft_404", "consent wall": "consent_wall", "empty page": "empty", "half a page": "truncated",
          "500": "500", "edit behind a wall": "consent_wall"}  # fmt: skip
_COLUMNS = (*_WALLS, "edit, revert", "mail server away", "noise")
Groups = dict[str, list[str]]


def compare(monitors: Sequence[type[Monitor]]) -> None:
    rows, notes = [], []
    for monitor in monitors:
        with site(_PAGES) as served, mailbox() as mails, tempfile.TemporaryDirectory() as folder:
            watching = monitor(Path(folder) / "state", served.base, served.urls, mails.port)
            problems: list[str] = []
            counted = _play(watching, served, mails, problems)
        notes += [f"{monitor.name} ended with an error: {problem}" for problem in dict.fromkeys(problems)]
        rows.append([monitor.name, *(f"{counted['false', name]} / {counted['lost', name]}" for name in _COLUMNS)])
    show(
        f"Faults, each on {_HIT} of {_PAGES} articles: false / lost alerts",
        ["", *_COLUMNS],
        rows,
        "An alert is an article that a mail names as changed. After each step one check; noise is on all pages, twice."
        + "".join(f"\n* {note}" for note in notes),
    )


def _play(monitor: Monitor, served: Site, mails: Mailbox, problems: list[str]) -> Counter[tuple[str, str]]:
    groups = {name: served.urls[at * _HIT : (at + 1) * _HIT] for at, name in enumerate(_COLUMNS)}
    groups["noise"] = served.urls[(len(_COLUMNS) - 1) * _HIT :]  # and whatever else is told of these
    monitor.set_up()
    monitor.check()
    if isinstance(monitor, Ours):
        monitor.welcome()
    monitor.check()
    mails.take()
    counted: Counter[tuple[str, str]] = Counter()
    due: Counter[str] = Counter()
    for expected in _steps(served, mails, groups):
        due.update(expected)
        monitor.later()
        for url in _told(monitor, mails, problems):
            if due[url]:
                due[url] -= 1
            else:
                counted["false", _name(groups, url)] += 1
    for url, missed in due.items():
        counted["lost", _name(groups, url)] += missed
    served.configure(noise=1)
    for _ in range(2):
        counted["false", "noise"] += len(_told(monitor, mails, problems))
    return counted


def _told(monitor: Monitor, mails: Mailbox, problems: list[str]) -> set[str]:
    cost = monitor.check()
    if cost.code not in monitor.fine:
        problems.append(cost.trouble)
    return monitor.alerts(mails.take())


def _steps(served: Site, mails: Mailbox, groups: Groups) -> Iterator[list[str]]:
    """What happens before each check, and the articles that have to be told from then on."""
    for name, kind in _WALLS.items():
        served.fault(kind, groups[name])
    served.edit(groups["edit behind a wall"], "opmerkelijk")
    served.edit(groups["edit, revert"], "voorlopig")
    yield groups["edit, revert"]
    served.heal()
    served.revert(groups["edit, revert"], "voorlopig")
    yield groups["edit behind a wall"] + groups["edit, revert"]
    served.edit(groups["mail server away"], "dringend")
    mails.away(away=True)
    yield groups["mail server away"]
    mails.away(away=False)
    yield []


def _name(groups: Groups, url: str) -> str:
    return next(name for name, urls in groups.items() if url in urls)


if __name__ == "__main__":
    compare([Ours, *installed(sys.argv[1:])])
