"""When a digest is due: the timetable in local time, right across changes of the clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SLOT = re.compile(r"(?:(mon|tue|wed|thu|fri|sat|sun)\s+)?([01]?\d|2[0-3]):([0-5]\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Timetable:
    """`daily` as "07:30", `weekly` as "mon 07:30", both on the clocks of `timezone`."""

    daily: str = "07:30"
    weekly: str = "mon 07:30"
    timezone: str = "Europe/Amsterdam"


@dataclass(frozen=True)
class Slot:
    """The latest moment of a timetable. `window` names it by its day: an hour that comes twice is still one slot."""

    at: datetime
    window: str


def latest_slot(rhythm: str, timetable: Timetable, now: datetime) -> Slot:
    """The last slot of a daily or weekly rhythm at or before `now`."""
    weekday, at = _parse(timetable.weekly if rhythm == "weekly" else timetable.daily)
    zone = ZoneInfo(timetable.timezone)
    day = now.astimezone(zone).date()
    if rhythm == "weekly":
        day -= timedelta(days=(day.weekday() - (weekday or 0)) % 7)
    moment = datetime.combine(day, at, zone).astimezone(UTC)
    if moment > now:
        day -= timedelta(days=7 if rhythm == "weekly" else 1)
        moment = datetime.combine(day, at, zone).astimezone(UTC)
    return Slot(moment, f"{rhythm} {day.isoformat()}")


def _parse(text: str) -> tuple[int | None, time]:
    found = _SLOT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'"{text}" is no time of day; write "07:30", or "mon 07:30" for a week')
    day, hour, minute = found.groups()
    return DAYS.index(day.lower()) if day else None, time(int(hour), int(minute))
