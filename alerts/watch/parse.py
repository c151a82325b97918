"""Reads watches from TOML tables: the packaged ones and those of a configuration."""

from __future__ import annotations

import difflib
import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from alerts.watch.rule import DEFAULT_WEIGHTS, PLACES, Term, Watch
from alerts.watch.spelling import has_wildcards, is_phrase


class WatchError(ValueError):
    """A watch that cannot be: `key` as in `any[0].points`, `message` saying what is allowed."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.message = message


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
_Number = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _TermTable(_Table):
    terms: list[_Name] = Field(min_length=1)
    points: float = Field(1.0, gt=0, le=1000, allow_inf_nan=False)
    unless: list[_Phrase] = []
    needs: list[_Phrase] = []
    exact: bool = False
    capitals: bool = False

    def as_terms(self) -> list[Term]:
        contexts = (tuple(self.unless), tuple(self.needs))
        return [Term(name, self.points, *contexts, self.exact, self.capitals) for name in self.terms]


_Terms = list[Annotated[_TermTable, BeforeValidator(_spelled_out)]]


class _Weights(_Table):
    title: _Number = DEFAULT_WEIGHTS["title"]
    lead: _Number = DEFAULT_WEIGHTS["lead"]
    body: _Number = DEFAULT_WEIGHTS["body"]
    caption: _Number = DEFAULT_WEIGHTS["caption"]
    tags: _Number = DEFAULT_WEIGHTS["tags"]


class _WatchTable(_Table):
    name: str = Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$")
    title: str = Field("", max_length=80)
    any: _Terms = []
    all: _Terms = []
    none: _Terms = []
    threshold: float = Field(1.0, gt=0, le=1000, allow_inf_nan=False)
    weights: _Weights = _Weights()


def parse_watch(data: dict[str, Any]) -> Watch:
    """One `[[watch]]` table as a watch; raises WatchError."""
    try:
        table = _WatchTable.model_validate(data)
    except ValidationError as error:
        raise _as_watch_error(error) from None
    weights = {place: float(getattr(table.weights, place)) for place in PLACES}
    watch = Watch(
        name=table.name,
        title=" ".join(table.title.split()) or table.name,
        any=_flat("any", table.any),
        all=_flat("all", table.all),
        none=_flat("none", table.none),
        threshold=table.threshold,
        weights=weights,
    )
    _check_possible(watch)
    return watch


def packaged_watches() -> list[Watch]:
    """The watches that work without any configuration."""
    return [parse_watch(table) for table in _packaged_tables().values()]


def combine(config_tables: list[dict[str, Any]]) -> list[Watch]:
    """The packaged watches and those of a configuration, which replace packaged ones of the same name.

    A table that names a packaged watch and brings no terms keeps its rule: `name = "ai-coalitie"` is enough.
    """
    watches = {watch.name: watch for watch in packaged_watches()}
    seen: set[str] = set()
    for number, table in enumerate(config_tables):
        name = table.get("name")
        packaged = _packaged_tables().get(name, {}) if isinstance(name, str) else {}
        ruleless = not {"any", "all", "none"} & table.keys()
        try:
            watch = parse_watch({**packaged, **table} if ruleless else table)
        except WatchError as error:
            raise WatchError(f"watch[{number}].{error.key}", error.message) from None
        if watch.name in seen:
            raise WatchError(f"watch[{number}].name", f'"{watch.name}" is used twice; each watch needs its own name')
        seen.add(watch.name)
        watches[watch.name] = watch
    return list(watches.values())


@cache
def _packaged_tables() -> dict[str, dict[str, Any]]:
    folder = files("alerts").joinpath("watches")
    texts = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    tables = [table for text in texts for table in tomllib.loads(text)["watch"]]
    return {table["name"]: table for table in sorted(tables, key=lambda table: str(table["name"]))}


def _flat(key: str, tables: list[_TermTable]) -> tuple[Term, ...]:
    terms = [term for table in tables for term in table.as_terms()]
    names = [term.name.casefold() for term in terms]
    for term in terms:
        if names.count(term.name.casefold()) > 1:
            raise WatchError(key, f'"{term.name}" stands there twice; write each term once')
    return tuple(terms)


def _check_possible(watch: Watch) -> None:
    if not watch.any and not watch.all:
        raise WatchError("any", "is empty; a watch needs at least one term in `any` or `all`")
    heaviest = max(watch.weights.values())
    if heaviest == 0:
        raise WatchError("weights", "are all 0, so nothing can match; give at least one place a weight above 0")
    most = sum(term.points for term in watch.any) * heaviest
    if watch.any and most < watch.threshold:
        raise WatchError("threshold", f"cannot be reached: all terms together give at most {most:g} points")


def _as_watch_error(error: ValidationError) -> WatchError:
    first = error.errors(include_url=False)[0]
    path = [part for part in first["loc"] if isinstance(part, int | str)]
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
    if first["type"] == "extra_forbidden":
        return WatchError(key, _unknown(str(path[-1]), path))
    if first["type"] == "string_pattern_mismatch":
        return WatchError(key, "must be 1 to 60 small letters, digits and hyphens, as in ai-coalitie")
    if first["type"] == "missing":
        return WatchError(key, "is missing; it is required")
    message = str(first["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    return WatchError(key, message if message.startswith("must") else f"must be {_allowed(first['type'], message)}")


def _allowed(kind: str, message: str) -> str:
    return {
        "list_type": 'a list, as in ["term", "another term"]',
        "too_short": "a list of at least one term",
        "model_type": "a term, or a table with `terms`",
        "string_type": "text between quotes",
        "string_too_long": "at most 80 characters long",
        "bool_type": "true or false",
        "float_type": "a number",
    }.get(kind, message)


def _unknown(key: str, path: list[int | str]) -> str:
    model: type[BaseModel] = _WatchTable
    if path[0] == "weights":
        model = _Weights
    elif len(path) > 1:
        model = _TermTable
    allowed = list(model.model_fields)
    near = difflib.get_close_matches(key, allowed, n=1)
    hint = f"did you mean `{near[0]}`? " if near else ""
    return f"is not a key of a watch; {hint}allowed: {', '.join(allowed)}"
