"""Old and new text side by side: which words carry a mark, and how long a text is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alerts.diff import BlockChange, Words, excerpts
from alerts.render.clean import clean, shorten
from alerts.render.view import Run

Pair = tuple[tuple[Run, ...], tuple[Run, ...]]
_PARAGRAPH_BREAK = " ¶ "
_AROUND_BREAK = 80


def marks_help(words: Sequence[Run]) -> bool:
    """Whether marking single words says more than it hides: at most half of the old and new text is marked."""
    kept = 2 * sum(len(text) for op, text in words if op == "=")
    marked = sum(len(text) for op, text in words if op != "=")
    return 0 < kept >= marked


def plain(text: str, limit: int) -> tuple[Run, ...]:
    return (("=", shorten(_shown(text).strip(), limit)),)


def field_pair(words: Words, limit: int) -> Pair:
    """A short text whole, with its marks; a long one as its first changed sentences."""
    old, new = (tuple(run for run in words if run[0] != other) for other in "+-")
    if max(sum(len(text) for _, text in side) for side in (old, new)) <= limit:
        return _shown_runs(old), _shown_runs(new)
    return sentence_pairs(BlockChange("changed", _joined(old), _joined(new), words, -1, -1), limit)[0]


def sentence_pairs(change: BlockChange, limit: int) -> list[Pair]:
    """(old, new) for each changed stretch of sentences; either is empty where there is no such sentence."""
    found = excerpts(change, limit)
    return [(_shown_runs(excerpt.old_words), _shown_runs(excerpt.new_words)) for excerpt in found] or [
        (plain(change.old, limit), plain(change.new, limit))
    ]


def break_pair(change: BlockChange) -> Pair:
    """The words on both sides of the first paragraph break that was made or taken away."""
    broken = change.new if "\n" in change.new else change.old
    start, _, end = broken.partition("\n")
    start, end = start[-_AROUND_BREAK:], shorten(end, _AROUND_BREAK)
    if len(start) == _AROUND_BREAK:
        start = "… " + start.partition(" ")[2]
    one, two = (("=", f"{start} {end}"),), (("=", f"{start}{_PARAGRAPH_BREAK}{end}"),)
    return (one, two) if broken is change.new else (two, one)


def _joined(runs: Sequence[Run]) -> str:
    return "".join(text for _, text in runs)


def _shown_runs(runs: Sequence[Run]) -> tuple[Run, ...]:
    return tuple(part for op, text in runs for part in _bare(op, _shown(text)))


def _bare(op: str, text: str) -> Iterator[Run]:
    """A run with the spaces around it set apart: a marked space looks like a slip of ours."""
    word = text.strip(" ")
    start, _, end = text.partition(word) if word else (text, "", "")
    for kind, part in (("=", start), (op, word), ("=", end)):
        if part:
            yield kind, part


def _shown(text: str) -> str:
    """Clean, with the spaces at both ends that set a run apart from its neighbours."""
    broken = _PARAGRAPH_BREAK.join(clean(line) for line in text.split("\n"))
    start = " " if text[:1] == " " and broken[:1] != " " else ""
    end = " " if text[-1:] == " " and broken.strip() and broken[-1:] != " " else ""
    return start + broken + end
