"""The replica for any test: `from replica.fixtures import replica, site` brings the fixtures, the rest are helpers."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.server import serve
from cli.demo.site import Response, respond

MERGER = "ained-en-nl-aic-gaan-samen-verder-als-aic4nl"
LABS = "aic4nl-opent-vier-innovatielabs"
REGISTER = "algoritmeregister-telt-duizend-inschrijvingen"


@pytest.fixture
def replica() -> Replica:
    """The hand-written articles in the WordPress era, without noise."""
    return Replica(articles())


@pytest.fixture
def site(replica: Replica) -> Iterator[str]:
    """The same replica, served: its base URL."""
    with serve(replica) as url:
        yield url


def get(replica: Replica, path: str, headers: Mapping[str, str] | None = None) -> Response:
    """What the replica answers, without a server."""
    return respond(replica, "GET", path, headers)


def page(replica: Replica, slug: str) -> str:
    """The HTML of an article as it is served now."""
    path = replica.article(slug).path(replica.switches.era)
    return get(replica, path).body.decode()


def texts(html: str) -> list[str]:
    """The text of every element that a reader sees, in document order, white space folded."""
    tree = LexborHTMLParser(html)
    assert tree.body is not None
    tree.strip_tags(["script", "style", "noscript", "head"])
    return [" ".join(node.text().split()) for node in tree.body.traverse() if node.tag != "-comment"]


def links(html: str) -> list[str]:
    return [node.attributes.get("href") or "" for node in LexborHTMLParser(html).css("a")]


def over_http(
    url: str, method: str = "GET", headers: Mapping[str, str] | None = None
) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers and body of one request over a connection of its own; redirects are not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()
    finally:
        connection.close()
