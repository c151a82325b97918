"""Further articles by the thousand: believable Dutch, combined from phrases, the same on every run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from functools import cache
from importlib import resources
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from cli.demo.article import Block, Related, ReplicaArticle
from cli.demo.taxonomy import ROLES, SITE_NAME, SUBTHEMES, TYPES, slugify

_BLANK = re.compile(r"\{(\w+)\}")
_LISTS = {
    "person": "persons", "role": "roles", "body": "bodies", "subject": "subjects",
    "year": "years", "month": "months", "tool": "tools",
}  # fmt: skip
_TAGS = ("algoritmes", "data", "gemeenten", "innovatie", "toezicht", "privacy", "dienstverlening", "onderzoek")
_ZONE = ZoneInfo("Europe/Amsterdam")


def generate(n: int, taken: Iterable[datetime]) -> list[ReplicaArticle]:
    """`n` articles, newest first, at most one a day and none on a day in `taken`; every other one on the coalition."""
    days = _free_days(taken)
    titles: set[str] = set()
    made: list[ReplicaArticle] = []
    for number in range(n):
        article = _article(number, next(days), titles)
        if number % 3 == 2:
            earlier = made[-1 - number % 2]
            article.related = [Related(f"{earlier.title} – {SITE_NAME}", f"/artikel/{earlier.slug}/")]
        made.append(article)
    return made


def _free_days(taken: Iterable[datetime]) -> Iterator[datetime]:
    used = {moment.date() for moment in taken}
    day = max(used)
    while True:
        day -= timedelta(days=1)
        if day not in used:
            yield datetime.combine(day, time(8 + day.day % 9, day.toordinal() % 60), _ZONE)


def _article(number: int, published: datetime, titles: set[str]) -> ReplicaArticle:
    random = Random(number)  # noqa: S311 - the same text every time is the point
    phrases = _phrases()
    parts = phrases["parts"]
    coalition = number % 2 == 0
    kind = phrases["coalition" if coalition else "general"]
    words = _Words(random, published)
    title = words.fill(random.choice(kind["titles"]))
    while title in titles:
        words = _Words(random, published)
        title = words.fill(random.choice(kind["titles"]))
    titles.add(title)
    theme = "data-en-ai" if random.random() < 0.7 else random.choice(list(SUBTHEMES))
    authors = list(ROLES)
    return ReplicaArticle(
        slug=slugify(title),
        title=title,
        lead=words.fill(random.choice(kind["leads"])) + " " + words.fill(random.choice(kind["sentences"])),
        blocks=_body(random, words, coalition),
        published=published,
        authors=random.sample(authors, 2 if number % 11 == 0 else 1),
        theme=theme,
        subtheme=random.choice(SUBTHEMES[theme]),
        type=random.choice(list(TYPES)),
        tags=["ai", *random.sample(_TAGS, random.randint(1, 3))],
        caption=f"{words.fill(random.choice(parts['captions']))} | Beeld: {random.choice(phrases['images'])}",
        post_id=10_000 + number,
        coalition=coalition,
    )


def _body(random: Random, words: _Words, coalition: bool) -> list[Block]:
    phrases = _phrases()
    bank = random.sample(phrases["general"]["sentences"], 22)  # seven paragraphs of at most three, and one to spare
    if coalition:
        bank[1::6] = random.sample(phrases["coalition"]["sentences"], len(bank[1::6]))
    sentences = iter([words.fill(sentence) for sentence in bank])
    headings = random.sample(phrases["parts"]["headings"], 3)
    blocks = [Block("paragraph", _paragraph(random, sentences))]
    for heading in headings:
        blocks.append(Block("heading", heading))
        blocks += [Block("paragraph", _paragraph(random, sentences)) for _ in range(random.randint(1, 2))]
    if random.random() < 0.4:
        items = random.sample(phrases["parts"]["items"], 3)
        at = random.randrange(3, len(blocks) + 1)
        blocks[at:at] = [Block("list_item", words.fill(item)) for item in items]
    if random.random() < 0.4:
        blocks.insert(1, Block("quote", random.choice(phrases["parts"]["quotes"])))
    if random.random() < 0.3:
        blocks[-1:] = [
            blocks[-1],
            Block("paragraph", "Lees de [volledige toelichting](https://www.example.org/besluit)."),
        ]
    return blocks


def _paragraph(random: Random, sentences: Iterator[str]) -> str:
    return " ".join(next(sentences) for _ in range(random.randint(2, 3) if random.random() < 0.8 else 1))


class _Words:
    """What one article is about: `{body}` and `{subject}` stay the same through a text, the rest varies."""

    def __init__(self, random: Random, published: datetime) -> None:
        self._random = random
        self._names = _phrases()["names"]["since_2025" if published.year >= 2025 else "before_2025"]
        self._fixed = {blank: random.choice(_phrases()[_LISTS[blank]]) for blank in ("body", "subject", "tool", "role")}

    def fill(self, phrase: str) -> str:
        return _BLANK.sub(lambda found: self._word(found[1]), phrase)

    def _word(self, blank: str) -> str:
        if blank[0].isupper():
            word = self._word(blank.lower())
            return word[0].upper() + word[1:]
        if blank == "n":
            return str(self._random.randint(12, 96))
        if blank == "money":
            return f"{self._random.randint(2, 90)}0.000 euro"
        if blank == "name":
            return str(self._random.choice(self._names))
        if blank in self._fixed:
            return str(self._fixed[blank])
        return str(self._random.choice(_phrases()[_LISTS[blank]]))


@cache
def _phrases() -> dict[str, Any]:
    text = resources.files("cli.demo").joinpath("phrases.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
