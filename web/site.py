"""What the pages need of the configuration and of the process that serves them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

from alerts.entries import Language
from alerts.render.languages import LANGUAGES
from alerts.render.moments import Moments
from alerts.render.phrases import Phrases
from alerts.watch import Watch
from storage.database import Database
from web.limits import Limit
from web.words import WORDS, PageWords


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    """`send` tries to send what waits in the outbox; `status` is what `status --json` prints."""

    database: Database
    watches: Sequence[Watch]
    source_title: str
    sender: str
    language: Language = "nl"
    timezone: str = "Europe/Amsterdam"
    base_url: str = ""
    clock: Callable[[], datetime] = _utc_now
    send: Callable[[], None] = lambda: None
    status: Callable[[], dict[str, Any]] = dict
    sign_ups: Limit = field(default_factory=lambda: Limit(10))  # an hour, from one connection
    confirmations: Limit = field(default_factory=lambda: Limit(3))  # an hour, to one address

    @property
    def words(self) -> PageWords:
        return WORDS[self.language]

    @property
    def phrases(self) -> Phrases:
        return LANGUAGES[self.language]

    @property
    def moments(self) -> Moments:
        return Moments(self.phrases, self.timezone, self.clock())

    @property
    def root(self) -> str:
        """The path below which a proxy shows us, without a slash at its end."""
        return urlsplit(self.base_url).path.rstrip("/")

    def watch_title(self, name: str) -> str:
        return next((watch.title for watch in self.watches if watch.name == name), name)

    def address(self, request: Request, path: str) -> str:
        """The whole address of a page. Without a configured one, the host asked for, which the guard checked."""
        return (self.base_url or f"{request.url.scheme}://{request.url.netloc}") + path


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site
