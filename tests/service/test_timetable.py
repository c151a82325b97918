"""When jobs run, on clocks that are changed, set and asleep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cli.timetable import Moment, Times


def times(crawl: str = "*/30 * * * *", daily: str = "07:30", weekly: str = "mon 07:30") -> Times:
    return Times.parse(crawl, daily, weekly, "Europe/Amsterdam")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_archive_that_was_never_crawled_is_crawled_at_once() -> None:
    assert times().next_crawl(None, at("2025-05-01 12:10")) == at("2025-05-01 12:10")


@pytest.mark.parametrize(
    ("crawl", "last", "expected"),
    [
        ("every 10 minutes", "2025-05-01 12:05", "2025-05-01 12:15"),
        ("every 10 minutes", "2025-05-01 11:59", "2025-05-01 12:10"),
        ("*/30 * * * *", "2025-05-01 12:00", "2025-05-01 12:30"),
        ("*/30 * * * *", "2025-05-01 11:59", "2025-05-01 12:10"),
        ("0 7 * * mon", "2025-04-28 05:00", "2025-05-05 05:00"),
    ],
)
def test_a_restart_keeps_the_rhythm_and_makes_up_for_a_missed_crawl(crawl: str, last: str, expected: str) -> None:
    assert times(crawl).next_crawl(at(last), at("2025-05-01 12:10")) == at(expected)


def test_a_clock_set_back_before_the_last_crawl_does_not_stop_crawling() -> None:
    now = at("2025-05-01 12:10")
    assert times().next_crawl(now + timedelta(days=400), now) == now


def test_one_in_the_numbering_of_cron_is_monday() -> None:
    assert times("0 7 * * 1").next_crawl(at("2025-04-29 12:00"), at("2025-04-29 12:00")) == at("2025-05-05 05:00")


def test_the_daily_mail_stays_at_half_past_seven_on_the_wall_across_both_clock_changes() -> None:
    spring, autumn = at("2025-03-29 12:00"), at("2025-10-25 12:00")
    assert times().next_daily(spring) == at("2025-03-30 05:30")
    assert times().next_daily(autumn) == at("2025-10-26 06:30")
    assert times().next_daily(at("2025-10-25 05:00")) == at("2025-10-25 05:30")


def test_the_weekly_mail_keeps_its_day_and_hour_across_the_clock_change() -> None:
    assert times(weekly="sun 07:30").next_weekly(at("2025-10-25 12:00")) == at("2025-10-26 06:30")
    assert times(weekly="mon 07:30").next_weekly(at("2025-10-25 12:00")) == at("2025-10-27 06:30")


def test_crawls_go_on_every_half_hour_through_the_hour_that_comes_twice() -> None:
    moment, fired = at("2025-10-26 00:00"), []
    for _ in range(4):
        moment = times().next_crawl(moment, moment)
        fired.append(moment)
    assert fired == [at("2025-10-26 00:30") + timedelta(minutes=30) * step for step in range(4)]


def test_crawls_go_on_every_half_hour_over_the_hour_that_is_left_out() -> None:
    moment, fired = at("2025-03-30 00:00"), []
    for _ in range(4):
        moment = times().next_crawl(moment, moment)
        fired.append(moment)
    assert fired == [at("2025-03-30 00:30") + timedelta(minutes=30) * step for step in range(4)]


def fired(crawl: str, since: str, count: int) -> list[str]:
    """What the trigger itself does, one firing after another, in UTC."""
    trigger, previous, now, found = times(crawl).crawl_trigger(), None, at(since), []
    for _ in range(count):
        previous = trigger.get_next_fire_time(previous, now)
        now = previous.astimezone(UTC) + timedelta(microseconds=1)
        found.append(f"{previous.astimezone(UTC):%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("crawl", "since", "expected"),
    [
        ("30 2 * * *", "2025-03-29 00:00", ["29 01:30", "30 01:30", "31 00:30"]),
        ("30 2 * * *", "2025-10-25 00:00", ["25 00:30", "26 00:30", "27 01:30"]),
        ("*/20 2 * * *", "2025-10-25 23:00", ["26 00:00", "26 00:20", "26 00:40", "27 01:00"]),
        ("0 */2 * * *", "2025-10-25 21:00", ["25 22:00", "26 00:00", "26 03:00"]),
        ("15 3 * * *", "2025-03-29 00:00", ["29 02:15", "30 01:15", "31 01:15"]),
        ("*/30 * * * *", "2025-03-30 00:01", ["30 00:30", "30 01:00", "30 01:30"]),
        ("*/30 * * * *", "2025-10-25 23:59", ["26 00:00", "26 00:30", "26 01:00", "26 01:30", "26 02:00"]),
    ],
)
def test_r77_a_crawl_at_an_hour_is_made_once_a_day_also_when_that_hour_is_left_out_or_comes_twice(
    crawl: str, since: str, expected: list[str]
) -> None:
    assert fired(crawl, since, len(expected)) == expected
    moment, asked = at(since), []
    for _ in expected:
        moment = times(crawl).next_crawl(moment, moment)
        asked.append(f"{moment:%d %H:%M}")
    assert asked in (expected, [*fired(crawl, since, len(expected) + 1)[1:]]), "and a restart agrees"


def test_a_timetable_that_rests_at_night_is_not_behind_in_the_morning() -> None:
    office = times("0 8-18 * * 1-5")
    friday, monday = at("2025-05-02 16:00"), at("2025-05-05 06:30")
    assert not office.crawls_missed(friday, monday, 3)
    assert office.crawls_missed(friday, at("2025-05-05 08:30"), 3)


def test_three_intervals_without_a_crawl_are_three_missed() -> None:
    assert not times("every 10 minutes").crawls_missed(at("2025-05-01 12:00"), at("2025-05-01 12:29"), 3)
    assert times("every 10 minutes").crawls_missed(at("2025-05-01 12:00"), at("2025-05-01 12:30"), 3)


@pytest.mark.parametrize(
    ("wall", "was_set"), [(15, False), (16, False), (3600, True), (-3600, True), (86400 * 3, True)]
)
def test_a_clock_that_was_set_either_way_or_slept_is_noticed(wall: int, was_set: bool) -> None:
    before = Moment(at("2025-05-01 12:00"), 1000.0)
    assert before.clock_was_set(Moment(before.wall + timedelta(seconds=wall), 1015.0)) is was_set
