"""A mail as a reader reads it: the text part, taken apart into what is told of which piece."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import lru_cache

from tests.delivery.machine.newsroom import name_of, place_of

_LABELS = {
    "NIET MEER BEREIKBAAR": "gone",
    "WEER BEREIKBAAR": "returned",
    "NIEUW ADRES": "moved",
    "TERUGGEDRAAID NAAR EEN EERDERE TEKST": "reverted",
}
_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_AMOUNT, _YEAR = re.compile(r"Het budget is (\d+) miljoen"), re.compile(r"loopt tot en met (\d+)\.")


@dataclass(frozen=True)
class Told:
    """One piece in one mail. `now` and `was` hold the facets that the mail shows: headline, amount, year."""

    kind: str
    name: str
    place: str
    former_place: str | None
    now: dict[str, object] = field(hash=False)
    was: dict[str, object] = field(hash=False)


@dataclass(frozen=True)
class Letter:
    kind: str  # welcome | quiet | digest | operator
    recipient: str
    told: tuple[Told, ...] = ()


def message_id(message: bytes) -> str:
    found = _MESSAGE_ID.search(message)
    assert found is not None
    return found[1].decode()


@lru_cache(4096)
def read(message: bytes) -> Letter:
    mail = message_from_bytes(message, policy=default)
    assert isinstance(mail, EmailMessage)
    recipient, subject = str(mail["To"]), str(mail["Subject"])
    if subject.startswith("["):
        return Letter("operator", recipient)
    part = mail.get_body(("plain",))
    assert part is not None
    text = part.get_content().replace("\r\n", "\n")
    body = text.partition("\n" + "-" * 76 + "\n")[0]
    if subject.startswith("Welkom"):
        return Letter("welcome", recipient, tuple(_items(body)))
    if subject.startswith("Geen wijzigingen"):
        return Letter("quiet", recipient)
    return Letter("digest", recipient, tuple(_items(body)))


def _items(body: str) -> list[Told]:
    told = []
    section = ""
    for block in re.split(r"\n\n+", body):
        lines = block.split("\n")
        if len(lines) > 1 and re.fullmatch("-+", lines[1]):
            section, lines = lines[0], lines[2:]
        if section and any("://" in line for line in lines):
            told.append(_item(section, lines))
    return told


def _item(section: str, lines: list[str]) -> Told:
    at = next(number for number, line in enumerate(lines) if "://" in line)
    url, head, rest = lines[at].strip(), lines[:at], lines[at + 1 :]
    kind = "new" if section in ("NIEUW", "NIEUWSTE ARTIKELEN") else "edited"
    if head[0] in _LABELS:
        kind = _LABELS[head[0]]
    if any("Teruggedraaid naar een eerdere" in line for line in rest):
        kind = "reverted"
    while head[0].isupper() and len(head) > 1:
        head = head[1:]
    former = next((rest[number + 1] for number, line in enumerate(rest) if "Eerder adres" in line), None)
    now, was = _facets(" ".join(rest)), {}
    statements = _statements(rest)
    if statements:
        now, was = {}, {}
        for word, text in statements:
            (was if word == "Was" else now).update(_facets(text) or {"headline": text})
    now["headline"] = " ".join(line.strip().removeprefix("- ") for line in head)
    return Told(kind, name_of(url), place_of(url), None if former is None else place_of(former.strip()), now, was)


def _statements(lines: list[str]) -> list[tuple[str, str]]:
    """(Was or Nu, text) of each comparison, with its further lines."""
    found: list[list[str]] = []
    inside = False
    for line in lines:
        start = re.match(r"\s+(Was|Nu):\s+(.*)", line)
        if start:
            found.append([start[1], start[2]])
            inside = True
        elif inside and line.startswith(" " * 7):
            found[-1][1] += " " + line.strip()
        else:
            inside = False
    return [(word, text) for word, text in found]


def _facets(text: str) -> dict[str, object]:
    facets: dict[str, object] = {}
    for name, pattern in (("amount", _AMOUNT), ("year", _YEAR)):
        for value in pattern.findall(text)[:1]:
            facets[name] = int(value)
    return facets
