"""Dates and times as a reader in one time zone would write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from alerts.render.clean import clean
from alerts.render.phrases import Phrases


@dataclass(frozen=True)
class Moments:
    """Words for moments, seen from `now` (aware): the year is left out where it is the present one."""

    phrases: Phrases
    timezone: str
    now: datetime

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.timezone))

    def full_day(self, day: date) -> str:
        return format_date(day, "d MMMM y", locale=self.phrases.locale)

    def day(self, moment: datetime) -> str:
        local = self.local(moment)
        pattern = "d MMMM" if local.year == self.local(self.now).year else "d MMMM y"
        return format_datetime(local, pattern, locale=self.phrases.locale)

    def clock(self, moment: datetime) -> str:
        return format_datetime(self.local(moment), self.phrases.clock, locale=self.phrases.locale)

    def stamp(self) -> str:
        """Day and time of now, as short as it can be: subjects must differ and have 78 characters."""
        return format_datetime(self.local(self.now), f"d MMM {self.phrases.clock}", locale=self.phrases.locale)

    def at(self, moment: datetime) -> str:
        return self.phrases.at.format(day=self.day(moment), clock=self.clock(moment))

    def at_full(self, moment: datetime) -> str:
        """As `at`, always with the year."""
        return self.phrases.at_full.format(day=self.full_day(self.local(moment).date()), clock=self.clock(moment))

    def between(self, earlier: datetime | None, later: datetime) -> str:
        """We saw two moments and nothing in between, and say no more than that."""
        if earlier is None:
            return self.phrases.before.format(moment=self.at(later))
        start, end = self.local(earlier), self.local(later)
        if not self.lie_apart(earlier, later):
            return self.phrases.around.format(moment=self.at(later))
        if start.date() == end.date():
            return self.phrases.between_same_day.format(
                day=self.day(later), start=self.clock(earlier), end=self.clock(later)
            )
        return self.phrases.between_days.format(start=self.at(earlier), end=self.at(later))

    def lie_apart(self, earlier: datetime | None, later: datetime) -> bool:
        """`between` says "between" of these."""
        return earlier is not None and self.at(earlier) != self.at(later)

    def published(self, value: str) -> str:
        """An article's date as its page gave it: ISO in words, anything else as it was written."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return clean(value)
        return self.full_day(self.local(moment).date() if moment.tzinfo else moment.date())
