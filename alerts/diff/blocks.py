"""Two lists of blocks → what happened to each block that differs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from alerts.diff.align import Alignment, align, find_moves
from alerts.diff.model import BlockChange
from alerts.diff.pieces import find_splits_and_mergers
from alerts.diff.significance import Judge
from alerts.diff.tokens import Tokens, Vocabulary
from alerts.diff.words import compare, replaced
from storage.article import Block


def diff_blocks(old: Sequence[Block], new: Sequence[Block]) -> tuple[BlockChange, ...]:
    """In the order a reader meets them in the new text; what was removed stands where it stood."""
    vocabulary = Vocabulary()
    old_tokens = [Tokens(block.text, vocabulary) for block in old]
    new_tokens = [Tokens(block.text, vocabulary) for block in new]
    alignment = align(old_tokens, new_tokens)
    find_splits_and_mergers(alignment, old_tokens, new_tokens)
    find_moves(alignment, old_tokens, new_tokens)
    judge = Judge([block.text for block in old], [block.text for block in new])
    changes = []
    for op, rows, columns in _in_order(alignment):
        before, after = _one_text(rows, old_tokens, vocabulary), _one_text(columns, new_tokens, vocabulary)
        change = BlockChange(
            op,
            before.text,
            after.text,
            words=replaced(before.text, after.text) if op in ("removed", "added") else compare(before, after),
            old_index=rows[0] if rows else None,
            new_index=columns[0] if columns else None,
            kind=new[columns[0]].kind if columns else old[rows[0]].kind,
        )
        significance, reasons = judge.block(change)
        changes.append(replace(change, significance=significance, reasons=reasons))
    return tuple(changes)


def _one_text(places: tuple[int, ...], side: Sequence[Tokens], vocabulary: Vocabulary) -> Tokens:
    if len(places) == 1:
        return side[places[0]]
    return Tokens("\n".join(side[place].text for place in places), vocabulary)


def _in_order(alignment: Alignment) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    found: list[tuple[float, str, tuple[int, ...], tuple[int, ...]]] = []
    for op, pairs in (("changed", alignment.changed), ("moved", alignment.moved)):
        found += [(j, op, (i,), (j,)) for i, j in pairs]
    found += [(pieces[0], "split", (whole,), pieces) for whole, pieces in alignment.split]
    found += [(whole, "merged", pieces, (whole,)) for pieces, whole in alignment.merged]
    found += [(j, "added", (), (j,)) for j in alignment.added]
    # A removed block comes right after the new place of the block it followed.
    places = sorted(
        alignment.same
        + alignment.changed
        + [(whole, pieces[-1]) for whole, pieces in alignment.split]
        + [(pieces[-1], whole) for pieces, whole in alignment.merged]
    )
    for i in alignment.removed:
        before = bisect_left(places, (i, -1)) - 1
        found.append((places[before][1] + 0.5 if before >= 0 else -0.5, "removed", (i,), ()))
    return [(op, rows, columns) for _, op, rows, columns in sorted(found, key=lambda one: (one[0], one[2]))]
