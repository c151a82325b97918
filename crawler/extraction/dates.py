"""Publication dates as pages write them. What cannot be a date is unknown, never guessed."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Europe/Amsterdam")
_MONTHS = {
    **{name: number for number, name in enumerate(
        [
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ], 1)},
    **{name: number for number, name in enumerate([
        "jan", "feb", "mrt", "apr", "mei", "jun",
        "jul", "aug", "sep", "okt", "nov", "dec",
    ], 1)},
    **{name: number for number, name in enumerate(
        [
        "january", "february", "march", "april", "may", "june",
        "july", "august", "september", "october", "november", "december",
    ], 1)},
    "sept": 9, "mar": 3, "oct": 10,
}  # fmt: skip
_TIME = r"(?:[,\s]*(?:om|\||-|–)?\s*(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?:\s*uur)?)?"
_WRITTEN = re.compile(
    rf"\b(?P<day>[0-3]?\d)\s+(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?,?\s+(?P<year>\d{{4}})\b"
    + _TIME,
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"\b(?P<day>[0-3]?\d)[-/.](?P<month>[01]?\d)[-/.](?P<year>\d{4})\b" + _TIME)
_ISO = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
# Editors do plan ahead; a date beyond this is a slip or a test page.
_FAR_AHEAD = timedelta(days=366)
_FIRST_YEAR = 1990


def iso_date(value: str) -> str:
    """A machine-written date as ISO, its offset kept; a time without zone is Dutch time. "" when impossible."""
    found = _ISO.match(value.strip())
    if not found:
        return written_date(value)
    if not found["time"]:
        return _checked_date(found["date"])
    zone = (found["zone"] or "").replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(f"{found['date']}T{found['time']}{zone}")
    except ValueError:
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_ZONE)
    return moment.isoformat() if _plausible(moment.date()) else ""


def written_date(text: str) -> str:
    """The first Dutch (or English) date in `text`, as `8 januari 2025` or `08-01-2025`, with its time if it has one."""
    for found in sorted([*_WRITTEN.finditer(text), *_NUMERIC.finditer(text)], key=lambda match: match.start()):
        name = found["month"].lower()
        month = _MONTHS[name] if name in _MONTHS else int(name)
        day = _checked_date(f"{found['year']}-{month:02}-{int(found['day']):02}")
        if day and found["hour"]:
            return iso_date(f"{day}T{int(found['hour']):02}:{found['minute']}")
        if day:
            return day
    return ""


def without_dates(text: str) -> str:
    return _NUMERIC.sub("", _WRITTEN.sub("", text))


def _checked_date(value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return ""
    return value if _plausible(day) else ""


def _plausible(day: date) -> bool:
    return day.year >= _FIRST_YEAR and day <= datetime.now(_ZONE).date() + _FAR_AHEAD
