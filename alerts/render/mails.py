"""Whole mails: to a reader, and to the operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from alerts.entries import Edition, Language
from alerts.render.clean import clean, header_text, mail_link, shorten, web_link
from alerts.render.compose import Composer
from alerts.render.fit import fitting_parts
from alerts.render.languages import LANGUAGES
from alerts.render.message import Envelope, build, list_headers
from alerts.render.subject import LIMIT
from alerts.render.text import wrap


@dataclass(frozen=True)
class Parts:
    """A mail without its headers. `text` and `html` have "\\n" line ends."""

    subject: str
    text: str
    html: str


def render_parts(edition: Edition) -> Parts:
    composer = Composer(edition, LANGUAGES[edition.language])
    text, html = fitting_parts(composer, len(edition.entries))
    return Parts(composer.subject, text, html)


def render(
    edition: Edition, sender: str, recipient: str, message_id: str, date: datetime, *, thread_id: str = ""
) -> bytes:
    """The finished mail (RFC 5322, CRLF), to be sent as it is: folding it again breaks long unsubscribe links.

    `message_id` and `thread_id` in angle brackets; `date` aware. Raises ForeignHeaderError rather than return bytes
    with a header that nobody put there.
    """
    parts = render_parts(edition)
    headers = list_headers(
        edition.watch_name,
        edition.watch_title,
        sender,
        web_link(edition.unsubscribe_url),
        mail_link(edition.unsubscribe_mailto),
    )
    envelope = Envelope(sender, recipient, message_id, date, thread_id)
    return build(envelope, parts.subject, parts.text, parts.html, headers, edition.language)


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
    return build(Envelope(sender, recipient, message_id, date), subject, text, "", {}, language)
