"""Whether memory and open files grow with the site: crawls of ever more pages, with 1,024 files to open."""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

from bench.mailbox import mailbox
from bench.measure import Cost
from bench.monitors import Ours
from bench.site import site
from bench.table import show

_PAGES = (100, 1_200, 10_000)
_FILES = 1_024
_GOAL = 130  # MB


def main() -> int:
    sizes = tuple(map(int, sys.argv[1:])) or _PAGES
    rows, costs = [], list[Cost]()
    for pages in sizes:
        with site(pages, noise=1) as served, mailbox() as mails, tempfile.TemporaryDirectory() as folder:
            # Here, not before: a site's own process answers many at once.
            resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
            ours = Ours(Path(folder) / "ours", served.base, served.urls, mails.port)
            ours.set_up()
            first, again = (ours.command("crawl", "--json") for _ in range(2))
        costs += [first, again]
        rows.append([f"{pages:,}", f"{first.rss:.0f}", f"{again.rss:.0f}", first.trouble or again.trouble])
    show(f"Peak MB of a crawl, goal {_GOAL}", ["pages", "first", "again, noise", ""], rows)
    return 1 if any(cost.code not in Ours.fine for cost in costs) else 0


if __name__ == "__main__":
    sys.exit(main())
