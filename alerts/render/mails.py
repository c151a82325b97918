"""Whole mails: to readers, and to the operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from alerts.entries import Edition, Language
from alerts.latest import Latest
from alerts.render.body import Body, Links
from alerts.render.clean import clean, header_text, mail_link, shorten, web_link
from alerts.render.compose import Composer, reader_links
from alerts.render.fit import Words, fitting_words
from alerts.render.html import html_links
from alerts.render.languages import LANGUAGES
from alerts.render.message import Envelope, build, build_both, list_headers
from alerts.render.subject import LIMIT
from alerts.render.text import text_links, wrap

# An edition without its links, which there are, and their length: all that a body depends on.
_Said = tuple[Edition, tuple[str, ...], int]


@dataclass(frozen=True)
class Parts:
    """A mail without its headers. `text` and `html` have "\\n" line ends."""

    subject: str
    text: str
    html: str


def render_parts(edition: Edition) -> Parts:
    links = _links(edition)
    words = _words(edition, links)
    return Parts(words.subject, words.text + links.text, links.html.join(words.html))


class Renderer:
    """Renders mails to readers, and makes once what the next few have in common with it.

    Pure all the same: no mail depends on what was rendered before it.
    """

    def __init__(self) -> None:
        self._bodies: Latest[_Said, Body] = Latest()

    def __call__(
        self, edition: Edition, sender: str, recipient: str, message_id: str, date: datetime, *, thread_id: str = ""
    ) -> bytes:
        """The finished mail (RFC 5322, CRLF), to be sent as it is: folding it again breaks long unsubscribe links.

        `message_id` and `thread_id` in angle brackets; `date` aware. Raises ForeignHeaderError rather than return
        bytes with a header that nobody put there.
        """
        headers = list_headers(
            edition.watch_name,
            edition.watch_title,
            sender,
            web_link(edition.unsubscribe_url),
            mail_link(edition.unsubscribe_mailto),
        )
        links = _links(edition)
        envelope = Envelope(sender, recipient, message_id, date, thread_id)
        return build_both(envelope, self._body(edition, links), links, headers, edition.language)

    def _body(self, edition: Edition, links: Links) -> Body:
        """What it says beside the links; where there are others, or longer ones, it may say something else."""
        said = replace(edition, unsubscribe_url="", unsubscribe_mailto="", preferences_url="")
        key = (said, links.names, len(links.html.encode()))
        return self._bodies.of(key, lambda: Body(_words(edition, links)))


def render(
    edition: Edition, sender: str, recipient: str, message_id: str, date: datetime, *, thread_id: str = ""
) -> bytes:
    """One mail, as `Renderer` makes many."""
    return Renderer()(edition, sender, recipient, message_id, date, thread_id=thread_id)


def render_operator(
    subject_words: str,
    body_lines: Sequence[str],
    kind: Literal["storing", "hersteld"],
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    *,
    language: Language = "nl",
) -> bytes:
    """A plain-text mail to the operator; each of `body_lines` is a paragraph, an empty one a wider gap."""
    prefix = LANGUAGES[language].operator_prefix[kind]
    subject = shorten(f"{prefix} {header_text(subject_words)}", LIMIT)
    text = "\n".join(line for paragraph in body_lines for line in (wrap(clean(paragraph)) or [""])) + "\n"
    return build(Envelope(sender, recipient, message_id, date), subject, text, language)


def _links(edition: Edition) -> Links:
    links = reader_links(edition, LANGUAGES[edition.language])
    return Links(tuple(link.text for link in links), text_links(links), html_links(links))


def _words(edition: Edition, links: Links) -> Words:
    composer = Composer(edition, LANGUAGES[edition.language])
    return fitting_words(composer, len(edition.entries), len(links.html.encode()))
