"""The replica's articles: the hand-written ones, and as many more as a test or benchmark asks for."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from cli.demo.article import Block, Related, ReplicaArticle
from cli.demo.generator import generate
from cli.demo.taxonomy import SITE_NAME

DUTCH_TIME = ZoneInfo("Europe/Amsterdam")
_KINDS = {"## ": "heading", "- ": "list_item", "> ": "quote"}


def articles(n: int | None = None) -> list[ReplicaArticle]:
    """`n` articles, newest first, always the same ones: first the hand-written, then combined sentences.

    Titles, slugs, dates and post ids are unique. Without `n`: just the hand-written ones.
    """
    written = list(_written()[0])
    if n is not None and n > len(written):
        written += generate(n - len(written), [article.published for article in written])
    chosen = deepcopy(written if n is None else written[:n])
    return sorted(chosen, key=lambda article: article.published, reverse=True)


def later_articles() -> list[ReplicaArticle]:
    """Written articles that are not on the site yet."""
    return deepcopy(list(_written()[1]))


@cache
def _written() -> tuple[tuple[ReplicaArticle, ...], tuple[ReplicaArticle, ...]]:
    text = resources.files("cli.demo").joinpath("articles.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)["article"]
    titles = {entry["slug"]: entry["title"] for entry in entries}
    read = [(entry, _article(entry, 4000 + 7 * at, titles)) for at, entry in enumerate(entries)]
    on_site = tuple(article for entry, article in read if not entry.get("later"))
    return on_site, tuple(article for entry, article in read if entry.get("later"))


def _article(entry: dict[str, Any], post_id: int, titles: dict[str, str]) -> ReplicaArticle:
    known = {name: entry[name] for name in ("slug", "title", "lead", "authors", "theme", "subtheme", "type", "tags")}
    published: datetime = entry["published"]
    return ReplicaArticle(
        **known,
        caption=entry["caption"],
        coalition=entry["coalition"],
        blocks=_blocks(entry["body"]),
        published=published.replace(tzinfo=DUTCH_TIME),
        related=[Related(f"{titles[slug]} – {SITE_NAME}", f"/artikel/{slug}/") for slug in entry["related"]],
        post_id=post_id,
    )


def _blocks(body: str) -> list[Block]:
    blocks = []
    for part in body.strip().split("\n\n"):
        for line in part.split("\n"):
            mark = next((mark for mark in _KINDS if line.startswith(mark)), "")
            blocks.append(Block(_KINDS.get(mark, "paragraph"), line.removeprefix(mark).strip()))
    return blocks
