"""Templates to answers. Every word is data from a page until shown otherwise: all of it is escaped."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alerts.render.clean import clean, slug_label, web_link
from web.site import site_of

STATIC = Path(__file__).with_name("static")


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"clean": clean, "web_link": web_link, "slug": slug_label}
    # A new style sheet has a new address, so that browsers may keep the old one for as long as they like.
    made.globals["style_version"] = hashlib.blake2b((STATIC / "style.css").read_bytes(), digest_size=6).hexdigest()
    return made


def page(
    request: Request, template: str, *, section: str = "", status: int = 200, secret: bool = False, **values: Any
) -> Response:
    """A page in the site's language. `section`: its place in the menu. `secret`: its address is a key, keep no copy."""
    site = site_of(request)
    html = (
        environment()
        .get_template(template)
        .render(
            site=site,
            root=site.root,
            w=site.words,
            phrases=site.phrases,
            moments=site.moments,
            plural=site.phrases.plural,
            section=section,
            secret=secret,
            **values,
        )
    )
    return HTMLResponse(html, status, {"Cache-Control": "no-store"} if secret else None)


def see(request: Request, path: str) -> Response:
    """On to another page of ours; `path` is never taken from a request."""
    return RedirectResponse(site_of(request).root + path, 303, {"Cache-Control": "no-store"})


def message(request: Request, heading: str, text: str, *, status: int = 200, secret: bool = False) -> Response:
    """A page that says one thing."""
    return page(request, "message.html", status=status, secret=secret, heading=heading, text=text)
