"""The HTML part, from the template beside this package."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from alerts.render.view import View


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("alerts", "templates"),
        autoescape=True,  # every word is data from a page until shown otherwise
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("digest.html")


def html_part(view: View) -> str:
    return _template().render(view=view)
