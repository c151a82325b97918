"""A visitor of the pages: asks, reads what a browser would show, presses buttons."""

from __future__ import annotations

import html
import re
from email import message_from_bytes
from email.policy import default
from typing import Any

from httpx2 import Response
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from tests.delivery.builders import SENDER, World
from web.app import make_app
from web.site import Site

BASE = "https://wacht.example.org"
SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}


def site_of(world: World, **values: Any) -> Site:
    return Site(
        database=world.database,
        watches=world.context.watches,
        source_title="iBestuur",
        sender=SENDER,
        clock=lambda: world.now,
        **values,
    )


class Visitor:
    """One browser without JavaScript. Redirects are not followed, so that a test sees where they lead."""

    def __init__(self, site: Site, host: str = "localhost") -> None:
        app = make_app(site)
        self.client = TestClient(app, f"http://{host}", follow_redirects=False, raise_server_exceptions=False)

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=headers)

    def text(self, path: str) -> str:
        return shown(self.get(path))

    def post(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> Response:
        """As a browser posts one of our own forms."""
        return self.client.post(path, data=fields or {}, headers=SAME_SITE | headers)

    def form_token(self, path: str) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]


def shown(response: Response) -> str:
    """The words of a page's main part, white space folded."""
    main = LexborHTMLParser(response.text).css_first("main")
    return " ".join((main.text(separator=" ") if main else "").split())


def links(response: Response) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="([^"]*)"', response.text)]


def mail_links(message: bytes) -> list[str]:
    """Every address in the text part, one a line as we write them."""
    body = message_from_bytes(message, policy=default).get_body(("plain",))
    assert body is not None
    return re.findall(r"https?://\S+", body.get_content())


def header(message: bytes, name: str) -> str:
    return str(message_from_bytes(message, policy=default)[name])
