"""Mails to the operator: one when trouble begins, one when it is over."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.entries import Language
from alerts.installation import message_id
from alerts.mails import new_mail
from alerts.notices import close_notice, open_notice, open_notices
from alerts.render import render_operator
from storage.tables import Notice

__all__ = ["close_notice", "open_notice", "open_notices", "operator_mails"]

_WORDS = {
    "nl": {
        "began": "Sinds {moment}.",
        "happened": "Gezien op {moment}. Lezers horen hier niets van.",
        "lasted": "Begonnen {opened}, voorbij {closed}.",
        "over": "Dit is voorbij:",
        "next": "Kijk met `nieuwswacht status` hoe het er nu voor staat. U hoort het zodra dit voorbij is.",
    },
    "en": {
        "began": "Since {moment}.",
        "happened": "Seen on {moment}. Readers are not told of it.",
        "lasted": "Began {opened}, over {closed}.",
        "over": "This is over:",
        "next": "See `nieuwswacht status` for how things stand now. You will hear when this is over.",
    },
}


def operator_mails(
    session: Session,
    address: str,
    now: datetime,
    *,
    sender: str,
    language: Language = "nl",
    timezone: str = "Europe/Amsterdam",
) -> int:
    """Put into the outbox what the operator has not heard yet; returns the number of mails.

    Trouble that came and went between two calls is one mail, at its end. With no address nothing is written, and what
    ended unheard is not brought up when an address is configured later.
    """
    unheard = select(Notice).where(
        (Notice.told_opened.is_(False) & (Notice.closed_at.is_(None) | Notice.told_closed.is_(True)))
        | (Notice.told_closed.is_(False) & Notice.closed_at.is_not(None))
    )
    written = 0
    for notice in session.scalars(unheard.order_by(Notice.id)).all():
        over = notice.closed_at is not None and not notice.told_closed
        if address:
            kind: Literal["storing", "hersteld"] = "hersteld" if over else "storing"
            identity = message_id(session, sender, "notice", notice.id, kind)
            lines = _lines(notice, language, ZoneInfo(timezone))
            mail = render_operator(notice.text, lines, kind, sender, address, identity, now, language=language)
            session.add(new_mail(identity, address, mail, now))
            written += 1
        elif notice.closed_at is None:
            continue
        notice.told_opened, notice.told_closed = True, notice.closed_at is not None
    session.flush()
    return written


def _lines(notice: Notice, language: Language, zone: ZoneInfo) -> list[str]:
    words = _WORDS[language]
    opened = _moment(notice.opened_at, zone)
    if notice.told_closed:  # it happened once; there is nothing to recover from
        return [notice.text, "", words["happened"].format(moment=opened)]
    if notice.closed_at is None:
        return [notice.text, "", words["began"].format(moment=opened), "", words["next"]]
    closed = _moment(notice.closed_at, zone)
    return [words["over"], "", notice.text, "", words["lasted"].format(opened=opened, closed=closed)]


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
