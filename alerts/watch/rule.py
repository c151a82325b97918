"""What a watch consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# Places an article's words can stand, most prominent first.
PLACES = ("title", "lead", "body", "caption", "tags")
DEFAULT_WEIGHTS: Mapping[str, float] = MappingProxyType({"title": 3, "lead": 2, "body": 1, "caption": 1, "tags": 1})


@dataclass(frozen=True, slots=True)
class Term:
    """A name as the rule writes it; `alerts.watch.spelling` knows its other spellings.

    About one mention: it does not count as part of a phrase of `not_in`, nor without a word of `near` in its paragraph.
    About the article: one phrase of `unless`, and the term counts nowhere in it; it counts only beside one of `needs`,
    or, where `doubt` is given, only there when a phrase of `doubt` stands in it.
    `exact`: no compounds or plurals. `capitals`: only where written with the capitals of `name`.
    """

    name: str
    points: float = 1.0
    not_in: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    doubt: tuple[str, ...] = ()
    exact: bool = False
    capitals: bool = False

    @property
    def is_name(self) -> bool:
        """Whether it means the same in every article."""
        return not (self.near or self.unless or self.needs)


@dataclass(frozen=True, slots=True)
class Watch:
    """An article matches with all of `all`, none of `none`, and enough points from `any`.

    A term of `any` gives its points once, times the weight of the most prominent place where it stands.
    """

    name: str
    title: str
    any: tuple[Term, ...] = ()
    all: tuple[Term, ...] = ()
    none: tuple[Term, ...] = ()
    threshold: float = 1.0
    weights: Mapping[str, float] = field(default_factory=lambda: DEFAULT_WEIGHTS, hash=False)
