"""What one edition of a digest tells: entries and the edition around them; the compiler fills, the renderer reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from alerts.diff import Diff
    from storage.article import Article

ChangeKind = Literal["new", "edited", "moved", "gone", "returned", "reverted"]
Significance = Literal["minor", "major"]
EditionKind = Literal["welcome", "digest", "quiet"]
Rhythm = Literal["immediately", "daily", "weekly"]
Language = Literal["nl", "en"]


@dataclass(frozen=True)
class Entry:
    """One change, as told to one subscription.

    `article` is what it says now, or last said when it is gone. `diff` is from `before` to `article`; both are None
    where there is nothing to compare with. `seen_between` is (last look that did not show it, first that did), aware;
    the first is None when there was no earlier look.
    """

    change: ChangeKind
    significance: Significance
    url: str
    article: Article
    seen_between: tuple[datetime | None, datetime]
    version: int
    former_url: str = ""
    before: Article | None = None
    diff: Diff | None = None
    versions_between: int = 0
    # An edit made an article that was not news for this watch relevant: to this reader it is new.
    became_relevant: bool = False
    # The page shows two versions in turn; a reader hears of it once a day at most.
    flapping: bool = False
    # Page with the whole comparison; empty when no web pages are served.
    permalink: str = ""


@dataclass(frozen=True)
class Edition:
    """One mail to one subscription, before it is put into words.

    `newest` is for a welcome only. `checked` counts articles looked at since `since`; `unreadable` holds (url, cause)
    with the cause words of the fault table, for the health line; `troubled_since` is when that began. Times are aware.
    """

    kind: EditionKind
    rhythm: Rhythm
    watch_name: str
    watch_title: str
    source_title: str
    until: datetime
    since: datetime | None = None
    entries: tuple[Entry, ...] = ()
    newest: tuple[Article, ...] = ()
    checked: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()
    troubled_since: datetime | None = None
    quarantined: int = 0
    language: Language = "nl"
    timezone: str = "Europe/Amsterdam"
    base_url: str = ""
    # The page of the period this edition covers; empty where no web pages exist.
    overview_url: str = ""
    unsubscribe_url: str = ""
    unsubscribe_mailto: str = ""
    preferences_url: str = ""
    # How to change or stop the mails where no web pages exist, as a sentence; when empty, the mail asks for a reply.
    command_hint: str = ""
