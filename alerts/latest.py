"""What was made for one reader and may serve the next: a few at most, so that memory does not grow with the readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_KEPT = 4  # readers of one watch and rhythm are written to one after the other

K = TypeVar("K")
V = TypeVar("V")


class Latest(Generic[K, V]):
    """By what each was made from, which need not be hashable."""

    def __init__(self) -> None:
        self._kept: list[tuple[K, V]] = []  # the last used first

    def of(self, key: K, make: Callable[[], V]) -> V:
        found = next((known for known in self._kept if known[0] == key), None) or (key, make())
        self._kept = [found, *(known for known in self._kept if known is not found)][:_KEPT]
        return found[1]
