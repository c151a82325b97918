"""Rows of the outbox."""

from __future__ import annotations

from datetime import datetime

from alerts.headers import header
from storage.tables import Mail


def new_mail(message_id: str, recipient: str, message: bytes, now: datetime, digest_id: int | None = None) -> Mail:
    """A mail to send as soon as possible; without `digest_id` it is the operator's."""
    return Mail(
        digest_id=digest_id,
        message_id=message_id,
        recipient=recipient,
        subject=header(message, "Subject"),
        message=message,
        created=now,
        next_attempt=now,
    )
