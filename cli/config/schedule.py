"""The four ways to say when: every so often, a cron line, a time of day, a weekday and a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Cron counts from Sunday and lets 7 be Sunday too.
_CRON_DAYS = ("sun", *WEEKDAYS)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_LONGEST = 31 * 86400

_EVERY = re.compile(r"every\s+(?:(\d{1,9})\s+)?(second|minute|hour|day)s?", re.IGNORECASE)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_CRON_PART = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d{1,4}))?", re.ASCII)

CRAWL_ALLOWED = 'a cron line such as "*/30 * * * *" or an interval such as "every 10 minutes"'
DAILY_ALLOWED = 'a time of day such as "07:30"'
WEEKLY_ALLOWED = 'a weekday (mon, tue, wed, thu, fri, sat or sun) and a time, such as "mon 07:30"'
CLOCK_CHANGE = "must not lie between 02:00 and 03:00, which the clock change skips in spring and repeats in autumn"


@dataclass(frozen=True)
class Every:
    seconds: int
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Cron:
    """A cron line with every field spelt out as APScheduler's `CronTrigger` reads it.

    `from_crontab` would not do: there "1" means Tuesday and "*/2" counts from Monday.
    """

    minute: str
    hour: str
    day: str
    month: str
    day_of_week: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Daily:
    hour: int
    minute: int

    def __str__(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


@dataclass(frozen=True)
class Weekly:
    weekday: str
    hour: int
    minute: int

    def __str__(self) -> str:
        return f"{self.weekday} {self.hour:02}:{self.minute:02}"


def parse_crawl(text: object) -> Every | Cron:
    """Each `parse_` raises ValueError with what is allowed, worded to follow the key's name."""
    if not isinstance(text, str):
        raise ValueError(f"must be {CRAWL_ALLOWED}")  # noqa: TRY004 - pydantic collects ValueErrors only
    every = _EVERY.fullmatch(text.strip())
    if every:
        seconds = int(every[1] or 1) * _UNITS[every[2].lower()]
        if not 1 <= seconds <= _LONGEST:
            raise ValueError("must be an interval from 1 second to 31 days")
        return Every(seconds, text.strip())
    return _parse_cron(text.strip())


def parse_daily(text: object) -> Daily:
    found = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"must be {DAILY_ALLOWED}")
    return Daily(*_outside_clock_change(found))


def parse_weekly(text: object) -> Weekly:
    weekday, _, time = text.strip().lower().partition(" ") if isinstance(text, str) else ("", "", "")
    found = _TIME.fullmatch(time.strip())
    if weekday not in WEEKDAYS or not found:
        raise ValueError(f"must be {WEEKLY_ALLOWED}")
    return Weekly(weekday, *_outside_clock_change(found))


def _outside_clock_change(found: re.Match[str]) -> tuple[int, int]:
    hour, minute = int(found[1]), int(found[2])
    if hour == 2:
        raise ValueError(CLOCK_CHANGE)
    return hour, minute


def _parse_cron(text: str) -> Cron:
    fields = text.lower().split()
    if len(fields) != 5:
        raise ValueError(f"must be {CRAWL_ALLOWED}")
    minutes = _expand(fields[0], "minute", 0, 59)
    hours = _expand(fields[1], "hour", 0, 23)
    days = _expand(fields[2], "day of the month", 1, 31)
    months = _expand(fields[3], "month", 1, 12, ("", *_MONTHS))
    weekdays = {day % 7 for day in _expand(fields[4], "weekday", 0, 7, _CRON_DAYS)}
    if len(days) < 31 and len(weekdays) < 7:
        raise ValueError("must limit the day of the month or the weekday, not both: programs differ on what both mean")
    if min(days) > max(_DAYS_IN_MONTH[month - 1] for month in months):
        raise ValueError("must name a day that exists in one of its months")
    return Cron(
        minute=_spell(minutes, 60),
        hour=_spell(hours, 24),
        day=_spell(days, 31),
        month=_spell(months, 12),
        day_of_week=",".join(_CRON_DAYS[day] for day in sorted(weekdays)) if len(weekdays) < 7 else "*",
        text=text,
    )


def _spell(values: set[int], of: int) -> str:
    return ",".join(map(str, sorted(values))) if len(values) < of else "*"


def _expand(field: str, what: str, low: int, high: int, names: tuple[str, ...] = ()) -> set[int]:
    """The numbers one cron field stands for."""
    values: set[int] = set()
    for part in field.split(","):
        found = _CRON_PART.fullmatch(part)
        first, last = (low, high) if found and found[1] is None else (-1, -1)
        if found and found[1] is not None:
            first = _number(found[1], names)
            last = _number(found[2], names) if found[2] else first
            if found[3] and not found[2]:  # "5/15" is read differently from one cron to the next
                first = -1
        step = int(found[3]) if found and found[3] else 1
        if not low <= first <= last <= high or not 1 <= step <= high - low:
            allowed = f"where *, numbers from {low} to {high}, ranges and steps are allowed"
            raise ValueError(f'has "{part}" as its {what}, {allowed}')
        values.update(range(first, last + 1, step))
    return values


def _number(word: str, names: tuple[str, ...]) -> int:
    if word.isdigit():
        return int(word)
    return names.index(word) if word and word in names else -1
