"""An edition as a post in a chat: short, plain, without anything that only the reader of a mail may do."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from alerts.entries import Edition
from alerts.render.clean import header_text, shorten
from alerts.render.compose import Composer
from alerts.render.languages import LANGUAGES
from alerts.render.view import Item, Link

_COMFORTABLE = 4000  # characters; with more, changes are named and not shown
_QUOTE = 280  # characters of an old or new sentence
_PIECES = 2
_WORD_JOINER = "\u2060"  # nothing to see; a chat then finds no one called "everyone" to call


def render_post(edition: Edition, room: int, message_id: str, date: datetime, pages: str = "") -> bytes:
    """The post as the outbox keeps it: subject and text of a message. `room`: the most characters of text there may be.

    Where that is too few to name every article, the others are counted, and `pages` is where they can be seen.
    """
    composer = Composer(edition, LANGUAGES[edition.language])
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _harmless(header_text(composer.subject))
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message.set_content(_Fitting(composer, edition, pages).text(room), cte="quoted-printable")
    return message.as_bytes()


@dataclass(frozen=True)
class _Fitting:
    composer: Composer
    edition: Edition
    pages: str

    def text(self, room: int) -> str:
        entries = len(self.edition.entries)

        def too_long(full: int) -> bool:
            return len(self._told(full)) > min(room, _COMFORTABLE)

        def too_many(listed: int) -> bool:
            return len(self._told(0, listed)) > room

        full = entries if not too_long(entries) else max(0, bisect_left(range(entries), True, key=too_long) - 1)
        if full or not too_many(entries):
            return self._told(full)
        return self._told(0, max(0, bisect_left(range(entries), True, key=too_many) - 1))

    def _told(self, full: int, listed: int | None = None) -> str:
        """`full` articles with their changes, then at most `listed` titles, then a count of the others."""
        view = self.composer.view(full, listed)
        parts = ["\n".join(view.intro)]
        for section in view.sections:
            compact = section.form == "list"
            parts += ["\n".join(_item(item, compact=compact)) for item in section.items]
        missing = 0 if listed is None else len(self.edition.entries) - full - listed
        if missing:
            phrases = LANGUAGES[self.edition.language]
            parts.append("\n".join(line for line in (phrases.plural(phrases.post_more, missing), self.pages) if line))
        parts.append("\n".join(view.health))
        return "\n\n".join(part for part in parts if part) + "\n"


def _item(item: Item, *, compact: bool) -> Iterator[str]:
    yield _harmless(f"{item.label}: {item.title}" if item.label else item.title)
    if not compact:
        for piece in item.pieces[:_PIECES]:
            for line in piece.lines:
                yield _harmless(f"{line.word} {shorten(line.text, _QUOTE)}")
    for link in item.links or (Link("", item.url),):
        if link.url:
            yield link.url


def _harmless(text: str) -> str:
    return text.replace("@", f"@{_WORD_JOINER}")
