from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger

from cli.config.schedule import Cron, Daily, Every, Weekly, parse_crawl, parse_daily, parse_weekly

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("every 10 minutes", 600), ("every 30 seconds", 30), ("Every hour", 3600), ("every 1 day", 86400)],
)
def test_an_interval_is_said_in_words(text: str, seconds: int) -> None:
    assert parse_crawl(text) == Every(seconds, text)


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("*/30 * * * *", "2026-11-03 12:30"),  # a Tuesday
        ("15 7-9 * * *", "2026-11-04 07:15"),
        ("0 7 * * 1", "2026-11-09 07:00"),  # 1 is Monday, as cron has it
        ("0 7 * * mon", "2026-11-09 07:00"),
        ("0 7 * * 0", "2026-11-08 07:00"),
        ("0 7 * * 7", "2026-11-08 07:00"),
        ("0 7 * * 5-7", "2026-11-06 07:00"),
        ("0 7 1 jan-mar/2 *", "2027-01-01 07:00"),
        ("5,50 0 29 2 *", "2028-02-29 00:05"),
    ],
)
def test_a_cron_line_means_what_cron_means_by_it(line: str, first: str) -> None:
    cron = parse_crawl(line)
    assert isinstance(cron, Cron)
    trigger = CronTrigger(
        minute=cron.minute,
        hour=cron.hour,
        day=cron.day,
        month=cron.month,
        day_of_week=cron.day_of_week,
        timezone=AMSTERDAM,
    )
    now = datetime(2026, 11, 3, 12, 10, tzinfo=AMSTERDAM)
    assert f"{trigger.get_next_fire_time(None, now):%Y-%m-%d %H:%M}" == first


@pytest.mark.parametrize(
    "line",
    ["* * * *", "* * * * * *", "a * * * *", "5/15 * * * *", "9-3 * * * *", "*/0 * * * *", "0 0 1 * mon", ", * * * *",
     "0 0 0 * *", "0 0 * 13 *", "0 0 * * 8", "-1 * * * *", "② * * * *"],
)  # fmt: skip
def test_a_line_that_programs_read_differently_or_not_at_all_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"^(must|has) "):
        parse_crawl(line)


def test_times_of_day_keep_clear_of_the_clock_change() -> None:
    assert parse_daily("7:30") == Daily(7, 30)
    assert parse_daily("01:59") == Daily(1, 59)
    assert parse_weekly("Sun  03:00") == Weekly("sun", 3, 0)
    for text in ("02:00", "02:59"):
        with pytest.raises(ValueError, match="clock change"):
            parse_daily(text)


@pytest.mark.parametrize("text", ["24:00", "07:60", "0730", "", " ", "07:30:00", "mon"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a time of day"):
        parse_daily(text)
    with pytest.raises(ValueError, match="must be a weekday"):
        parse_weekly(f"mon {text}")


def test_a_time_is_shown_as_it_is_written() -> None:
    assert [str(parse_daily("7:05")), str(parse_weekly("MON 7:05"))] == ["07:05", "mon 07:05"]
