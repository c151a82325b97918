"""Changes per week as a small picture, with the same said in words and in a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from web.site import Site

WEEKS = 26
_WIDTH, _HEIGHT, _GAP = 12, 60, 3


@dataclass(frozen=True)
class Bar:
    """One week; places and sizes in the units of the picture. `mark`: where the days begin that were asked for."""

    x: int
    y: int
    height: int
    count: int
    title: str
    week: str
    mark: float
    mark_width: float


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

    @property
    def chosen(self) -> list[Bar]:
        return [bar for bar in self.bars if bar.mark_width]


@dataclass(frozen=True)
class Span:
    """The weeks of the picture: the newest last, or that of the last day that was asked for."""

    site: Site
    since: date | None = None
    until: date | None = None

    @property
    def today(self) -> date:
        return self.site.moments.local(self.site.clock()).date()

    @property
    def start(self) -> date:
        """The Monday with which the picture begins."""
        last = max(min(self.until or self.today, self.today), date(1971, 1, 1))  # no week before the first year
        return last - timedelta(days=last.weekday(), weeks=WEEKS - 1)

    @property
    def mondays(self) -> list[date]:
        """With which the weeks begin, and the one after them."""
        return [self.start + timedelta(weeks=number) for number in range(WEEKS + 1)]

    @property
    def past(self) -> bool:
        """Whether this week is not in the picture any more."""
        return self.today >= self.mondays[-1]

    def chosen(self, monday: date) -> tuple[int, int]:
        """Which days of this week were asked for: the first, 0 is Monday, and how many; none where all were."""
        if not (self.since or self.until):
            return 0, 0
        sunday = monday + timedelta(days=6)
        first, last = max(monday, self.since or monday), min(sunday, self.until or sunday)
        return (first - monday).days, max(0, (last - first).days + 1)


def chart(counts: Sequence[int], chosen: int, span: Span, site: Site) -> Chart:
    """`counts`: how many changes were noticed in each of the weeks; `chosen`: on those days that were asked for."""
    most = max(counts)
    bars = tuple(_bar(number, count, most, span, site) for number, count in enumerate(counts))
    text = " ".join(_sentences(bars, chosen, span, site))
    return Chart(bars, WEEKS * (_WIDTH + _GAP), _HEIGHT, _WIDTH, text)


def _bar(number: int, count: int, most: int, span: Span, site: Site) -> Bar:
    monday = span.mondays[number]
    year, week, _ = monday.isocalendar()
    height = max(2, round(_HEIGHT * count / most)) if count else 0
    words = site.words
    title = words.chart_week.format(week=week, year=year, n=site.phrases.plural(words.chart_changes, count))
    x = number * (_WIDTH + _GAP)
    # A digest's period begins and ends in the middle of a week as a rule: only its days are marked.
    start, days = span.chosen(monday)
    mark, mark_width = round(x + _WIDTH * start / 7, 1), round(_WIDTH * days / 7, 1)
    return Bar(x, _HEIGHT - height, height, count, title, f"{year}-{week:02}", mark, mark_width)


def _sentences(bars: tuple[Bar, ...], chosen: int, span: Span, site: Site) -> Iterator[str]:
    words, plural = site.words, site.phrases.plural
    total = sum(bar.count for bar in bars)
    year, week = bars[-1].week.split("-")
    weeks = (words.chart_weeks_until if span.past else words.chart_weeks).format(weeks=WEEKS, week=int(week), year=year)
    if not total:
        yield words.chart_none.format(weeks=weeks)
        return
    busiest = max(bars, key=lambda bar: bar.count)
    yield words.chart_text.format(
        weeks=weeks,
        total=plural(words.chart_changes, total),
        week=int(busiest.week.partition("-")[2]),
        most=plural(words.chart_changes, busiest.count),
    )
    if any(bar.mark_width for bar in bars):
        yield words.chart_chosen.format(n=plural(words.chart_changes, chosen))
