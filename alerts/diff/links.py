"""Where links lead: seen by nobody who reads the text, and followed by everybody who uses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.article import Article, Link
from storage.urls import url_key


@dataclass(frozen=True, slots=True)
class LinkChange:
    """`old` and `new`: one link per line, as "text (url)"; major when another page is linked to."""

    old: str
    new: str
    significance: str


def diff_links(old: Article, new: Article, text_changed: bool) -> LinkChange | None:
    """Links gone and links come, in the text or in the "Lees ook" list.

    A link whose target stayed and whose words are told as a change of the text is not told again.
    """
    gone, came = _only_in_first(old.links, new.links), _only_in_first(new.links, old.links)
    if text_changed:
        gone, came = _untold(gone, came, old.text, new.text)
    elif old.links != new.links and not gone and not came:
        gone, came = list(old.links), list(new.links)  # the same links, elsewhere in the same words
    elsewhere = sorted(url_key(link.url) for link in gone) != sorted(url_key(link.url) for link in came)
    gone += _only_in_first(old.related, new.related)
    came += _only_in_first(new.related, old.related)
    if not gone and not came:
        return None
    return LinkChange(_lines(gone), _lines(came), "major" if elsewhere else "minor")


def _only_in_first(first: Sequence[Link], second: Sequence[Link]) -> list[Link]:
    missing = Counter(first) - Counter(second)
    found = []
    for link in first:
        if missing[link]:
            missing[link] -= 1
            found.append(link)
    return found


def _untold(gone: list[Link], came: list[Link], old_text: str, new_text: str) -> tuple[list[Link], list[Link]]:
    kept_targets = {link.url for link in gone} & {link.url for link in came}
    return (
        [link for link in gone if link.url not in kept_targets or link.text in new_text],
        [link for link in came if link.url not in kept_targets or link.text in old_text],
    )


def _lines(links: Iterable[Link]) -> str:
    return "\n".join(f"{link.text} ({link.url})" if link.text else link.url for link in links)
