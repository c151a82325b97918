"""A month of a news site, made up from the rhythm that was measured at one: what is published, and what is edited when.

Half of all edits come within an hour of publication, 27 % after three hours, with a tail of months; beside these a few
corrections of pieces that are years old. Headlines and openings show in listings and feeds, the rest does not. Until
the redesign the server knows what has not been modified, afterwards it sends every page again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from cli.demo.article import ReplicaArticle
from cli.demo.content import DUTCH_TIME, articles
from cli.demo.model import Replica

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
END = START + timedelta(days=30)
OUTAGE = (START + timedelta(days=10), START + timedelta(days=10, hours=12))
REDESIGN = START + timedelta(days=20)
OLD, NEW = 400, 100
_CORRECTIONS = 8
Change = Callable[[ReplicaArticle], None]


@dataclass
class Edit:
    """`slug`: the address the headline brings with it, or nothing."""

    at: datetime
    change: Change
    slug: str = ""


@dataclass
class Piece:
    """An article of the site: when it appears, and what happens to it this month, in order."""

    article: ReplicaArticle
    published: datetime
    edits: list[Edit] = field(default_factory=list)


@dataclass
class Site:
    """The month as it goes by: `replica` is the site as it is now."""

    pieces: list[Piece]
    replica: Replica = field(init=False)

    def __post_init__(self) -> None:
        there = [piece.article for piece in self.pieces if piece.published <= START]
        self.replica = Replica(there)
        self.replica.configure(noise=1, feed_items=50, modern_feed_items=50, validators="content")
        self.by_slug = {piece.article.slug: piece for piece in self.pieces}
        self._slugs = {id(piece): piece.article.slug for piece in self.pieces}
        self._events = self._in_order()

    def go_on_until(self, now: datetime) -> None:
        """Let everything happen that is to happen by then."""
        while self._events and self._events[-1][0] <= now:
            self._events.pop()[1]()

    def piece(self, slug: str) -> Piece:
        """By any address it has had."""
        return self.by_slug[slug]

    def _in_order(self) -> list[tuple[datetime, Callable[[], None]]]:
        """The next one last."""
        events: list[tuple[datetime, Callable[[], None]]] = [
            (OUTAGE[0], lambda: self.replica.set_fault("503")),
            (OUTAGE[1], self.replica.clear_faults),
            (REDESIGN, lambda: self.replica.configure(era="2026", validators="none")),
        ]
        for piece in self.pieces:
            if piece.published > START:
                events.append((piece.published, lambda piece=piece: self.replica.add(piece.article)))  # type: ignore[misc]
            for edit in piece.edits:
                events.append((edit.at, lambda piece=piece, edit=edit: self._edit(piece, edit)))  # type: ignore[misc]
        return sorted(events, key=lambda event: event[0], reverse=True)

    def _edit(self, piece: Piece, edit: Edit) -> None:
        slug = self._slugs[id(piece)]
        self.replica.edit(slug, edit.change)
        if edit.slug:
            self.replica.move(slug, edit.slug)
            self._slugs[id(piece)] = edit.slug
            self.by_slug[edit.slug] = piece


def month(seed: int) -> Site:
    """Another month for each seed."""
    random = Random(seed)
    pieces = []
    for number, article in enumerate(articles(OLD + NEW)):
        published = _published(random, number)
        article.published, article.theme, article.subtheme = (
            published.astimezone(DUTCH_TIME),
            "data-en-ai",
            "algoritmes",
        )
        piece = Piece(article, published)
        moments = [published + _delay(random) for _ in range(random.choice((0, 1, 1, 2)))]
        if number < _CORRECTIONS:
            moments.append(START + timedelta(days=random.uniform(0, 30)))
        for moment in sorted(moments):
            if START < moment < END:
                piece.edits.append(_edit(random, piece, moment, f"{number}-{len(piece.edits) + 1}"))
        pieces.append(piece)
    return Site(pieces)


def _published(random: Random, number: int) -> datetime:
    """A few of years ago, then two years, and a steady hundred a month up to the end."""
    if number < _CORRECTIONS:
        return START - timedelta(days=random.uniform(500, 1100))
    if number < OLD - NEW:
        return START - timedelta(days=random.uniform(30, 730))
    if number < OLD:
        return START - timedelta(days=random.uniform(0.1, 30))
    return START + timedelta(days=random.uniform(0, 30))


def _delay(random: Random) -> timedelta:
    """From publication to an edit."""
    share = random.random()
    if share < 0.5:
        return timedelta(hours=random.uniform(0.02, 1))
    if share < 0.73:
        return timedelta(hours=random.uniform(1, 3))
    return timedelta(hours=math.exp(random.uniform(math.log(3), math.log(24 * 180))))


def _edit(random: Random, piece: Piece, at: datetime, mark: str) -> Edit:
    """What an editor does; `mark` is in no other text. A third of it shows in listings."""
    kind = random.choice(
        ("headline", "headline", "opening", "added", "added", "fixed", "rewritten", "rewritten", "figure")
    )
    if kind == "headline":
        moves = random.random() < 0.5
        return Edit(at, _titled(mark), f"kop-{mark}-{piece.article.post_id}" if moves else "")
    return Edit(
        at,
        {"opening": _opened, "added": _added, "fixed": _fixed, "rewritten": _rewritten, "figure": _counted}[kind](mark),
    )


def _titled(mark: str) -> Change:
    def change(article: ReplicaArticle) -> None:
        article.title = f"{article.title}, meldt dossier {mark}"

    return change


def _opened(mark: str) -> Change:
    def change(article: ReplicaArticle) -> None:
        article.lead = f"Dossier {mark} is heropend. {article.lead}"

    return change


def _added(mark: str) -> Change:
    return lambda article: article.add_block(f"Later op de dag werd bekend dat ook dossier {mark} wordt onderzocht.")


def _fixed(mark: str) -> Change:
    """One word, as a typing slip is mended."""
    return _last_paragraph(lambda text: f"{text.rstrip('.')} (dossier {mark}).")


def _rewritten(mark: str) -> Change:
    return _last_paragraph(lambda _: f"De inspectie wil niet op dossier {mark} ingaan, zo laat een woordvoerder weten.")


def _counted(mark: str) -> Change:
    amount = sum(map(ord, mark))
    return _last_paragraph(lambda text: f"{text} Het gaat om {amount} gevallen, volgens stuk {mark}.")


def _last_paragraph(rewrite: Callable[[str], str]) -> Change:
    def change(article: ReplicaArticle) -> None:
        at = max(at for at, block in enumerate(article.blocks) if block.kind == "paragraph")
        block = article.blocks[at]
        article.blocks[at] = type(block)(block.kind, rewrite(block.text))

    return change
