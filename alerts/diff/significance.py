"""How much a change matters. It ranks, it never hides."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.diff.model import BlockChange, Words
from alerts.diff.tokens import fold


Verdict = tuple[str, tuple[str, ...]]  # significance, reasons


class Judge:
    """Judges changes within one article."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._old, self._new = old, new

    def block(self, change: BlockChange) -> tuple[str, tuple[str, ...]]:
        if change.op in ("added", "removed"):
            return "major", (change.op,)
        if fold(change.old) == fold(change.new):
            return "minor", ("typography",) if change.op == "changed" else (change.op,)
        return "major", ("wording",)

    def field(self, name: str, old: str, new: str, words: Words) -> Verdict:
        return ("minor" if name in ("tags", "theme", "type") else "major"), (name,)


def strongest(verdicts: list[Verdict]) -> Verdict:
    """Major when one is; all reasons, those of the major ones first."""
    ranked = sorted(verdicts, key=lambda verdict: verdict[0] != "major")
    reasons = tuple(dict.fromkeys(reason for _, reasons in ranked for reason in reasons))
    return (ranked[0][0] if ranked else "minor"), reasons
