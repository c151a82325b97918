"""When a daily or weekly digest is due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.windows import Timetable, latest_slot


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("rhythm", "now", "slot", "window"),
    [
        ("daily", "2025-01-08T07:30+01:00", "2025-01-08T06:30+00:00", "daily 2025-01-08"),
        ("daily", "2025-01-08T07:29+01:00", "2025-01-07T06:30+00:00", "daily 2025-01-07"),
        ("weekly", "2025-01-12T23:00+01:00", "2025-01-06T06:30+00:00", "weekly 2025-01-06"),
        ("weekly", "2025-01-13T07:30+01:00", "2025-01-13T06:30+00:00", "weekly 2025-01-13"),
        ("weekly", "2025-01-13T07:00+01:00", "2025-01-06T06:30+00:00", "weekly 2025-01-06"),
    ],
)
def test_the_latest_slot_is_the_last_one_that_passed(rhythm: str, now: str, slot: str, window: str) -> None:
    found = latest_slot(rhythm, Timetable(), at(now))
    assert (found.at, found.window) == (at(slot), window)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2025-03-29T12:00+01:00", "2025-03-29T06:30+00:00"),
        ("2025-03-30T12:00+02:00", "2025-03-30T05:30+00:00"),
        ("2025-10-25T12:00+02:00", "2025-10-25T05:30+00:00"),
        ("2025-10-26T12:00+01:00", "2025-10-26T06:30+00:00"),
    ],
)
def test_half_past_seven_stays_half_past_seven_when_the_clocks_change(now: str, slot: str) -> None:
    assert latest_slot("daily", Timetable(), at(now)).at == at(slot)


def test_r77_an_hour_that_comes_twice_is_one_slot() -> None:
    nightly = Timetable(daily="02:30")
    first = latest_slot("daily", nightly, at("2025-10-26T02:40+02:00"))
    second = latest_slot("daily", nightly, at("2025-10-26T02:40+01:00"))
    assert first == second


def test_r77_an_hour_that_does_not_come_is_still_a_slot_of_that_day() -> None:
    found = latest_slot("daily", Timetable(daily="02:30"), at("2025-03-30T04:00+02:00"))
    assert (found.window, found.at) == ("daily 2025-03-30", at("2025-03-30T01:30+00:00"))


@pytest.mark.parametrize("text", ["7.30", "24:00", "zondag 07:30", ""])
def test_a_time_that_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="07:30"):
        latest_slot("daily", Timetable(daily=text), at("2025-01-08T12:00+00:00"))
