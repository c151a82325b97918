"""What goes wrong with a configuration, in one sentence a person can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class ConfigError(Exception):
    """The configuration cannot be used (exit 3). `str()` is one sentence: file or variable, key, what is allowed."""


@dataclass(frozen=True)
class ConfigWarning:
    """Something that works, but that its owner should put right."""

    key: str
    file: Path
    message: str


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The tail of a sentence, `; did you mean 'port'?`, or a full stop where nothing is near."""
    import difflib  # costs as much as the rest of a start, and is wanted only when something is wrong

    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.7)
    return f"; did you mean '{by_lower[near[0]]}'?" if near else "."
