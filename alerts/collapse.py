"""What a row of changes to one article amounts to for a reader who hears of them all at once. Pure.

A reader stands where the last mail left him. What matters is the difference between there and now:
A→B→A is nothing, A→B→C is one edit from A to C, gone and returned is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alerts.entries import ChangeKind
from storage.urls import url_key


@dataclass(frozen=True)
class Said:
    """One version, as far as collapsing needs it. `first_number`: the earliest version with the same content."""

    version_id: int
    number: int
    content_hash: str
    first_number: int
    matches: bool


@dataclass(frozen=True)
class Step:
    """One change. `before` is None for a new article; a move, gone or returned has the same version on both sides.

    `pending`: this subscription is still to hear of it. Steps that are not pending lie between those that are.
    """

    change_id: int
    kind: ChangeKind
    before: Said | None
    after: Said
    pending: bool = True
    tellable: bool = True
    former_url: str = ""
    url: str = ""  # the address once this had happened


@dataclass(frozen=True)
class Net:
    """What is left to tell of one row of steps; `kind` None: they cancelled out."""

    kind: ChangeKind | None
    steps: tuple[Step, ...] = field(repr=False)
    former_url: str = ""
    became_relevant: bool = False
    flapping: bool = False

    @property
    def before(self) -> Said | None:
        return self.steps[0].before

    @property
    def after(self) -> Said:
        return self.steps[-1].after

    @property
    def url(self) -> str:
        return self.steps[-1].url

    @property
    def edited(self) -> bool:
        return self.before is not None and self.before.content_hash != self.after.content_hash

    @property
    def compares(self) -> bool:
        """Whether the old text is of use: not when the article was never this reader's news before it went."""
        return self.edited and (self.kind != "gone" or (self.before is not None and self.before.matches))

    @property
    def versions_between(self) -> int:
        """Versions the reader never saw, between the one he knew and the present one."""
        if self.before is None:
            return 0
        return max(0, sum(step.after is not step.before for step in self.steps) - 1)

    @property
    def pending_ids(self) -> list[int]:
        return [step.change_id for step in self.steps if step.pending]


def collapse(steps: Sequence[Step]) -> list[Net]:
    """What to tell of all changes of one article since (and including) the first pending one, in order of id.

    As a rule one Net. A version that must not be told (a redesign, a better extractor) parts the row in two, so
    that its differences end up on neither side.
    """
    return [_net(tuple(row)) for row in _rows(steps) if any(step.pending for step in row)]


def _rows(steps: Sequence[Step]) -> Iterator[list[Step]]:
    row: list[Step] = []
    for step in steps:
        if step.tellable:
            row.append(step)
        elif step.before is None or step.before.content_hash != step.after.content_hash:
            yield row
            row = []
    yield row


def _net(steps: tuple[Step, ...]) -> Net:
    presence = [step.kind for step in steps if step.kind in ("gone", "returned")]
    was_gone = bool(presence) and presence[0] == "returned"
    is_gone = bool(presence) and presence[-1] == "gone"
    net = Net(None, steps)
    if net.before is None:
        if not net.after.matches:
            return net
        # Published and withdrawn between two mails: there is nothing to open, but it happened.
        return Net("gone" if is_gone else "new", steps)
    if not (net.before.matches or net.after.matches):
        return net
    relevant = net.after.matches and not net.before.matches
    former_url = _former_url(steps)
    kind: ChangeKind | None = None
    if is_gone != was_gone:
        kind = "gone" if is_gone else "returned"
    elif net.edited:
        kind = "gone" if is_gone else _edit(net.before, net.after)
    elif former_url:
        kind = "moved"
    return Net(kind, steps, former_url if kind else "", relevant and kind not in (None, "gone"))


def _edit(before: Said, after: Said) -> ChangeKind:
    return "reverted" if after.first_number < before.number else "edited"


def _former_url(steps: Sequence[Step]) -> str:
    """Where the reader last knew the article, unless it is there again."""
    former = next((step.former_url for step in steps if step.kind == "moved"), "")
    return former if former and url_key(former) != url_key(steps[-1].url) else ""
