"""When the jobs run, on the clocks of a zone, and what is due after an absence. The clock is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from cli.config.schedule import Cron, Daily, Every, Weekly, parse_crawl, parse_daily, parse_weekly

# Correctness rests on this pass, not on any other timer having fired.
RECOVERY = timedelta(minutes=30)
MAIL_LOOK = timedelta(minutes=1)
CLOCK_TOLERANCE = timedelta(minutes=1)


class _OnceInTheHourThatComesTwice(CronTrigger):  # type: ignore[misc]  # APScheduler is not typed
    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        found: datetime | None = super().get_next_fire_time(previous, now)
        while found is not None and found.fold:
            # In UTC: a step in local time would lead back to the first of the two hours.
            found = super().get_next_fire_time(None, found.astimezone(UTC) + timedelta(seconds=1))
        return found


@dataclass(frozen=True)
class Times:
    """The `[schedule]` of a configuration."""

    crawl: Every | Cron
    daily: Daily
    weekly: Weekly
    zone: ZoneInfo

    @classmethod
    def parse(cls, crawl: str, daily: str, weekly: str, timezone: str) -> Times:
        return cls(parse_crawl(crawl), parse_daily(daily), parse_weekly(weekly), ZoneInfo(timezone))

    def crawl_trigger(self) -> BaseTrigger:
        when = self.crawl
        if isinstance(when, Every):
            return IntervalTrigger(seconds=when.seconds, timezone=self.zone)
        # What asks for an hour wants one crawl in the hour that comes twice; what asks for every hour wants both.
        cron = CronTrigger if when.hour == "*" else _OnceInTheHourThatComesTwice
        return cron(
            minute=when.minute,
            hour=when.hour,
            day=when.day,
            month=when.month,
            day_of_week=when.day_of_week,
            timezone=self.zone,
        )

    def daily_trigger(self) -> BaseTrigger:
        return CronTrigger(hour=self.daily.hour, minute=self.daily.minute, timezone=self.zone)

    def weekly_trigger(self) -> BaseTrigger:
        at = self.weekly
        return CronTrigger(day_of_week=at.weekday, hour=at.hour, minute=at.minute, timezone=self.zone)

    def next_crawl(self, last: datetime | None, now: datetime) -> datetime:
        """When to crawl next; `now` when one was missed since `last` began, or the clock was set back before it."""
        if last is None or last > now:
            return now
        return max(self._crawls_after(last, 1), now)

    def crawls_missed(self, last: datetime, now: datetime, count: int) -> bool:
        """Whether `count` crawls should have happened since `last`; right for timetables that rest at night, too."""
        return self._crawls_after(last, count) <= now

    def next_daily(self, now: datetime) -> datetime:
        return _next(self.daily_trigger(), now)

    def next_weekly(self, now: datetime) -> datetime:
        return _next(self.weekly_trigger(), now)

    def _crawls_after(self, last: datetime, count: int) -> datetime:
        if isinstance(self.crawl, Every):
            return last + timedelta(seconds=self.crawl.seconds) * count
        trigger = self.crawl_trigger()
        for _ in range(count):
            last = _next(trigger, last)
        return last


@dataclass(frozen=True)
class Moment:
    """One reading of both clocks: the one on the wall, which people set, and the one that only counts seconds."""

    wall: datetime
    counted: float

    def clock_was_set(self, later: Moment) -> bool:
        """Whether between this moment and `later` the wall clock jumped, either way; a machine that slept counts."""
        passed = timedelta(seconds=later.counted - self.counted)
        return abs(later.wall - self.wall - passed) > CLOCK_TOLERANCE


def _next(trigger: BaseTrigger, after: datetime) -> datetime:
    """The first moment later than `after`; cron works in whole seconds."""
    found: datetime = trigger.get_next_fire_time(None, after + timedelta(seconds=1))
    # In local time an hour that comes twice compares unequal to everything.
    return found.astimezone(UTC)
