"""The HTML part, from the templates beside this package."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from alerts.render.view import Link, View

# Nothing from a page can look like it: the signs of markup are escaped in every word of theirs.
_LINKS = Markup("<!--links-->")


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("alerts", "templates"),
        autoescape=True,  # every word is data from a page until shown otherwise
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def html_around_links(view: View) -> tuple[str, str]:
    """What goes before `html_links`, and what goes after it."""
    before, _, after = _template("digest.html").render(view=view, links=_LINKS).partition(f"{_LINKS}\n")
    return before, after


def html_links(links: Sequence[Link]) -> str:
    """The last paragraph: the links that are this one reader's."""
    macros: Any = _template("links.html").module
    return str(macros.reader_links(links))
