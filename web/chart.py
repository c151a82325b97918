"""Changes per week as a small picture, with the same said in words and in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from web.site import Site

WEEKS = 26
_WIDTH, _HEIGHT, _GAP = 12, 60, 3


@dataclass(frozen=True)
class Bar:
    """One week; places and sizes in the units of the picture."""

    x: int
    y: int
    height: int
    count: int
    title: str
    week: str


@dataclass(frozen=True)
class Chart:
    bars: tuple[Bar, ...]
    width: int
    height: int
    bar_width: int
    text: str

    @property
    def shown(self) -> list[Bar]:
        return [bar for bar in self.bars if bar.count]


def mondays(site: Site) -> list[date]:
    """With which the weeks of the picture begin, and the one after them."""
    today = site.moments.local(site.clock()).date()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    return [first + timedelta(weeks=number) for number in range(WEEKS + 1)]


def chart(counts: Sequence[int], site: Site) -> Chart:
    """`counts`: how many changes were noticed in each of the weeks."""
    start, most = mondays(site)[0], max(counts)
    bars = tuple(_bar(number, count, most, start, site) for number, count in enumerate(counts))
    return Chart(bars, WEEKS * (_WIDTH + _GAP), _HEIGHT, _WIDTH, _text(bars, site))


def _bar(number: int, count: int, most: int, start: date, site: Site) -> Bar:
    year, week, _ = (start + timedelta(weeks=number)).isocalendar()
    height = max(2, round(_HEIGHT * count / most)) if count else 0
    words = site.words
    title = words.chart_week.format(week=week, year=year, n=site.phrases.plural(words.chart_changes, count))
    return Bar(number * (_WIDTH + _GAP), _HEIGHT - height, height, count, title, f"{year}-{week:02}")


def _text(bars: tuple[Bar, ...], site: Site) -> str:
    words, plural = site.words, site.phrases.plural
    total = sum(bar.count for bar in bars)
    if not total:
        return words.chart_none.format(weeks=WEEKS)
    busiest = max(bars, key=lambda bar: bar.count)
    return words.chart_text.format(
        weeks=WEEKS,
        total=plural(words.chart_changes, total),
        week=int(busiest.week.partition("-")[2]),
        most=plural(words.chart_changes, busiest.count),
    )
