"""The subject line: at most 78 characters, what matters most first, and no two alike."""

from __future__ import annotations

from collections import Counter

from alerts.entries import Edition, Entry
from alerts.render.clean import header_text, shorten
from alerts.render.items import title_of, told_as
from alerts.render.moments import Moments
from alerts.render.phrases import Phrases

LIMIT = 78
_ORDER = ("new", "edited", "reverted", "gone", "returned", "moved")


def subject(edition: Edition, ordered: tuple[Entry, ...], phrases: Phrases, moments: Moments) -> str:
    """`ordered`: the entries as the mail shows them."""
    if edition.kind == "welcome":
        return _fitted(phrases.subject_welcome, "", watch=edition.watch_title, source=edition.source_title)
    stamp = f" ({moments.stamp()})"
    if edition.kind == "quiet" or not ordered:
        articles = phrases.plural(phrases.short_counts["articles"], edition.checked)
        return _fitted(phrases.subject_quiet, stamp, articles=articles)
    counts = short_counts(ordered, phrases)
    if edition.rhythm == "weekly":
        return _fitted(phrases.subject_weekly, stamp, counts=counts, source=edition.source_title)
    if len(ordered) > 1:
        return _fitted(phrases.subject_many, stamp, counts=counts, title=title_of(ordered[0].article))
    return _single(ordered[0], phrases, stamp)


def counted(entries: tuple[Entry, ...]) -> list[tuple[str, int]]:
    """(change, how many) in the order in which they are told."""
    found = Counter(told_as(entry) for entry in entries)
    return [(change, found[change]) for change in _ORDER if found[change]]


def short_counts(entries: tuple[Entry, ...], phrases: Phrases) -> str:
    return ", ".join(phrases.plural(phrases.short_counts[change], n) for change, n in counted(entries))


def _single(entry: Entry, phrases: Phrases, stamp: str) -> str:
    change, title = told_as(entry), title_of(entry.article)
    if change in ("edited", "reverted"):
        # A version is told once, so its number tells two mails about one article apart.
        stamp = f" ({phrases.version.format(n=phrases.number(entry.version))})"
    if change != "edited":
        return _fitted(phrases.subject_single[change], stamp, title=title)
    if entry.significance == "minor":
        return _fitted(phrases.subject_edited_minor, stamp, title=title)
    facets = entry.diff.facets if entry.diff else ()
    if entry.diff and facets == ("body",) and entry.diff.reasons[0] in phrases.kinds:
        return _fitted(phrases.subject_edited_kind, stamp, what=phrases.kinds[entry.diff.reasons[0]], title=title)
    if not facets or facets == ("body",):
        return _fitted(phrases.subject_edited_text, stamp, title=title)
    what = phrases.join([phrases.facets[name] for name in facets[:2]])
    return _fitted(phrases.subject_edited_part, stamp, what=what, title=title)


def _fitted(template: str, stamp: str, **words: str) -> str:
    """The template filled in, its longest word cut until all of it fits."""
    words = {name: header_text(word) for name, word in words.items()}
    while len(line := template.format(**words) + stamp) > LIMIT:
        longest = max(words, key=lambda name: len(words[name]))
        room = len(words[longest]) - (len(line) - LIMIT)
        if room < 2 or len(words[longest]) < 2:
            return shorten(line, LIMIT)
        words[longest] = shorten(words[longest], room)
    return line
