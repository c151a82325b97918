"""What the service's own process must know, read by a child: a service that loads neither pydantic nor SQLAlchemy
stays at a third of the memory."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cli.timetable import Times
from storage.postgresql import is_server

if TYPE_CHECKING:
    from cli.app import App


@dataclass(frozen=True)
class Plan:
    """`locks`: the archive's file or its server's address. `last_crawl`: when the last one that ended had begun."""

    locks: str
    crawl: str
    daily: str
    weekly: str
    timezone: str
    ping_url: str = ""
    last_crawl: datetime | None = None

    @property
    def lock_place(self) -> Path | str:
        return self.locks if is_server(self.locks) else Path(self.locks)

    @property
    def times(self) -> Times:
        return Times.parse(self.crawl, self.daily, self.weekly, self.timezone)

    def to_json(self) -> str:
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        values = json.loads(text)
        last = values.pop("last_crawl")
        return cls(**values, last_crawl=datetime.fromisoformat(last) if last else None)


def make_plan(app: App) -> Plan:
    """Everything a service needs, tried: configuration, sources, watches and archive; and what a crash left, settled.

    Raises what is wrong with them. Settled here, before the first crawl wants the lock that settling takes.
    """
    from storage.crawls import last_scheduled, settle_left_behind
    from storage.locks import lock_place

    schedule = app.config.schedule
    _ = app.sources, app.watches
    database = app.database()
    settle_left_behind(database, app.clock())
    with database.read() as session:
        last = last_scheduled(session)
    return Plan(
        str(lock_place(database)),
        str(schedule.crawl),
        str(schedule.daily),
        str(schedule.weekly),
        app.config.timezone,
        app.config.operator.ping_url,
        last.started if last else None,
    )
