"""Which articles a watch matches, and which term stood where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from alerts.watch.readalso import without_read_also
from alerts.watch.rule import PLACES, Term, Watch
from alerts.watch.spelling import Spellings, fold, is_name, spellings_of_context, spellings_of_term
from storage.article import Article, Block

# A picture by the coalition is no news about it.
_CREDIT = re.compile(r"(?:^|[|(\s])(?:beeld|foto|fotografie|bron|illustratie|image|photo)\s*:.*|©.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reason:
    """A term and the place where it stood: title, lead, body, caption or tags.

    `found` is the spelling in the article; `why`, in a verdict's `ruled_out`, says why it did not count.
    """

    term: str
    where: str
    found: str = ""
    why: str = ""

    def to_dict(self) -> dict[str, str]:
        return {key: value for key in ("term", "where", "found", "why") if (value := getattr(self, key))}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`because` is empty unless it matches; what was seen without counting is in `ruled_out`."""

    matches: bool
    because: tuple[Reason, ...] = ()
    score: float = 0.0
    ruled_out: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    term: Term
    where: str
    start: int
    end: int
    found: str

    def reason(self, why: str = "") -> Reason:
        return Reason(self.term.name, self.where, self.found, why)

    def inside(self, other: _Hit) -> bool:
        return (
            self.where == other.where
            and other.start <= self.start
            and self.end <= other.end
            and other.end - other.start > self.end - self.start
            and other.term.points >= self.term.points
        )


def match(watch: Watch, article: Article) -> Verdict:
    """The verdict on one article. "Lees ook" lists and picture credits never count."""
    text = _Text(article)
    missing = [term for term in watch.all if not any(_standing(term, text, watch))]
    counted, refused = _sift((*watch.all, *watch.any), text, watch)
    forbidden = [hit.reason("none of these may stand in it") for t in watch.none for hit in _standing(t, text, watch)]
    score = _score(watch, counted)
    enough = not watch.any or score >= watch.threshold - 1e-9
    if enough and not missing and not forbidden:
        return Verdict(True, _ordered(hit.reason() for hit in counted), score, _ordered(refused))
    why = f"{score:g} of {watch.threshold:g} points" if not enough else ""
    if missing:
        why = "without " + ", ".join(term.name for term in missing)
    return Verdict(False, (), score, _ordered([*forbidden, *refused, *(hit.reason(why) for hit in counted)]))


class _Text:
    """An article's words by place, folded once for all terms."""

    def __init__(self, article: Article) -> None:
        lead = without_read_also([Block("paragraph", article.lead)])
        body = without_read_also(article.blocks)
        spoken = {
            "title": article.title,
            "lead": " | ".join(block.text for block in lead),
            "body": " | ".join(block.text for block in body),
            "caption": _CREDIT.sub("", article.caption),
            # Bars part what no name may span. Tags are slugs, where a hyphen only parts words.
            "tags": " | ".join(article.tags).replace("-", " "),
        }
        self.places = {where: fold(text) for where, text in spoken.items() if text}
        self._whole = "\n".join(folded.lower for folded in self.places.values())
        self._has: dict[str, bool] = {}

    def find(self, spellings: Spellings) -> Iterator[tuple[str, int, int]]:
        """Place, start and end of each occurrence."""
        if all(map(self._has_word, spellings.words)):
            for where, folded in self.places.items():
                for start, end in spellings.find(folded):
                    yield where, start, end

    def _has_word(self, word: str) -> bool:
        # Rules share words, so most of them are looked for once.
        if word not in self._has:
            self._has[word] = word in self._whole
        return self._has[word]


def _hits(term: Term, text: _Text, watch: Watch) -> list[_Hit]:
    hits = []
    for where, start, end in text.find(spellings_of_term(term.name, term.exact)):
        written = text.places[where].text
        before = written[start - 1] if start else ""
        if watch.weights.get(where, 0) > 0 and is_name(written[start:end], before, term.name if term.capitals else ""):
            hits.append(_Hit(term, where, start, end, written[start:end]))
    return hits


def _objection(term: Term, text: _Text, named: Set[tuple[str, int]] = frozenset()) -> str:
    """Why this term counts nowhere in this article, or nothing. A phrase touching `named` is none."""
    for phrase in term.unless:
        for where, start, end in text.find(spellings_of_context(phrase)):
            if not any((where, position) in named for position in range(start, end)):
                return f'"{phrase}" stands in it'
    if term.needs and not any(any(text.find(spellings_of_term(phrase))) for phrase in term.needs):
        return "without " + " or ".join(term.needs)
    return ""


def _standing(term: Term, text: _Text, watch: Watch) -> list[_Hit]:
    hits = _hits(term, text, watch)
    return hits if hits and not _objection(term, text) else []


def _sift(terms: Iterable[Term], text: _Text, watch: Watch) -> tuple[list[_Hit], list[Reason]]:
    """Hits that count, and reasons for those that do not; a name inside a longer name is told as the longer one."""
    counted: list[_Hit] = []
    refused: list[Reason] = []
    # Names first: "een AI Coalitie 4 NL" does not speak of just any AI-coalitie.
    for term in sorted(terms, key=lambda term: bool(term.unless or term.needs)):
        hits = _hits(term, text, watch)
        named = {(hit.where, position) for hit in counted for position in range(hit.start, hit.end)} if hits else set()
        objection = _objection(term, text, named) if hits else ""
        if objection:
            refused += [hit.reason(objection) for hit in hits]
        else:
            counted += hits
    return list(_longest(counted)), refused


def _longest(hits: Iterable[_Hit]) -> Iterator[_Hit]:
    cover: _Hit | None = None
    for hit in sorted(hits, key=lambda hit: (hit.where, hit.start, -hit.end)):
        if cover and hit.inside(cover):
            continue
        yield hit
        if not cover or cover.where != hit.where or hit.end > cover.end:
            cover = hit


def _score(watch: Watch, counted: Iterable[_Hit]) -> float:
    best = {term.name: 0.0 for term in watch.any}
    for hit in counted:
        if hit.term.name in best:
            best[hit.term.name] = max(best[hit.term.name], hit.term.points * watch.weights[hit.where])
    return sum(best.values())


def _ordered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Most prominent place first, each term once per place."""
    once: dict[tuple[str, str], Reason] = {}
    for reason in reasons:
        once.setdefault((reason.term, reason.where), reason)
    return tuple(sorted(once.values(), key=lambda reason: PLACES.index(reason.where)))
