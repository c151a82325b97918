"""Facts of this installation, kept in `settings`, and the Message-IDs that follow from its identity."""

from __future__ import annotations

import hashlib
import uuid

from sqlalchemy.orm import Session

from alerts.headers import address
from storage.tables import Setting

SENDING_PAUSED = "sending_paused"


def setting(session: Session, key: str, default: str = "") -> str:
    row = session.get(Setting, key)
    if row is None:
        return default
    session.info[f"setting {key}"] = row  # a session forgets what nobody holds, and would ask again
    return row.value


def put_setting(session: Session, key: str, value: str) -> None:
    session.merge(Setting(key=key, value=value))


def installation_id(session: Session) -> str:
    """Tells this installation's mails from any other's; made at first need, kept through backup and restore."""
    known = setting(session, "installation_id")
    if not known:
        known = uuid.uuid4().hex
        put_setting(session, "installation_id", known)
        session.flush()
    return known


def message_id(session: Session, sender: str, *what: object) -> str:
    """The same for the same mail, however often it is made or sent; a mail program then shows it once."""
    seed = "\n".join([installation_id(session), *map(str, what)])
    name = hashlib.blake2b(seed.encode(), digest_size=16).hexdigest()
    return f"<{name}@{_domain(sender)}>"


def _domain(sender: str) -> str:
    return address(sender).rpartition("@")[2] or "localhost"
