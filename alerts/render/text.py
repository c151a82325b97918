"""The text part: complete, 76 columns, each URL whole on a line of its own."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from alerts.render.view import Item, Link, Piece, Section, View

COLUMNS = 76
_INDENT = "  "
_LONG_WORD = re.compile(r"\S{60,}")


def text_before_links(view: View) -> str:
    """Plain text with "\\n" line ends; what is left is `text_links`."""
    lines = [*wrap(view.masthead), "", *wrap(view.heading), "=" * min(len(view.heading), COLUMNS)]
    for paragraph in view.intro:
        lines += ["", *wrap(paragraph)]
    for link in view.overview:
        lines += ["", *_link(link, "")]
    for section in view.sections:
        lines += ["", "", *wrap(section.title.upper()), "-" * min(len(section.title), COLUMNS)]
        lines += _section(section)
    if view.not_listed:
        lines += ["", *wrap(view.not_listed)]
    lines += ["", "", "-" * COLUMNS]
    for paragraph in view.health:
        lines += wrap(paragraph)
    for link in view.unreadable:
        lines += _link(link, "- ")
    for paragraph in view.why:
        lines += ["", *wrap(paragraph)]
    return "\n".join(lines) + "\n"


def text_links(links: Sequence[Link]) -> str:
    """The end of the text: the links that are this one reader's."""
    return "".join("\n".join(["", *_link(link, ""), ""]) for link in links)


def _section(section: Section) -> Iterator[str]:
    for item in section.items:
        if section.form == "list":
            yield from _listed(item)
        elif section.form == "lines":
            yield ""
            yield from _short(item)
        else:
            yield ""
            yield from _full(item)


def _full(item: Item) -> Iterator[str]:
    if item.label:
        yield from wrap(item.label.upper())
    yield from wrap(item.title)
    if item.url:
        yield item.url
    yield from wrap(item.meta)
    for note in item.notes:
        yield from wrap(note)
    if item.excerpt:
        yield from wrap(item.excerpt, _INDENT)
    for piece in item.pieces:
        yield from _piece(piece)
    for link in item.links:
        yield from _link(link, _INDENT)


def _piece(piece: Piece) -> Iterator[str]:
    yield from wrap(piece.label, _INDENT)
    yield from _lines(piece)


def _lines(piece: Piece) -> Iterator[str]:
    width = max((len(line.word) for line in piece.lines), default=0) + 1
    for line in piece.lines:
        yield from wrap(line.text, _INDENT, f"{line.word:<{width}}")


def _short(item: Item) -> Iterator[str]:
    yield from wrap(item.title, first="- ")
    if item.url:
        yield _INDENT + item.url
    yield from wrap(" · ".join(words for words in (item.label, item.meta) if words), _INDENT)
    for piece in item.pieces:
        yield from _lines(piece)
    for link in item.links:
        yield from _link(link, _INDENT)


def _listed(item: Item) -> Iterator[str]:
    yield from wrap(f"{item.label}: {item.title}" if item.label else item.title, first="- ")
    if item.url:
        yield _INDENT + item.url


def _link(link: Link, first: str) -> Iterator[str]:
    yield from wrap(link.before + link.text if link.text != link.url else link.before, first=first)
    if link.url:
        yield " " * len(first) + link.url


def wrap(text: str, indent: str = "", first: str = "") -> list[str]:
    """Lines of at most 76 columns; `first` opens the first line and the others hang below it.

    Addresses are never cut, so that they can still be followed; any other word that is too long is.
    """
    if not text:
        return []
    hanging = indent + " " * len(first)
    room = COLUMNS - len(hanging)
    text = _LONG_WORD.sub(lambda found: _cut(found[0], room), text)
    return textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=indent + first,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _cut(word: str, room: int) -> str:
    return word if "://" in word else " ".join(word[at : at + room] for at in range(0, len(word), room))
