"""What crawls have seen, by the site's own record of what it served them; nothing of the archive is asked.

A crawl that came to its end decides. Of one that was stopped only the pieces it met for the first time count. After a
crash, and where part of a piece's pages failed, several states are possible, until a whole crawl has seen it again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from tests.delivery.machine.newsroom import Newsroom, Said, Standing, name_of

GONE_AFTER = timedelta(hours=6)

End = Literal["whole", "stopped", "crashed"]


@dataclass(frozen=True)
class Known:
    """All that may be known of a piece: one value each, where it is certain. `news` False: a starting point."""

    said: frozenset[Said]
    places: frozenset[str]
    live: frozenset[bool]
    news: frozenset[bool]
    met: frozenset[bool]  # whether the archive has it: a crash may have come between
    site_moves: int

    def or_else(self, other: Known) -> Known:
        return Known(
            self.said | other.said, self.places | other.places, self.live | other.live, self.news | other.news,
            self.met | other.met, self.site_moves,
        )  # fmt: skip


@dataclass(frozen=True)
class Look:
    at: datetime
    status: int  # 200, 404, 410
    end: End


@dataclass(frozen=True)
class Served:
    """One crawl's answers: (path, status) of each, and the paths that were answered with a fault."""

    answers: list[tuple[str, int]]
    faulted: set[str]
    at: datetime

    def of(self, name: str) -> list[tuple[str, int]]:
        return [(path, status) for path, status in self.answers if _is_piece(path) and name_of(path) == name]

    def spoiled(self, name: str) -> bool:
        return any(_is_piece(path) and name_of(path) == name for path in self.faulted)


