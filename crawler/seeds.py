"""Source files: which site is watched, where its crawls start, what its URLs mean."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.urls import DEFAULT_TEMPLATES, KINDS, UrlRules
from storage.urls import canonical_url, url_key

# For trying things out against this machine; nobody watches it by default.
NOT_WATCHED = "replica"
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_KEYS = ("name", "title", "language", "start_urls", "max_pages", "urls")


class SourceError(ValueError):
    """A source file that cannot be used. `str()` is one sentence: file, key, what is allowed."""


@dataclass(frozen=True)
class Source:
    """`max_pages`: how many pages of one listing a crawl follows. `language`: of the site's articles."""

    name: str
    title: str
    start_urls: tuple[str, ...]
    rules: UrlRules
    language: str = "nl"
    max_pages: int = 50

    @property
    def locks(self) -> frozenset[str]:
        """What a crawl of it holds locked: its name, and its hosts, which another source may be on too."""
        return frozenset({self.name, *(urlsplit(url).netloc.removeprefix("www.") for url in self.start_urls)})


def load_sources(paths: Sequence[str | Path] | None = None) -> list[Source]:
    """The sources of these files; of none: of the packaged ones. Raises SourceError, also for a name used twice."""
    sources: dict[str, tuple[Source, str]] = {}
    for path in paths or packaged_files():
        source = load_source(path)
        if source.name in sources:
            raise SourceError(f"{path}: name '{source.name}' is used by {sources[source.name][1]} already.")
        sources[source.name] = source, str(path)
    return [source for source, _ in sources.values()]


def packaged_files() -> list[Path]:
    """The source files that come with the program, without the one for a replica."""
    found = [Path(str(entry)) for entry in files("seeds").iterdir() if entry.name.endswith(".toml")]
    return sorted(path for path in found if path.stem != NOT_WATCHED)


def load_source(path: str | Path) -> Source:
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {(error.strerror or 'unknown error').lower()}.") from None
    except ValueError as error:
        detail = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it must be UTF-8 text"
        raise SourceError(f"{path} is not valid TOML: {detail[:1].lower() + detail[1:]}.") from None
    try:
        return _source(table)
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from None


def _source(table: Mapping[str, Any]) -> Source:
    _refuse_unknown(table, _KEYS, "there is no key")
    name = table.get("name")
    if not isinstance(name, str) or not _SLUG.fullmatch(name):
        raise SourceError(f"name must be small letters, digits and hyphens, such as 'ibestuur'{_given(table, 'name')}")
    title = table.get("title", name)
    if not isinstance(title, str) or not title.strip() or not title.isprintable():
        raise SourceError(f"title must be text on one line{_given(table, 'title')}")
    language = table.get("language", "nl")
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        raise SourceError(f"language must be a language code such as 'nl'{_given(table, 'language')}")
    max_pages = table.get("max_pages", 50)
    if type(max_pages) is not int or not 1 <= max_pages <= 10_000:
        raise SourceError(f"max_pages must be a whole number from 1 to 10,000{_given(table, 'max_pages')}")
    return Source(name, title.strip(), _start_urls(table), _rules(table.get("urls", {})), language, max_pages)


def _start_urls(table: Mapping[str, Any]) -> tuple[str, ...]:
    given = table.get("start_urls")
    if not isinstance(given, list) or not given:
        raise SourceError(f"start_urls must be a list of at least one http(s) URL{_given(table, 'start_urls')}")
    urls: dict[str, str] = {}
    for url in given:
        spelling = canonical_url(url) if isinstance(url, str) else ""
        if not spelling:
            raise SourceError(f"start_urls must hold only http(s) URLs, not {url!r}.")
        urls.setdefault(url_key(spelling), spelling)
    return tuple(urls.values())


def _rules(urls: Any) -> UrlRules:
    if not isinstance(urls, dict):
        raise SourceError("urls must be a table, written as [urls].")
    _refuse_unknown(urls, KINDS, "[urls] has no key")
    for kind, templates in urls.items():
        if not isinstance(templates, list) or not all(isinstance(template, str) for template in templates):
            raise SourceError(f"[urls] {kind} must be a list of path templates such as '{_example(kind)}'.")
        for template in templates:
            try:
                UrlRules.compile({kind: [template]})
            except ValueError as error:
                raise SourceError(f"[urls] {kind} '{template}' {error}, such as '{_example(kind)}'.") from None
    return UrlRules.compile(urls)


def _example(kind: str) -> str:
    return next(iter(DEFAULT_TEMPLATES[kind]), "/nieuws")


def _refuse_unknown(table: Mapping[str, Any], known: Iterable[str], start: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.7)
            hint = f"; did you mean '{near[0]}'?" if near else "."
            raise SourceError(f"{start} '{key}', only {', '.join(known)}{hint}")


def _given(table: Mapping[str, Any], key: str) -> str:
    return f", not {table[key]!r}." if key in table else ", and is missing."
