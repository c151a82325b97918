"""Class names and nesting: what a redesign changes and no reader ever sees."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from random import Random

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Skin:
    """Seed 0 has speaking class names and takes the first of each choice; any other seed draws its own."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._classes: dict[str, str] = {}
        self._choices: dict[str, int] = {}

    def cls(self, role: str) -> str:
        """A class attribute, with a blank before it."""
        if role not in self._classes:
            random = Random(f"{self._seed} class {role}")  # noqa: S311
            drawn = "".join(random.choices(_LETTERS, k=7))
            self._classes[role] = f' class="{drawn if self._seed else role}"'
        return self._classes[role]

    def choose(self, role: str, options: Sequence[str]) -> str:
        if role not in self._choices:
            random = Random(f"{self._seed} choice {role}")  # noqa: S311
            self._choices[role] = random.randrange(len(options)) if self._seed else 0
        return options[self._choices[role]]

    def wrap(self, role: str, html: str) -> str:
        """`html` in no, one, two or three boxes."""
        for layer in range(int(self.choose(f"{role} depth", "1023"))):
            html = f"<div{self.cls(f'{role}-{layer}')}>{html}</div>"
        return html


@lru_cache(64)
def skin(seed: int) -> Skin:
    return Skin(seed)
