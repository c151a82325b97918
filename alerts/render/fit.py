"""As much as a mail may hold: Gmail clips near 102 kB, and what it hides first is the link to unsubscribe."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from alerts.render.compose import MAX_ARTICLES, Composer
from alerts.render.html import html_around_links
from alerts.render.text import text_before_links

HTML_LIMIT = 90_000  # bytes


@dataclass(frozen=True)
class Words:
    """Both parts without the links that are one reader's: they end the text, and stand inside the HTML."""

    subject: str
    text: str
    html: tuple[str, str]


def fitting_words(composer: Composer, entries: int, links: int) -> Words:
    """`links`: bytes of HTML that are still to be put in.

    HTML over the limit tells fewer articles in full, then lists fewer; the text names every one.
    """

    def too_long(full: int, listed: int | None = None) -> bool:
        return sum(len(part.encode()) for part in html_around_links(composer.view(full, listed))) + links > HTML_LIMIT

    full = min(entries, MAX_ARTICLES)
    if too_long(full):
        full = max(0, bisect_left(range(full), True, key=too_long) - 1)
    listed = None
    if not full and too_long(0):
        listed = max(0, bisect_left(range(entries), True, key=lambda count: too_long(0, count)) - 1)
    told = composer.view(full)
    shown = told if listed is None else composer.view(full, listed)
    return Words(composer.subject, text_before_links(told), html_around_links(shown))
