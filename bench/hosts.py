"""Forty watched sites in one process, each a host of its own on loopback, that know which worker asked them.

A worker says who it is by its User-Agent. A visit is one connection, from its first request to its last answer.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

from bench.child import Child, child, take_orders
from bench.site import PAGE_BYTES, rewrite_end, sentence

WORKER = "https://worker-{}.example.org"


class Hosts:
    """The measuring side. `sites`: host -> its articles."""

    def __init__(self, process: Child) -> None:
        self._order = process.order
        self.sites: dict[str, list[str]] = process.order("sites")

    def edit(self, urls: Sequence[str]) -> None:
        """A sentence is added to each of these articles, to each another; a new round begins."""
        self._order("edit", urls=list(urls))

    def slow(self, host: str, seconds: float) -> None:
        """This site takes so long for each answer."""
        self._order("slow", host=host, seconds=seconds)

    def read(self) -> int:
        """Articles that were asked for in this round."""
        return int(self._order("read"))

    def begun(self, host: str) -> bool:
        """Whether some of them are this site's."""
        return bool(self._order("begun", host=host))

    def amid(self) -> list[str]:
        """Workers that have read a part of a site, something new among it, and are reading still."""
        return list(self._order("amid"))

    def hosts_asked_at_once(self) -> list[str]:
        """Hosts that at some time heard two workers."""
        return list(self._order("at_once"))


@contextmanager
def hosts(sites: int, pages: int) -> Iterator[Hosts]:
    """So many sites of so many pages each."""
    with child("bench.hosts", str(sites), str(pages)) as process:
        yield Hosts(process)


@dataclass
class Visit:
    worker: str
    begun: float
    last: float
    open: bool = True

    def meets(self, other: Visit) -> bool:
        return self.worker != other.worker and self.begun <= other.last and other.begun <= self.last


@dataclass
class _Orders:
    replicas: list[Any]
    lock: threading.Lock = field(default_factory=threading.Lock)
    visits: dict[str, list[Visit]] = field(default_factory=lambda: defaultdict(list))  # by host
    asked: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # articles of this round, by host
    edited: set[str] = field(default_factory=set)

    def sites(self) -> dict[str, list[str]]:
        return {r.base_url: [r.url(article.slug) for article in r.articles()] for r in self.replicas}

    def edit(self, urls: list[str]) -> None:
        for url in urls:
            replica = next(each for each in self.replicas if url.startswith(f"{each.base_url}/"))
            slug = urlsplit(url).path.rstrip("/").rpartition("/")[2]
            added = sentence(slug)
            replica.edit(slug, lambda article, added=added: rewrite_end(article, lambda text: text + added))
        with self.lock:
            self.asked.clear()
            self.edited = set(urls)

    def read(self) -> int:
        with self.lock:
            return sum(map(len, self.asked.values()))

    def slow(self, host: str, seconds: float) -> None:
        next(each for each in self.replicas if each.base_url == host).configure(latency=seconds)

    def begun(self, host: str) -> bool:
        with self.lock:
            return bool(self.asked[host])

    def amid(self) -> list[str]:
        with self.lock:
            found: list[str] = []
            for replica in self.replicas:
                host, all_of_it = replica.base_url, len(replica.newest())
                some = self.asked[host]
                news = some & self.edited or not self.edited
                if news and all_of_it / 5 <= len(some) < all_of_it * 4 / 5:
                    found += [visit.worker for visit in self.visits[host] if visit.open]
            return found

    def at_once(self) -> list[str]:
        with self.lock:
            return [host for host, visits in self.visits.items() if any(a.meets(b) for a, b in combinations(visits, 2))]

    def note(self, visit: Visit | None, host: str, worker: str, path: str, begun: float) -> Visit:
        """One more answer on this connection."""
        with self.lock:
            if visit is None:
                visit = Visit(worker, begun, begun)
                self.visits[host].append(visit)
            visit.last = time.monotonic()
            if path.startswith("/artikel/"):
                self.asked[host].add(host + path)
            return visit


def main() -> None:
    from cli.demo import server
    from cli.demo.content import articles
    from cli.demo.model import Replica

    sites, pages = int(sys.argv[1]), int(sys.argv[2])
    everything = articles(sites * pages)
    replicas = [Replica(everything[at * pages : (at + 1) * pages]) for at in range(sites)]
    orders = _Orders(replicas)

    class Noting(server._Handler):
        visit: Visit | None = None

        def _answer(self, *, with_body: bool) -> None:
            begun, host = time.monotonic(), self.server.replica.base_url
            worker = self.headers.get("User-Agent", "")
            try:
                super()._answer(with_body=with_body)
            finally:
                self.visit = orders.note(self.visit, host, worker, self.path, begun)

        def finish(self) -> None:
            if self.visit is not None:
                self.visit.open = False
            super().finish()

    vars(server)["_Handler"] = Noting
    with ExitStack() as serving:
        for at, replica in enumerate(replicas):
            replica.configure(page_bytes=PAGE_BYTES, validators="content")
            serving.enter_context(server.serve(replica, host=f"127.0.{at + 1}.1"))
        take_orders(orders)


if __name__ == "__main__":
    main()
