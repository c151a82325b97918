"""A diff as a few pieces a reader can take in: the most telling first, each with what stood and what stands there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from alerts.diff import BlockChange, Diff
from alerts.render import marks
from alerts.render.clean import slug_label
from alerts.render.moments import Moments
from alerts.render.phrases import Phrases, sentence
from alerts.render.places import place
from alerts.render.view import Line, Piece
from storage.article import Article

PIECES_PER_ARTICLE = 3
_PAIRS_PER_PIECE = 2
_LIMIT, _SHORT_LIMIT, _NEW_TEXT_LIMIT = 400, 140, 700
_WHOLE = 1_000_000  # a page has room for all of it
_FIRST_FIELDS, _LAST_FIELDS = ("title", "lead"), ("links", "tags", "type", "theme")


@dataclass(frozen=True)
class Told:
    """`left` counts the changes that are not in `pieces`."""

    pieces: tuple[Piece, ...]
    left: int


class Teller:
    """Puts the diffs of one edition into words."""

    def __init__(self, phrases: Phrases, moments: Moments) -> None:
        self._phrases, self._moments = phrases, moments

    def facets(self, diff: Diff) -> str:
        """What was edited, as in "kop en tekst"."""
        return self._phrases.join([self._phrases.facets[name] for name in diff.facets])

    def tell(self, diff: Diff, before: Article, article: Article) -> Told:
        if diff.changed_share > 0.5:
            pieces = [self._field(diff, name, _LIMIT) for name in diff.fields if name != "lead"]
            shown = tuple(pieces[: PIECES_PER_ARTICLE - 1])
            text = marks.plain(article.text.replace("\n", " "), _NEW_TEXT_LIMIT)
            rewritten = Piece(self._phrases.rewritten, (Line(self._phrases.now, text),))
            return Told((*shown, rewritten), len(pieces) - len(shown))
        return self._most_telling(diff, before, article, _LIMIT, PIECES_PER_ARTICLE)

    def tell_all(self, diff: Diff, before: Article, article: Article) -> tuple[Piece, ...]:
        """Every change at full length, in reading order."""
        return tuple(piece for _, piece, _ in self._ranked(diff, before, article, _WHOLE))

    def tell_shortly(self, diff: Diff, before: Article, article: Article) -> Told:
        """One change, and that one short."""
        return self._most_telling(diff, before, article, _SHORT_LIMIT, 1)

    def _most_telling(self, diff: Diff, before: Article, article: Article, limit: int, most: int) -> Told:
        ranked = sorted(self._ranked(diff, before, article, limit), key=lambda found: found[0])
        hidden = sum(pairs_left for _, _, pairs_left in ranked[:most])
        return Told(tuple(piece for _, piece, _ in ranked[:most]), max(0, len(ranked) - most) + hidden)

    def _ranked(self, diff: Diff, before: Article, article: Article, limit: int) -> Iterator[tuple[int, Piece, int]]:
        """(rank, piece, what the piece leaves out) for each change, in reading order."""
        for name in diff.fields:
            rank = 0 if name in _FIRST_FIELDS else 4 if name in _LAST_FIELDS else 2
            yield rank, self._field(diff, name, limit), 0
        for change in diff.body:
            rank = 1 if change.significance == "major" else 3
            yield rank, *self._block(change, before, article, limit)

    def _field(self, diff: Diff, name: str, limit: int) -> Piece:
        words = diff.field_words.get(name)
        if words and marks.marks_help(words):
            pair = marks.field_pair(words, limit)
        else:
            old, new = (marks.plain(self._value(name, value), limit) for value in diff.fields[name])
            pair = old, new
        return Piece(sentence(self._phrases.changed.format(what=self._phrases.facets[name])), self._lines(pair))

    def _value(self, name: str, value: str) -> str:
        if name == "published":
            value = self._moments.published(value)
        elif name in ("theme", "type"):
            value = slug_label(value)
        elif name == "tags":
            value = ", ".join(slug_label(tag) for tag in value.split(", "))
        elif name == "links":
            value = "; ".join(value.split("\n"))
        return value or self._phrases.empty_value

    def _block(self, change: BlockChange, before: Article, article: Article, limit: int) -> tuple[Piece, int]:
        where = place(self._phrases, change, before, article)
        pairs = self._pairs(change, limit)
        shown = pairs if limit == _WHOLE else pairs[: _PAIRS_PER_PIECE if limit == _LIMIT else 1]
        lines = tuple(line for pair in shown for line in self._lines(pair))
        if change.op == "moved" and change.old == change.new:
            lines = (Line(self._phrases.quoted, marks.plain(change.new, limit)),)
        label = sentence(self._what(change, shown)) + (f" ({where})" if where else "")
        return Piece(label, lines), len(pairs) - len(shown)

    def _pairs(self, change: BlockChange, limit: int) -> list[marks.Pair]:
        old, new = marks.plain(change.old, limit), marks.plain(change.new, limit)
        if change.op == "added":
            return [((), new)]
        if change.op == "removed":
            return [(old, ())]
        if change.op in ("split", "merged") and change.old.split() == change.new.split():
            return [marks.break_pair(change)]
        if not marks.marks_help(change.words):
            # Far from the old text the new one speaks for itself; a short old text still helps to compare.
            return [(old if len(change.old) <= limit else (), new)]
        return marks.sentence_pairs(change, limit)

    def _what(self, change: BlockChange, pairs: list[marks.Pair]) -> str:
        phrases, block = self._phrases, self._phrases.blocks[change.kind]
        if change.op != "changed":
            return phrases.block_changes[change.op].format(block=block)
        if not marks.marks_help(change.words):
            return phrases.rewritten_block.format(block=block)
        if not any(old for old, _ in pairs):
            return phrases.sentence_added
        if not any(new for _, new in pairs):
            return phrases.sentence_removed
        kind = next((phrases.kinds[reason] for reason in change.reasons if reason in phrases.kinds), block)
        return phrases.changed.format(what=kind)

    def _lines(self, pair: marks.Pair) -> tuple[Line, ...]:
        old, new = pair
        lines = (Line(self._phrases.was, old), Line(self._phrases.now, new))
        return tuple(line for line in lines if line.runs)
