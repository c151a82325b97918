"""The chart of changes per week: what it counts, and which days it marks."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from httpx2 import Response

from tests.delivery.builders import World, text
from tests.web.visiting import Visitor, shown


def marks(page: Response) -> list[tuple[float, float]]:
    """Where each mark below the chart begins, and how wide it is."""
    found = re.findall(r'class="period" x="([\d.]+)" y="\d+" width="([\d.]+)"', page.text)
    return [(float(x), float(width)) for x, width in found]


def test_the_chart_says_in_words_and_figures_what_it_shows(world: World, visitor: Visitor) -> None:
    for number in range(3):
        world.publish(text(f"stuk {number} er is"))
    world.now += timedelta(weeks=2)
    world.publish(text("later iets komt"))
    page = visitor.get("/")
    assert "In de afgelopen 26 weken: 4 wijzigingen. De drukste week was week 2, met 3 wijzigingen." in shown(page)
    assert "2025-04 1 2025-02 3" in shown(page)
    assert page.text.count('class="bar"') == 2


def test_the_page_of_a_week_marks_it_in_the_chart_and_stays_the_same_ever_after(world: World, visitor: Visitor) -> None:
    world.publish(text("eerst iets komt"), title="Eerder")
    world.now += timedelta(weeks=2)
    for number in range(2):
        world.publish(text(f"daarna stuk {number} komt"), title="Later")
    world.judge()
    week = "/?watch=coalitie&since=2025-01-20&until=2025-01-26"
    page = visitor.get(week)
    assert "Van 20 januari 2025 tot en met 26 januari 2025. Onderwerp: De coalitie." in shown(page)
    assert "In de gekozen periode, onder de grafiek aangestreept: 2 wijzigingen." in shown(page)
    assert (" Later " in shown(page), " Eerder " in shown(page)) == (True, False)
    assert "2025-04 2 2025-02 1" in shown(page)
    assert len(marks(page)) == 1
    world.now += timedelta(weeks=30)
    much_later = shown(visitor.get(week))
    assert "In de 26 weken tot en met week 4 van 2025: 3 wijzigingen." in much_later
    assert "2025-04 2 2025-02 1" in much_later


@pytest.mark.parametrize(
    ("days", "marked"),
    [
        ("since=2025-01-20&until=2025-01-26", [(0, 7)]),  # a week from Monday to Sunday
        ("since=2025-01-13&until=2025-01-20", [(-7, 7), (0, 1)]),  # as a mail of Monday morning has it
        ("since=2025-01-16&until=2025-01-23", [(-4, 4), (0, 4)]),
        ("since=2025-01-22&until=2025-01-22", [(2, 1)]),
        ("since=2025-01-23", [(3, 4)]),
        ("", []),
    ],
)
def test_the_chart_marks_the_days_that_were_asked_for_and_no_others(
    days: str, marked: list[tuple[int, int]], world: World, visitor: Visitor
) -> None:
    """(first day, how many), counted from the Monday of this week, which is the last in the picture."""
    world.now = datetime(2025, 1, 24, 12, tzinfo=UTC)
    world.publish(text("iets komt"))
    page = visitor.get(f"/?{days}")
    bars = [float(x) for x in re.findall(r'class="bar" x="([\d.]+)"', page.text)]
    day, between_weeks = 12 / 7, 15
    expected = [(bars[-1] + first // 7 * between_weeks + first % 7 * day, count * day) for first, count in marked]
    assert marks(page) == [pytest.approx(mark, abs=0.06) for mark in expected]