@dataclass
class Sightings:
    known: dict[str, Known] = field(default_factory=dict)
    looks: dict[str, list[Look]] = field(default_factory=dict)
    undecided: dict[str, Known] = field(default_factory=dict)  # what crawls saw that did not come to their end
    baseline: frozenset[bool] = frozenset({True})  # whether what is met now is still a starting point
    starting_points: set[str] = field(default_factory=set)  # listed on the first crawl
    texts: dict[str, set[Said]] = field(default_factory=dict)
    returns: Counter[str] = field(default_factory=Counter)
    unsure: set[str] = field(default_factory=set)  # perhaps listed on the first crawl

    @classmethod
    def after_the_first_crawl(cls, newsroom: Newsroom, at: datetime) -> Sightings:
        paths = [newsroom.replica.path_of(standing.home) for standing in newsroom.pieces.values()]
        seen = cls()
        seen.crawled(
            newsroom,
            Served([("/sitemap.xml", 200), *((path, 200) for path in paths)], set(), at),
            "whole",
        )
        return seen

    def crawled(self, newsroom: Newsroom, served: Served, end: End) -> list[str]:
        """Take in one crawl; the pieces of which more or other things are known now."""
        changed = []
        listed = any(status == 200 and path not in served.faulted for path, status in served.answers if _lists(path))
        seen = self._home_answers(newsroom, served)
        self._note_baseline(newsroom, listed=listed, met=bool(seen), end=end)
        for name in newsroom.pieces:
            before = self.known.get(name)
            after = self._after(newsroom, served, name, seen, before, end)
            if after is not None and after != before:
                self._note_return(name, before, after)
                self.known[name] = after
                changed.append(name)
        return changed

    def may_be_gone(self, name: str) -> bool:
        row = self._row(name, certain=False)
        return any(look.status == 410 for look in row) or any(
            later.at - earlier.at >= GONE_AFTER for at, earlier in enumerate(row) for later in row[at + 1 :]
        )

    def may_swing(self) -> set[str]:
        """Pieces that went back to an earlier text twice: of them readers may hear a day later."""
        return {name for name, count in self.returns.items() if count > 1}

    def _note_return(self, name: str, before: Known | None, after: Known) -> None:
        earlier = self.texts.setdefault(name, set())
        if before is not None and after.said != before.said:
            self.returns[name] += bool(after.said & earlier)
        earlier |= after.said

    # --- one piece in one crawl ---

    def _after(
        self, newsroom: Newsroom, served: Served, name: str, seen: set[str], before: Known | None, end: End
    ) -> Known | None:
        standing, answers = newsroom.pieces[name], served.of(name)
        good = name in seen
        missed = [status for path, status in answers if status in (404, 410) and not standing.live]
        if good or missed:
            self.looks.setdefault(name, []).append(Look(served.at, 200 if good else max(missed), end))
        if good:
            return self._seen(name, before, self._fresh(newsroom, name, standing, before), served, end)
        if end == "whole" and name in self.undecided and before is not None:
            # It decides on what stopped crawls saw, whether it looked itself or not.
            before = replace(self.undecided.pop(name), live=before.live)
        if missed and before is not None and end == "whole":
            return self._perhaps_gone(name, before)
        return before

    def _seen(self, name: str, before: Known | None, now: Known, served: Served, end: End) -> Known:
        if before is None:
            return replace(now, met=frozenset({True, False})) if end == "crashed" else now
        if end == "stopped":
            self.undecided[name] = now
            return replace(before, live=before.live | now.live)  # that it is back needs no comparison
        either = before.or_else(now)
        if end == "crashed":
            self.undecided[name] = either
        if end == "crashed" or served.spoiled(name):
            return either
        self.undecided.pop(name, None)
        return now

    def _fresh(self, newsroom: Newsroom, name: str, standing: Standing, before: Known | None) -> Known:
        yes = frozenset[bool]({True})
        news = before.news if before is not None else self._news(name)
        return Known(frozenset({standing.said}), frozenset({standing.place}), yes, news, yes, newsroom.site_moves)

    def _perhaps_gone(self, name: str, before: Known) -> Known:
        live = before.live
        if self._surely_gone(name):
            live = frozenset({False})
        elif self.may_be_gone(name):
            live = before.live | {False}
        return replace(before, live=live)

    def _surely_gone(self, name: str) -> bool:
        row = [look for look in self._row(name, certain=True) if look.end == "whole"]
        if not row:
            return False
        start = max((at for at in range(1, len(row)) if row[at].at < row[at - 1].at), default=0)
        return row[-1].status == 410 or (len(row) - start > 1 and row[-1].at - row[start].at >= GONE_AFTER)

    def _row(self, name: str, *, certain: bool) -> list[Look]:
        """The misses since the last good look; `certain`: since one that may have counted, else since one that did."""
        row: list[Look] = []
        for look in self.looks.get(name, ()):
            if look.status != 200:
                row.append(look)
            elif certain or look.end == "whole":
                row.clear()
        return row

    # --- the first crawl ---

    def _news(self, name: str) -> frozenset[bool]:
        if name in self.starting_points:
            return frozenset({False})
        return frozenset({True, False}) if name in self.unsure else frozenset({True})

    def _note_baseline(self, newsroom: Newsroom, *, listed: bool, met: bool, end: End) -> None:
        on_site = {name for name, standing in newsroom.pieces.items() if standing.live}
        if self.baseline == {True}:
            self.starting_points |= on_site if listed or met else set()
        elif True in self.baseline:
            self.unsure |= on_site - set(self.known) - self.starting_points
        if listed and met and True in self.baseline:
            if end == "whole":
                self.baseline = frozenset({False})
            elif end == "crashed":
                self.baseline = frozenset({True, False})

    @staticmethod
    def _home_answers(newsroom: Newsroom, served: Served) -> set[str]:
        good = {path for path, status in served.answers if status == 200 and path not in served.faulted}
        return {
            name
            for name, standing in newsroom.pieces.items()
            if standing.live and newsroom.replica.path_of(standing.home) in good
        }


def _lists(path: str) -> bool:
    return path.startswith(("/thema/", "/data-en-ai", "/sitemap")) and not _is_piece(path)


def _is_piece(path: str) -> bool:
    return path.startswith("/artikel/") or path.strip("/").count("/") == 2
