"""Which articles a watch matches, and which term stood where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from alerts.watch.conditions import objections
from alerts.watch.rule import PLACES, Term, Watch
from alerts.watch.spelling import is_name, spellings_of_term
from alerts.watch.text import Position, Span, Text, positions
from storage.article import Article


@dataclass(frozen=True, slots=True)
class Reason:
    """A term and the place where it stood: title, lead, body, caption or tags.

    `found` is the spelling in the article; `why`, in a verdict's `ruled_out`, says why it did not count.
    """

    term: str
    where: str
    found: str = ""
    why: str = ""

    def __str__(self) -> str:
        written = f", written “{self.found}”" if self.found not in ("", self.term) else ""
        return f"“{self.term}” in {self.where}{written}{': ' if self.why else ''}{self.why}"

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
    span: Span
    found: str

    def reason(self, why: str = "") -> Reason:
        return Reason(self.term.name, self.span.where, self.found, why)

    def inside(self, other: _Hit) -> bool:
        return self.span.inside(other.span) and other.term.points >= self.term.points


def match(watch: Watch, article: Article) -> Verdict:
    """The verdict on one article. "Lees ook" lists and picture credits never count."""
    text = Text(article)
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


def _hits(term: Term, text: Text, watch: Watch) -> list[_Hit]:
    capitals = term.name if term.capitals else ""
    hits = [_Hit(term, span, text.written(span)) for span in text.find(spellings_of_term(term.name, term.exact))]
    return [
        hit
        for hit in hits
        if watch.weights.get(hit.span.where, 0) > 0 and is_name(hit.found, text.before(hit.span), capitals)
    ]


def _standing(term: Term, text: Text, watch: Watch) -> list[_Hit]:
    return _weigh(term, text, watch)[0]


def _weigh(term: Term, text: Text, watch: Watch, names: Set[Position] = frozenset()) -> tuple[list[_Hit], list[Reason]]:
    """Mentions that count, and reasons for those that do not."""
    hits = _hits(term, text, watch)
    if not hits:
        return [], []
    judged = list(zip(hits, objections(term, [hit.span for hit in hits], text, names), strict=True))
    return [hit for hit, why in judged if not why], [hit.reason(why) for hit, why in judged if why]


def _sift(terms: Iterable[Term], text: Text, watch: Watch) -> tuple[list[_Hit], list[Reason]]:
    """Hits that count, and reasons for those that do not; a name inside a longer name is told as the longer one."""
    counted: list[_Hit] = []
    refused: list[Reason] = []
    # Names first: "een AI Coalitie 4 NL" does not speak of just any AI-coalitie.
    for term in sorted(terms, key=lambda term: not term.is_name):
        names = positions(hit.span for hit in counted) if not term.is_name else frozenset()
        standing, less = _weigh(term, text, watch, names)
        counted += standing
        refused += less
    return list(_longest(counted)), refused


def _longest(hits: Iterable[_Hit]) -> Iterator[_Hit]:
    cover: _Hit | None = None
    for hit in sorted(hits, key=lambda hit: (hit.span.where, hit.span.start, -hit.span.end)):
        if cover and hit.inside(cover):
            continue
        yield hit
        if not cover or not hit.span.inside(cover.span):
            cover = hit


def _score(watch: Watch, counted: Iterable[_Hit]) -> float:
    best = {term.name: 0.0 for term in watch.any}
    for hit in counted:
        if hit.term.name in best:
            best[hit.term.name] = max(best[hit.term.name], hit.term.points * watch.weights[hit.span.where])
    return sum(best.values())


def _ordered(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Most prominent place first, each term once per place."""
    once: dict[tuple[str, str], Reason] = {}
    for reason in reasons:
        once.setdefault((reason.term, reason.where), reason)
    return tuple(sorted(once.values(), key=lambda reason: PLACES.index(reason.where)))
