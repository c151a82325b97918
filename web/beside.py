"""Two whole texts side by side, each block next to what became of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from alerts.diff import BlockChange, Diff
from alerts.render.marks import marks_help
from alerts.render.view import Run
from storage.article import Article

_LEAD = -1


@dataclass(frozen=True)
class Cell:
    """One block on one side. `mark`: kept | changed | added | removed | moved; a moved one stands on both sides."""

    kind: str
    runs: tuple[Run, ...]
    mark: Literal["kept", "changed", "added", "removed", "moved"] = "kept"


@dataclass(frozen=True)
class Row:
    """`old` or `new` is None where that side has nothing."""

    old: Cell | None
    new: Cell | None


@dataclass(frozen=True)
class _Place:
    """A block and the change it is part of; the further pieces of a split or a merger are told with the first."""

    kind: str
    text: str
    change: BlockChange | None = None
    told: bool = False


def rows(diff: Diff, before: Article, after: Article) -> list[Row]:
    """Headline, lead and all blocks of both texts, in reading order."""
    title = diff.field_words.get("title") or (("=", after.title),)
    made = [_pair("title", title) if "title" in diff.fields else _kept("title", before.title, after.title)]
    changes = [*_lead_change(diff), *diff.body]
    old, new = _places(before, changes, old=True), _places(after, changes, old=False)
    left = right = 0
    while left < len(old) or right < len(new):
        one = old[left] if left < len(old) else None
        two = new[right] if right < len(new) else None
        if one is not None and (one.told or _alone(one, "removed")):
            made += [] if one.told else [Row(_cell(one, old=True), None)]
            left += 1
        elif two is not None and (two.told or _alone(two, "added")):
            made += [] if two.told else [Row(None, _cell(two, old=False))]
            right += 1
        elif one is not None and two is not None and one.change is two.change:
            made.append(_row(one, two))
            left, right = left + 1, right + 1
        else:  # an order of changes that no pairing explains: show both, hide nothing
            made += [Row(_cell(place, old=True), None) for place in [one] if place is not None]
            made += [Row(None, _cell(place, old=False)) for place in [two] if place is not None]
            left, right = left + (one is not None), right + (two is not None)
    return made


def _lead_change(diff: Diff) -> list[BlockChange]:
    if "lead" not in diff.fields:
        return []
    before, after = diff.fields["lead"]
    op = "changed" if before and after else "added" if after else "removed"
    words = diff.field_words.get("lead", ())
    return [BlockChange(op, before, after, words, _LEAD if before else None, _LEAD if after else None)]


def _places(article: Article, changes: Sequence[BlockChange], *, old: bool) -> list[_Place]:
    found: dict[int, tuple[BlockChange, bool]] = {}
    for change in changes:
        index = change.old_index if old else change.new_index
        pieces = (change.old if old else change.new).count("\n") + 1 if change.op in ("split", "merged") else 1
        for offset in range(pieces if index is not None else 0):
            found[(index or 0) + offset] = (change, offset > 0)
    blocks = [(_LEAD, "lead", article.lead)] if article.lead else []
    blocks += [(index, block.kind, block.text) for index, block in enumerate(article.blocks)]
    return [_Place(kind, text, *found.get(index, (None, False))) for index, kind, text in blocks]


def _alone(place: _Place, op: str) -> bool:
    return place.change is not None and place.change.op in (op, "moved")


def _cell(place: _Place, *, old: bool) -> Cell:
    change = place.change
    if change is None:
        return Cell(place.kind, (("=", place.text),))
    text = change.old if old else change.new
    if change.op in ("added", "removed"):
        return Cell(place.kind, (("+" if change.op == "added" else "-", text),), "added" if not old else "removed")
    return Cell(place.kind, _runs(change, old=old), "moved" if change.op == "moved" else "changed")


def _row(one: _Place, two: _Place) -> Row:
    if one.change is None:
        return _kept(two.kind, one.text, two.text, one.kind)
    return Row(_cell(one, old=True), _cell(two, old=False))


def _kept(kind: str, old: str, new: str, old_kind: str = "") -> Row:
    return Row(Cell(old_kind or kind, (("=", old),)), Cell(kind, (("=", new),)))


def _pair(kind: str, words: Sequence[Run]) -> Row:
    return Row(Cell(kind, _side(words, "+"), "changed"), Cell(kind, _side(words, "-"), "changed"))


def _runs(change: BlockChange, *, old: bool) -> tuple[Run, ...]:
    """With marks where they help; where little was kept, the whole text carries one."""
    if marks_help(change.words):
        return _side(change.words, "+" if old else "-")
    return (("-", change.old),) if old else (("+", change.new),)


def _side(words: Sequence[Run], other: str) -> tuple[Run, ...]:
    return tuple(run for run in words if run[0] != other)
