"""Addresses on our own web pages, as mails carry them."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from sqlalchemy.orm import object_session

from alerts.tokens import reader_token
from storage.tables import Subscription


def change_path(article_id: int, before: int | None, after: int) -> str:
    """The comparison of two versions, or the one version where there is nothing to compare with."""
    if before is None or before == after:
        return f"/artikel/{article_id}/versie/{after}"
    return f"/artikel/{article_id}/wijziging/{before}-{after}"


def overview_url(base_url: str, watch: str, since: date | None = None, until: date | None = None) -> str:
    """What changed for a watch; with days, from the one to the other, both included."""
    limits = {"watch": watch, "since": since, "until": until}
    return f"{base_url}/?{urlencode({name: limit for name, limit in limits.items() if limit})}"


def unsubscribe_url(base_url: str, subscription: Subscription) -> str:
    return f"{base_url}/afmelden/{_token(subscription, unsubscribe=True)}"


def preferences_url(base_url: str, subscription: Subscription) -> str:
    return f"{base_url}/voorkeuren/{_token(subscription, unsubscribe=False)}"


def _token(subscription: Subscription, *, unsubscribe: bool) -> str:
    session = object_session(subscription)
    if session is None:
        raise ValueError("a link can only be made for a subscription that is in a session")
    return reader_token(session, "unsubscribe" if unsubscribe else "manage", subscription)
