"""A few figures worth an alarm, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.acceptance import count_open_quarantine
from storage.crawls import last_crawl
from storage.tables import Article, Change, Failure, Mail, Source, Subscription

Sample = tuple[dict[str, str], float]


def metrics_text(session: Session) -> str:
    """All gauges; times in seconds since 1970, 0 for never."""
    crawl = last_crawl(session)
    failures = select(Failure.cause, func.count()).where(Failure.crawl_id == (crawl.id if crawl else 0))
    sources = session.scalars(select(Source).order_by(Source.name)).all()
    finished = _seconds(crawl.finished if crawl else None)
    lines = [
        *_gauge("last_crawl_timestamp_seconds", "When the last crawl ended.", [({}, finished)]),
        *_gauge(
            "source_last_good_timestamp_seconds",
            "When a source was last read without trouble.",
            [({"source": source.name}, _seconds(source.last_good)) for source in sources],
        ),
        *_gauge(
            "source_ok",
            "1 while a source is read without trouble.",
            [({"source": source.name}, float(source.state == "ok")) for source in sources],
        ),
        *_counted(session, "articles", "Articles by state.", "state", Article.state),
        *_counted(session, "changes", "Changes by kind.", "kind", Change.kind),
        *_counted(session, "mails", "Mails in the outbox by state.", "state", Mail.state),
        *_counted(session, "subscriptions", "Subscriptions by state.", "state", Subscription.state),
        *_gauge("quarantine", "Versions that wait for a person.", [({}, float(count_open_quarantine(session)))]),
        *_gauge(
            "last_crawl_failures",
            "Pages that could not be read in the last crawl, by cause.",
            [
                ({"cause": cause}, float(n))
                for cause, n in session.execute(failures.group_by(Failure.cause).order_by(Failure.cause))
            ],
        ),
    ]
    return "\n".join(lines) + "\n"


def _counted(session: Session, name: str, text: str, label: str, column: InstrumentedAttribute[str]) -> list[str]:
    counts = session.execute(select(column, func.count()).group_by(column).order_by(column))
    return _gauge(name, text, [({label: value}, float(count)) for value, count in counts])


def _gauge(name: str, text: str, samples: Iterable[Sample]) -> list[str]:
    full = f"nieuwswacht_{name}"
    lines = [f"# HELP {full} {text}", f"# TYPE {full} gauge"]
    for labels, value in samples:
        inside = ",".join(f'{label}="{_escaped(word)}"' for label, word in labels.items())
        lines.append(f"{full}{{{inside}}} {value:.0f}" if inside else f"{full} {value:.0f}")
    return lines


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
