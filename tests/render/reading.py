"""Mails read back as a mail program reads them."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from selectolax.lexbor import LexborHTMLParser

from alerts.entries import Edition
from alerts.render import render

from .articles import NOW

SENDER = "Nieuwswacht <nieuwswacht@wacht.example.org>"
RECIPIENT = "minister@example.org"
MESSAGE_ID = "<7.42@wacht.example.org>"


def mail(edition: Edition, thread_id: str = "") -> bytes:
    return render(edition, SENDER, RECIPIENT, MESSAGE_ID, NOW, thread_id=thread_id)


def read(data: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(data, policy=default))


def html_of(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def links(html: str) -> list[str]:
    return [node.attributes["href"] or "" for node in html_of(html).css("a")]


def visible(html: str) -> str:
    """What a reader sees with every style taken away."""
    body = html_of(html).body
    assert body is not None
    return squeezed(body.text(separator=" "))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
