"""A few figures worth an alarm, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.acceptance import count_open_quarantine
from storage.crawls import last_crawl
from storage.tables import Article, Change, Failure, Mail, Source, Subscription

Samples = Iterable[tuple[str, float]]


@dataclass(frozen=True)
class Figure:
    """A gauge. Each sample is what its `label` says, empty without one, and a value; times in seconds since 1970."""

    name: str
    text: str
    label: str
    samples: Callable[[Session], Samples]

    def lines(self, session: Session) -> Iterator[str]:
        yield from (f"# HELP {self.name} {self.text}", f"# TYPE {self.name} gauge")
        for value, count in self.samples(session):
            yield (
                f'{self.name}{{{self.label}="{_escaped(value)}"}} {count:.0f}'
                if self.label
                else (f"{self.name} {count:.0f}")
            )


def metrics_text(session: Session) -> str:
    return "".join(f"{line}\n" for figure in FIGURES for line in figure.lines(session))


def _last_crawl(session: Session) -> Samples:
    crawl = last_crawl(session)
    return [("", _seconds(crawl.finished if crawl else None))]


def _last_good(session: Session) -> Samples:
    return [(source.name, _seconds(source.last_good)) for source in _sources(session)]


def _source_ok(session: Session) -> Samples:
    return [(source.name, float(source.state == "ok")) for source in _sources(session)]


def _sources(session: Session) -> Iterable[Source]:
    return session.scalars(select(Source).order_by(Source.name))


def _counted(column: InstrumentedAttribute[str], session: Session) -> Samples:
    counts = select(column, func.count()).group_by(column).order_by(column)
    return [(value, float(count)) for value, count in session.execute(counts)]


def _quarantine(session: Session) -> Samples:
    return [("", float(count_open_quarantine(session)))]


def _failures(session: Session) -> Samples:
    crawl = last_crawl(session)
    of_last = select(Failure.cause, func.count()).where(Failure.crawl_id == (crawl.id if crawl else 0))
    counts = of_last.group_by(Failure.cause).order_by(Failure.cause)
    return [(cause, float(count)) for cause, count in session.execute(counts)]


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


FIGURES = (
    Figure("nieuwswacht_last_crawl_timestamp_seconds", "When the last crawl ended; 0 for never.", "", _last_crawl),
    Figure(
        "nieuwswacht_source_last_good_timestamp_seconds",
        "When a source was last read without trouble; 0 for never.",
        "source",
        _last_good,
    ),
    Figure("nieuwswacht_source_ok", "1 while a source is read without trouble.", "source", _source_ok),
    Figure("nieuwswacht_articles", "Articles by state.", "state", partial(_counted, Article.state)),
    Figure("nieuwswacht_changes", "Changes by kind.", "kind", partial(_counted, Change.kind)),
    Figure("nieuwswacht_mails", "Mails in the outbox by state.", "state", partial(_counted, Mail.state)),
    Figure("nieuwswacht_subscriptions", "Subscriptions by state.", "state", partial(_counted, Subscription.state)),
    Figure("nieuwswacht_quarantine", "Versions that wait for a person.", "", _quarantine),
    Figure(
        "nieuwswacht_last_crawl_failures",
        "Pages that could not be read in the last crawl, by cause.",
        "cause",
        _failures,
    ),
)
