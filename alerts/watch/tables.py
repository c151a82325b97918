"""The tables in which a watch is written down, and what they allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from alerts.watch.rule import DEFAULT_WEIGHTS, Term
from alerts.watch.spelling import has_wildcards, is_phrase
from alerts.watch.wordlists import spell_out


def _phrase(value: str) -> str:
    if not is_phrase(value):
        raise ValueError("must have letters or digits, and begin and end with them")
    return value.strip()


def _name(value: str) -> str:
    if has_wildcards(value):
        raise ValueError("must be plain words: a term finds its compounds and spellings by itself, `*` and `…` do not")
    return _phrase(value)


def _spelled_out(value: object) -> object:
    return {"terms": [value]} if isinstance(value, str) else value


_Phrase = Annotated[str, AfterValidator(_phrase)]
_Name = Annotated[str, AfterValidator(_name)]
_ListName = Annotated[str, Field(pattern=r"^[a-z]+$")]
_List = Annotated[list[_Phrase], Field(min_length=1)]
_Number = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TermTable(_Table):
    terms: list[_Name] = Field(min_length=1)
    points: float = Field(1.0, gt=0, le=1000, allow_inf_nan=False)
    not_in: list[_Phrase] = []
    near: list[_Phrase] = []
    unless: list[_Phrase] = []
    needs: list[_Phrase] = []
    doubt: list[_Phrase] = []
    exact: bool = False
    capitals: bool = False

    @model_validator(mode="after")
    def _doubt_asks_for_something(self) -> TermTable:
        if self.doubt and not self.needs:
            raise ValueError("must have `needs` beside `doubt`: what takes the doubt away")
        return self

    def as_terms(self, words: Mapping[str, Sequence[str]]) -> list[Term]:
        """Raises ValueError when a phrase names a list that is not in `words`."""

        def spelled(phrases: list[str]) -> tuple[str, ...]:
            return tuple(spell_out(phrases, words))

        term = Term(
            name="",
            points=self.points,
            not_in=spelled(self.not_in),
            near=spelled(self.near),
            unless=spelled(self.unless),
            needs=spelled(self.needs),
            doubt=spelled(self.doubt),
            exact=self.exact,
            capitals=self.capitals,
        )
        return [replace(term, name=_name(name)) for name in spelled(self.terms)]


_Terms = list[Annotated[TermTable, BeforeValidator(_spelled_out)]]


class WeightsTable(_Table):
    title: _Number = DEFAULT_WEIGHTS["title"]
    lead: _Number = DEFAULT_WEIGHTS["lead"]
    body: _Number = DEFAULT_WEIGHTS["body"]
    caption: _Number = DEFAULT_WEIGHTS["caption"]
    tags: _Number = DEFAULT_WEIGHTS["tags"]


class WatchTable(_Table):
    name: str = Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$")
    title: str = Field("", max_length=80)
    words: dict[_ListName, _List] = {}
    any: _Terms = []
    all: _Terms = []
    none: _Terms = []
    threshold: float = Field(1.0, gt=0, le=1000, allow_inf_nan=False)
    weights: WeightsTable = WeightsTable()
