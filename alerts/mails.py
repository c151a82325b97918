"""Rows of the outbox."""

from __future__ import annotations

from datetime import datetime
from email.parser import BytesHeaderParser
from email.policy import default

from storage.tables import Mail


def new_mail(message_id: str, recipient: str, message: bytes, now: datetime, digest_id: int | None = None) -> Mail:
    """A mail to send as soon as possible; without `digest_id` it is the operator's."""
    subject = str(BytesHeaderParser(policy=default).parsebytes(message.partition(b"\r\n\r\n")[0])["Subject"])
    return Mail(
        digest_id=digest_id,
        message_id=message_id,
        recipient=recipient,
        subject=subject,
        message=message,
        created=now,
        next_attempt=now,
    )
