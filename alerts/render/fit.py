"""As much as a mail may hold: Gmail clips near 102 kB, and what it hides first is the link to unsubscribe."""

from __future__ import annotations

from bisect import bisect_left

from alerts.render.compose import MAX_ARTICLES, Composer
from alerts.render.html import html_part
from alerts.render.text import text_part

HTML_LIMIT = 90_000  # bytes


def fitting_parts(composer: Composer, entries: int) -> tuple[str, str]:
    """(text, html). HTML over the limit tells fewer articles in full, then lists fewer; the text names every one."""

    def too_long(full: int, listed: int | None = None) -> bool:
        return len(html_part(composer.view(full, listed)).encode("utf-8")) > HTML_LIMIT

    full = min(entries, MAX_ARTICLES)
    if too_long(full):
        full = max(0, bisect_left(range(full), True, key=too_long) - 1)
    listed = None
    if not full and too_long(0):
        listed = max(0, bisect_left(range(entries), True, key=lambda count: too_long(0, count)) - 1)
    return text_part(composer.view(full)), html_part(composer.view(full, listed))
