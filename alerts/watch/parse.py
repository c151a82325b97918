"""Reads watches from TOML tables: the packaged ones and those of a configuration."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ValidationError

from alerts.watch.rule import PLACES, Term, Watch
from alerts.watch.tables import TermTable, WatchTable, WeightsTable


class WatchError(ValueError):
    """A watch that cannot be: `key` as in `any[0].points`, `message` saying what is allowed."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key
        self.message = message


def parse_watch(data: dict[str, Any]) -> Watch:
    """One `[[watch]]` table as a watch; raises WatchError."""
    try:
        table = WatchTable.model_validate(data)
    except ValidationError as error:
        raise _as_watch_error(error) from None
    weights = {place: float(getattr(table.weights, place)) for place in PLACES}
    watch = Watch(
        name=table.name,
        title=" ".join(table.title.split()) or table.name,
        any=_flat("any", table.any, table.words),
        all=_flat("all", table.all, table.words),
        none=_flat("none", table.none, table.words),
        threshold=table.threshold,
        weights=weights,
    )
    _check_possible(watch)
    return watch


def packaged_watches() -> list[Watch]:
    """The watches that work without any configuration."""
    return list(_packaged())


@cache
def _packaged() -> tuple[Watch, ...]:
    return tuple(parse_watch(table) for table in _packaged_tables().values())


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


def _flat(key: str, tables: list[TermTable], words: Mapping[str, Sequence[str]]) -> tuple[Term, ...]:
    try:
        terms = [term for table in tables for term in table.as_terms(words)]
    except ValueError as error:
        raise WatchError(key, str(error)) from None
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
    if first["type"] == "string_pattern_mismatch" and path[0] == "words":
        return WatchError(f"words.{path[1]}", "must have a name of small letters")
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
    model: type[BaseModel] = WatchTable
    if path[0] == "weights":
        model = WeightsTable
    elif len(path) > 1:
        model = TermTable
    allowed = list(model.model_fields)
    near = difflib.get_close_matches(key, allowed, n=1)
    hint = f"did you mean `{near[0]}`? " if near else ""
    return f"is not a key of a watch; {hint}allowed: {', '.join(allowed)}"
