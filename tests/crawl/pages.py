"""A site of pages made for one test, where the replica is too much of a site."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.crawl.offline import answer

SITE = "http://127.0.0.1"
_SUBJECTS = (
    "waterschappen meten grondwater met sensoren", "gemeenten delen parkeerdata met elkaar",
    "provincies kopen samen rekenkracht in", "rechtbanken ordenen stukken met een zoekmachine",
    "ziekenhuizen oefenen met een uitval van systemen", "scholen kiezen een eigen leerplatform",
    "havens volgen schepen zonder camera", "archieven lezen handschriften met een model",
    "vervoerders geven reizigers hun gegevens terug", "toezichthouders tellen klachten per kwartaal",
)  # fmt: skip


def article_page(number: int, title: str = "") -> bytes:
    """One of many articles that have nothing in common but their shape."""
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    words = subject.split()
    sentences = [
        f"In jaar {2000 + number} {' '.join(words[shift:] + words[:shift])} volgens plan {number * 7 + shift}."
        for shift in range(len(words))
    ]
    body = "".join(f"<p>{sentence * 2} {sentence.upper()}</p>" for sentence in sentences)
    heading = title or f"Bericht {number}: {subject}"
    return f"<html><body><article><h1>{heading}</h1>{body}</article></body></html>".encode()


def listing_page(paths: list[str], more: str = "") -> bytes:
    cards = "".join(f'<li><a href="{path}">Lees {path.strip("/").rpartition("/")[2]}</a></li>' for path in paths)
    return f"<html><body><main><ul>{cards}</ul>{more}</main></body></html>".encode()


class Site:
    """Pages by path and query: bytes of HTML, (type, bytes), a status, or the address they redirect to."""

    def __init__(self, pages: dict[str, Any]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def __call__(self, url: str) -> Any:
        path = url.removeprefix(SITE)
        self.asked.append(path)
        page = self.pages.get(path, 404)
        if isinstance(page, int):
            served = SimpleNamespace(status=page, headers={"Content-Type": "text/html"}, body=b"<h1>Fout</h1>")
        elif isinstance(page, str):
            served = SimpleNamespace(status=301, headers={"Location": page}, body=b"")
        else:
            kind, body = page if isinstance(page, tuple) else ("text/html; charset=utf-8", page)
            served = SimpleNamespace(status=200, headers={"Content-Type": kind}, body=body)
        return answer(url, served)
