"""What a comparison yields. Texts are plain: marks live beside them, never inside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# ("=", kept) ("-", removed) ("+", inserted): "=" and "-" rebuild the old text, "=" and "+" the new one, exactly.
Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BlockChange:
    """What happened to one block.

    `op`: added | removed | changed | moved | split | merged. A split has the one old paragraph in `old` and its
    pieces, joined by a newline, in `new`; a merger the other way round; a moved block may have other words too.
    `old_index` and `new_index` count from 0 among the old and the new blocks (of several pieces: the first);
    -1 is the lead. `significance`: minor | major; `reasons` says why, most telling first, in the words of
    `significance.REASONS`.
    """

    op: str
    old: str
    new: str
    words: Words
    old_index: int | None
    new_index: int | None
    significance: str = "minor"
    kind: str = "paragraph"
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """All that differs between two versions of an article; false when nothing does.

    `fields`: facet → (old, new) as a reader would write them, all facets but the body; `field_words` for the running
    texts among them (title, lead, caption). `facets`: in `FACETS` order. `size`: characters of both texts together.
    """

    fields: dict[str, tuple[str, str]] = field(default_factory=dict)
    field_words: dict[str, Words] = field(default_factory=dict)
    body: tuple[BlockChange, ...] = ()
    facets: tuple[str, ...] = ()
    significance: str = "minor"
    reasons: tuple[str, ...] = ()
    size: int = 0

    def __bool__(self) -> bool:
        return bool(self.facets)

    @property
    def changed_share(self) -> float:
        """The degree of change of lead and body: 0 (the same words) to 1 (nothing was kept)."""
        touched = touched_size(change.words for change in self.body)
        if "lead" in self.field_words:
            touched += touched_size([self.field_words["lead"]])
        return min(1.0, touched / self.size) if self.size else 0.0

    def to_dict(self) -> dict[str, Any]:
        """The `diff` document of the public interface, without url, from and to."""
        return {
            "fields": {name: list(values) for name, values in self.fields.items()},
            "body": [
                {"op": change.op, "old": change.old, "new": change.new, "words": [list(part) for part in change.words]}
                for change in self.body
            ],
        }


def touched_size(changes: Iterable[Words]) -> int:
    """Characters removed plus characters inserted."""
    return sum(len(text) for words in changes for op, text in words if op != "=")


def old_text(words: Words) -> str:
    return "".join(text for op, text in words if op != "+")


def new_text(words: Words) -> str:
    return "".join(text for op, text in words if op != "-")
