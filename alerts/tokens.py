"""Signed links: whoever holds one may do the one thing it is for, without logging in.

A token is `key id . payload . signature`. The keys live in `settings`, so they survive a backup and its restore. The
newest key signs. Older ones still open what may never expire: a link to unsubscribe in a mail of years ago.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any, Literal

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from alerts.installation import put_setting, setting
from storage.tables import Subscription

Purpose = Literal["unsubscribe", "manage", "confirm", "operator", "form"]

# No entry: never. A reader who keeps a mail keeps its links.
LIFETIME: dict[str, timedelta] = {
    "confirm": timedelta(days=7),
    "operator": timedelta(hours=12),
    "form": timedelta(hours=12),
}
# What a new key ends at once; the others are in mails that were sent.
_NEWEST_KEY_ONLY = ("operator", "form")
_KEYS = "token_keys"


def ensure_key(session: Session) -> None:
    """Make the first key where there is none; for the start of a process that only reads afterwards."""
    _keys(session)


def new_key(session: Session) -> None:
    """Sign with a new key from now on; operator links signed before end, links in mails stay good."""
    keys = _keys(session)
    _store(session, {_key_id(keys): secrets.token_urlsafe(32), **keys})


def make_token(session: Session, purpose: Purpose, content: Any, now: datetime, *, bound_to: str = "") -> str:
    """`content`: what JSON can hold. `bound_to`: part of what is signed, but not of the token."""
    keys = _keys(session)
    key_id = next(iter(keys))
    moment = int(now.timestamp()) if purpose in LIFETIME else 0
    return f"{key_id}.{_serializer(keys[key_id], bound_to).dumps([purpose, moment, content])}"


def read_token(session: Session, purpose: Purpose, token: str, now: datetime, *, bound_to: str = "") -> Any | None:
    """The content of a token of ours, for this purpose, in its time; None for anything else."""
    keys = json.loads(setting(session, _KEYS, "{}"))
    key_id, _, signed = token.partition(".")
    if key_id not in keys or (purpose in _NEWEST_KEY_ONLY and key_id != next(iter(keys))):
        return None
    try:
        signed_purpose, moment, content = _serializer(keys[key_id], bound_to).loads(signed)
    except (BadData, ValueError, TypeError):
        return None
    if signed_purpose != purpose:
        return None
    age = timedelta(seconds=now.timestamp() - moment)
    return content if purpose not in LIFETIME or age <= LIFETIME[purpose] else None


def reader_token(session: Session, purpose: Literal["unsubscribe", "manage"], subscription: Subscription) -> str:
    """The same one in every mail to this reader about this watch."""
    return make_token(session, purpose, subscription.id, subscription.created, bound_to=_reader(subscription))


def token_reader(session: Session, purpose: Literal["unsubscribe", "manage"], token: str) -> Subscription | None:
    """Whose token it is; None when it is not good for this purpose, or its reader was erased."""
    _, _, signed = token.partition(".")
    try:
        _, (_, _, subscription_id) = URLSafeSerializer("").loads_unsafe(signed)
        known = session.get(Subscription, int(subscription_id))
    except (BadData, ValueError, TypeError, OverflowError):
        return None
    if known is None:
        return None
    # The row's number may have been given to another reader since: the signature covers whose it was.
    found = read_token(session, purpose, token, known.created, bound_to=_reader(known))
    return known if found == known.id else None


def _reader(subscription: Subscription) -> str:
    return f"{subscription.address.lower()} {subscription.watch}"


def _serializer(secret: str, bound_to: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret,
        salt=f"nieuwswacht {bound_to}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _keys(session: Session) -> dict[str, str]:
    """Key id -> secret, newest first; the first is made at first need."""
    keys: dict[str, str] = json.loads(setting(session, _KEYS, "{}"))
    if not keys:
        keys = {_key_id({}): secrets.token_urlsafe(32)}
        _store(session, keys)
    return keys


def _key_id(keys: dict[str, str]) -> str:
    return f"k{len(keys) + 1}"


def _store(session: Session, keys: dict[str, str]) -> None:
    put_setting(session, _KEYS, json.dumps(keys))
    session.flush()
