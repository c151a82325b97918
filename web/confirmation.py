"""The mail that asks whether a reader meant it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.installation import message_id
from alerts.mails import new_mail
from alerts.render.clean import header_text
from alerts.render.message import Envelope, build
from alerts.render.subject import LIMIT
from alerts.render.text import wrap
from alerts.tokens import make_token
from storage.tables import Mail
from web.site import Site


def ask(session: Session, site: Site, base: str, address: str, watch: str, rhythm: str, now: datetime) -> None:
    """Put the question in the outbox. Nothing is kept of an address that never confirms, but this mail."""
    token = make_token(session, "confirm", [address, watch, rhythm], now)
    identity = message_id(session, site.sender, "confirm", token)
    if session.scalar(select(Mail.id).where(Mail.message_id == identity)) is not None:
        return  # a second press of the button within the second
    title = site.watch_title(watch)
    values = {
        "watch": title,
        "source": site.source_title,
        "rhythm": site.words.rhythms[rhythm],
        "url": f"{base}/aanmelden/{token}",
    }
    lines: list[str] = []
    for paragraph in site.words.mail_lines:
        text = paragraph.format(**values)
        lines += [*([text] if paragraph == "{url}" else wrap(text)), ""]
    subject = site.words.mail_subject.format(watch=f"“{header_text(title)}”")[:LIMIT]
    envelope = Envelope(site.sender, address, identity, now)
    session.add(new_mail(identity, address, build(envelope, subject, "\n".join(lines), site.language), now))
