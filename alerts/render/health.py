"""Silence is never ambiguous: what was read, what could not be, and since when."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.entries import Edition
from alerts.render.clean import clean, shorten, web_link
from alerts.render.moments import Moments
from alerts.render.phrases import Phrases
from alerts.render.view import Link

_SHOWN = 3


def sentences(edition: Edition, phrases: Phrases, moments: Moments) -> Iterator[str]:
    if edition.unreadable:
        since = phrases.health_since.format(moment=moments.at(edition.troubled_since)) if edition.troubled_since else ""
        yield phrases.plural(phrases.health_bad, len(edition.unreadable), since=since)
    elif edition.checked and edition.kind != "quiet":
        yield phrases.plural(phrases.health_good, edition.checked)
    if edition.quarantined:
        yield phrases.plural(phrases.quarantined, edition.quarantined)


def pages(edition: Edition, phrases: Phrases) -> Iterator[Link]:
    """The first few that could not be read, each with its cause in words."""
    for url, cause in edition.unreadable[:_SHOWN]:
        words = phrases.causes.get(cause) or phrases.cause_other.format(cause=clean(cause))
        yield Link(shorten(clean(url), 200), web_link(url), f"{words}: ")
    others = len(edition.unreadable) - _SHOWN
    if others > 0:
        yield Link(phrases.plural(phrases.health_more, others), "")
