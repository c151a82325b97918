"""A mail in words, before it has a form. Both parts are made from this, so that neither can say less than the other."""

from __future__ import annotations

from dataclasses import dataclass

# "=" and a kept text, "-" and a removed one, "+" and an inserted one
Run = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """What stood or stands there; `word` says which, in words."""

    word: str
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.runs)


@dataclass(frozen=True)
class Piece:
    """One change inside an article."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Link:
    """`before` is plain text, `text` is what is linked; without `url` it is text only."""

    text: str
    url: str
    before: str = ""


@dataclass(frozen=True)
class Item:
    """One article in the mail."""

    title: str
    url: str
    language: str
    label: str = ""
    meta: str = ""
    notes: tuple[str, ...] = ()
    excerpt: str = ""
    pieces: tuple[Piece, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Section:
    """Articles told alike. `form`: full (a heading each) | lines (one paragraph each) | list (titles)."""

    title: str
    form: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class View:
    language: str
    subject: str
    preheader: str
    masthead: str
    heading: str
    intro: tuple[str, ...]
    overview: tuple[Link, ...]
    sections: tuple[Section, ...]
    not_listed: str
    health: tuple[str, ...]
    unreadable: tuple[Link, ...]
    why: tuple[str, ...]
