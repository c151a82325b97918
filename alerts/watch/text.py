"""An article's words by the place where they stand, and where in them a spelling is found."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from alerts.watch.readalso import without_read_also
from alerts.watch.spelling import Spellings, fold
from storage.article import Article, Block

# A picture by the coalition is no news about it.
_CREDIT = re.compile(r"(?:^|[|(\s])(?:beeld|foto|fotografie|bron|illustratie|image|photo)\s*:.*|©.*", re.IGNORECASE)
# Parts what no name may span.
_BAR = " | "


# A place and one character in it.
Position = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Span:
    where: str
    start: int
    end: int

    def inside(self, other: Span) -> bool:
        return self.where == other.where and other.start <= self.start and self.end <= other.end


def positions(spans: Iterable[Span]) -> set[Position]:
    return {(span.where, at) for span in spans for at in range(span.start, span.end)}


class Text:
    """An article's words by place, folded once for all terms. "Lees ook" lists and picture credits are left out."""

    def __init__(self, article: Article) -> None:
        lead = without_read_also([Block("paragraph", article.lead)])
        body = without_read_also(article.blocks)
        spoken = {
            "title": article.title,
            "lead": _BAR.join(block.text for block in lead),
            "body": _BAR.join(block.text for block in body),
            "caption": _CREDIT.sub("", article.caption),
            # Tags are slugs, where a hyphen only parts words.
            "tags": _BAR.join(article.tags).replace("-", " "),
        }
        self.places = {where: fold(text) for where, text in spoken.items() if text}
        self._whole = "\n".join(folded.lower for folded in self.places.values())
        self._has: dict[str, bool] = {}
        self._starts: dict[str, list[int]] = {}

    def find(self, spellings: Spellings) -> Iterator[Span]:
        if self.may_hold(spellings):
            for where, folded in self.places.items():
                for start, end in spellings.find(folded):
                    yield Span(where, start, end)

    def written(self, span: Span) -> str:
        return self.places[span.where].text[span.start : span.end]

    def before(self, span: Span) -> str:
        """The character before it, or nothing."""
        return self.places[span.where].text[span.start - 1 : span.start] if span.start else ""

    def paragraph(self, span: Span) -> Position:
        """Where the paragraph around it begins."""
        starts = self._paragraphs(span.where)
        return span.where, starts[bisect_right(starts, span.start) - 1]

    def _paragraphs(self, where: str) -> list[int]:
        if where not in self._starts:
            self._starts[where] = [0, *(bar.end() for bar in re.finditer(re.escape(_BAR), self.places[where].text))]
        return self._starts[where]

    def may_hold(self, spellings: Spellings) -> bool:
        """Whether all of its words stand in it somewhere: of a rule's hundreds of phrases, hardly any do."""
        for word in spellings.words:
            known = self._has.get(word)  # rules share words, so most of them are looked for once
            if known is None:
                known = self._has[word] = word in self._whole
            if not known:
                return False
        return True
