"""When an article is looked at again: by its age, and by what was seen of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage.revisit import listings_due, next_due

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def wait(*, published: float | None, met: float, edited: float | None = None, spread: int = 7) -> float:
    """Hours until the next look, for an article published, met and edited so many hours ago."""
    first_seen = NOW - timedelta(hours=met)
    due = next_due(
        NOW,
        first_seen=first_seen,
        published=None if published is None else NOW - timedelta(hours=published),
        last_changed=first_seen if edited is None else NOW - timedelta(hours=edited),
        spread=spread,
    )
    return (due - NOW) / timedelta(hours=1)


def test_what_was_just_met_is_looked_at_in_each_crawl_whatever_its_date() -> None:
    assert wait(published=9000, met=0.9) == 0


def test_an_article_of_hours_is_looked_at_in_each_crawl() -> None:
    assert wait(published=5.9, met=5.8) == 0


def test_where_a_site_tells_only_the_day_an_article_is_as_old_as_our_knowing_it() -> None:
    assert wait(published=23, met=5.8) == 0
    assert wait(published=None, met=5.8) == 0


def test_an_old_article_is_not_young_for_being_met_for_the_first_time() -> None:
    assert wait(published=24 * 400, met=2) > 24 * 20


def test_a_date_that_is_yet_to_come_keeps_no_article_young() -> None:
    assert wait(published=-24 * 300, met=24 * 10) > 12


def test_an_edit_makes_an_old_article_worth_a_look_in_each_crawl() -> None:
    assert wait(published=24 * 400, met=24 * 300, edited=1) == 0


@pytest.mark.parametrize(
    ("age_in_days", "at_most_hours"), [(0.1, 0), (1.9, 1), (20, 24), (200, 24 * 7), (400, 24 * 30), (4000, 24 * 30)]
)
@pytest.mark.parametrize("spread", range(0, 50, 7))
def test_the_older_an_article_the_rarer_the_looks(age_in_days: float, at_most_hours: float, spread: int) -> None:
    found = wait(published=24 * age_in_days, met=24 * age_in_days, spread=spread)
    assert 0.7 * at_most_hours <= found <= at_most_hours


def test_what_was_met_together_is_not_looked_at_together_for_ever() -> None:
    waits = {round(wait(published=24 * 400, met=24 * 300, spread=article) / 24) for article in range(200)}
    assert len(waits) >= 7, "over a week"


def test_listings_are_read_whole_on_the_first_day_and_then_some_times_a_day() -> None:
    def due(since: float | None, whole: float | None) -> bool:
        ago = [None if hours is None else NOW - timedelta(hours=hours) for hours in (since, whole)]
        return listings_due(NOW, since=ago[0], whole=ago[1])

    assert due(None, None)
    assert due(0.5, 0.1), "a source that was just met"
    assert not due(100, 1)
    assert due(100, 7)
