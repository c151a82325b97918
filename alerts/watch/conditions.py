"""Why a term, though it stands there, does not count: in the whole article, or at one mention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice

from alerts.watch.rule import Term
from alerts.watch.spelling import spellings_of_context, spellings_of_term
from alerts.watch.text import Position, Span, Text, positions

_MOST_SHOWN = 3
# One foreign name is a remark; two make it a story about somewhere else.
_DOUBTS = 2


def objections(term: Term, mentions: Sequence[Span], text: Text, names: Set[Position] = frozenset()) -> list[str]:
    """For each mention why it does not count, or nothing. A phrase that touches one of `names` rules nothing out."""
    whole = _to_term(term, text, names)
    if whole:
        return [whole] * len(mentions)
    inside = {at: phrase for phrase in term.not_in for at in positions(text.find(spellings_of_context(phrase)))}
    company = set(map(text.paragraph, _find(term.near, text)))
    return [_to_mention(term, span, text, inside, company) for span in mentions]


def _to_term(term: Term, text: Text, names: Set[Position]) -> str:
    for phrase in _phrases(term.unless, text, names):
        return f'"{phrase}" stands in it'
    doubts = list(islice(_phrases(term.doubt, text, names), _DOUBTS))
    if not term.needs or (term.doubt and len(doubts) < _DOUBTS) or any(_find(term.needs, text)):
        return ""
    stand = " and ".join(f'"{phrase}"' for phrase in doubts) + " stand in it, " if doubts else ""
    return f"{stand}without {_or(term.needs)}"


def _to_mention(term: Term, mention: Span, text: Text, inside: Mapping[Position, str], company: Set[Position]) -> str:
    for at in range(mention.start, mention.end):
        if phrase := inside.get((mention.where, at)):
            return f'part of "{phrase}"'
    if term.near and text.paragraph(mention) not in company:
        return f"without {_or(term.near)} near it"
    return ""


def _phrases(phrases: Iterable[str], text: Text, names: Set[Position]) -> Iterator[str]:
    """Those that stand in it, clear of `names`."""
    for phrase in phrases:
        spellings = spellings_of_context(phrase)
        if text.may_hold(spellings) and any(names.isdisjoint(positions([span])) for span in text.find(spellings)):
            yield phrase


def _find(words: Iterable[str], text: Text) -> Iterator[Span]:
    for word in words:
        yield from text.find(spellings_of_term(word))


def _or(words: Sequence[str]) -> str:
    return " or ".join([*words[:_MOST_SHOWN], *["…"] * (len(words) > _MOST_SHOWN)])
