"""The watched site: a replica in a process of its own, with pages as heavy as WordPress makes them."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from bench.child import Child, child, take_orders

PAGE_BYTES = 60_000


class Site:
    """The measuring side. `urls` are the articles, newest first."""

    def __init__(self, process: Child) -> None:
        self._order = process.order
        self.base: str = process.order("base")
        self.urls: list[str] = process.order("urls")

    def configure(self, **switches: Any) -> None:
        """`switches` are those of the replica: noise=1, validators="content", …"""
        self._order("configure", **switches)

    def edit(self, urls: Collection[str], tag: str) -> None:
        """A sentence is added to each of these articles."""
        self._order("edit", urls=list(urls), tag=tag)

    def revert(self, urls: Collection[str], tag: str) -> None:
        """What `edit` with this tag did is undone."""
        self._order("revert", urls=list(urls), tag=tag)

    def fault(self, kind: str, urls: Collection[str]) -> None:
        """These articles answer with this wall or status until `heal`."""
        self._order("fault", kind=kind, urls=list(urls))

    def heal(self) -> None:
        self._order("heal")

    def requests(self) -> dict[str, int]:
        """Answers by status since this was last asked, and the `bytes` of their bodies."""
        return dict(self._order("requests"))


@contextmanager
def site(pages: int, **switches: Any) -> Iterator[Site]:
    with child("bench.site", str(pages), json.dumps({"page_bytes": PAGE_BYTES, **switches})) as process:
        yield Site(process)


class _Orders:
    def __init__(self, replica: Any) -> None:
        self.replica, self.sent = replica, 0
        self.slugs = [article.slug for article in replica.articles()]
        self._warm()

    def base(self) -> str:
        return str(self.replica.base_url)

    def urls(self) -> list[str]:
        return [self.replica.url(slug) for slug in self.slugs]

    def configure(self, **switches: Any) -> None:
        self.replica.configure(**switches)
        self._warm()

    def edit(self, urls: list[str], tag: str) -> None:
        self._change(urls, lambda text: text + sentence(tag))

    def revert(self, urls: list[str], tag: str) -> None:
        self._change(urls, lambda text: text.replace(sentence(tag), ""))

    def _change(self, urls: list[str], change: Any) -> None:
        for url in urls:
            self.replica.edit(url.rstrip("/").rpartition("/")[2], lambda article: rewrite_end(article, change))
        self._warm()

    def fault(self, kind: str, urls: list[str]) -> None:
        self.replica.set_fault(kind, urls)

    def heal(self) -> None:
        self.replica.clear_faults()

    def requests(self) -> dict[str, int]:
        found = Counter(str(request.status) for request in self.replica.log)
        found["bytes"], self.sent = self.sent, 0
        self.replica.forget_requests()
        return found

    def _warm(self) -> None:
        """Render everything now, so that no client waits for it."""
        from cli.demo.site import respond

        for slug in self.slugs:
            respond(self.replica, "GET", f"/artikel/{slug}/")
        self.replica.forget_requests()


def sentence(tag: str) -> str:
    return f" De minister noemt dit {tag} en trekt er 12 miljoen euro voor uit."


def rewrite_end(article: Any, change: Any) -> None:
    at = max(at for at, block in enumerate(article.blocks) if block.kind == "paragraph")
    article.blocks[at] = replace(article.blocks[at], text=change(article.blocks[at].text))


def main() -> None:
    from cli.demo import server, site
    from cli.demo.content import articles
    from cli.demo.model import Replica

    replica = Replica(articles(int(sys.argv[1])))
    replica.configure(**json.loads(sys.argv[2]))
    orders = _Orders(replica)

    def counting(*arguments: Any) -> site.Response:
        response = site.respond(*arguments)
        orders.sent += len(response.body)
        return response

    vars(server)["respond"] = counting
    with server.serve(replica):
        take_orders(orders)


if __name__ == "__main__":
    main()
