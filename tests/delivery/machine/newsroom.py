"""The site that the machine watches: a few pieces, what editors do to them, and what the site does to itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from cli.demo.article import Block, ReplicaArticle
from cli.demo.content import articles
from cli.demo.model import Fault, Replica

AT_FIRST, IN_ALL = 12, 15
HEADLINES = ("", ", zegt het kabinet", " en dat is nieuw")
AMOUNTS = (204, 210, 219)
YEARS = (2026, 2027, 2028)
PLACES = ("", "noord", "zuid")
REDESIGNS = ("era", "skin", "text in every body", "sections", "links", "addresses", "labels")
WALLS = (
    "consent_wall", "login_wall", "bot_wall", "maintenance", "empty", "truncated", "wrong_article", "soft_404",
    "403", "429", "500", "503",
)  # fmt: skip
_SLUG = re.compile(r"(?:s\d-)?(?P<name>.+?)(?:--(?P<place>noord|zuid))?")


@dataclass(frozen=True, order=True)
class Said:
    """What a piece says, as far as its editors ever change it."""

    headline: str
    amount: int = AMOUNTS[0]
    year: int = YEARS[0]


@dataclass(frozen=True)
class Standing:
    """One piece as it is on the site now. `place`: what its editors made of its address; `home`: all of its slug."""

    said: Said
    place: str = ""
    home: str = ""
    live: bool = True


class Newsroom:
    """Pieces go by their first slug, whatever address they have."""

    def __init__(self) -> None:
        self.replica = Site(articles_of_the_site()[:AT_FIRST])
        self.later = [article.slug for article in articles_of_the_site()[AT_FIRST:]]
        self.titles = {article.slug: article.title for article in articles_of_the_site()}
        self.on_subject = {article.slug for article in articles_of_the_site() if article.coalition}
        self.pieces = {
            article.slug: Standing(Said(article.title), home=article.slug) for article in self.replica.articles()
        }
        self.site_moves = 0  # how often the site changed the addresses of many at once

    def headlines(self, name: str) -> list[str]:
        return [self.titles[name] + ending for ending in HEADLINES]

    # --- what editors do ---

    def publish(self) -> str:
        name = self.later.pop(0)
        article = next(article for article in articles_of_the_site() if article.slug == name)
        self.replica.add(article)
        self.pieces[name] = Standing(Said(article.title), home=name)
        return name

    def edit(self, name: str, said: Said) -> None:
        before = self.pieces[name]
        self.replica.edit(before.home, lambda article: _say(article, before.said, said))
        self.pieces[name] = replace(before, said=said)

    def move(self, name: str, place: str, *, redirect: bool) -> None:
        self._rehome(name, _slug(name, place, self._prefix(name)), redirect=redirect)
        self.pieces[name] = replace(self.pieces[name], place=place)

    def vanish(self, name: str, status: int) -> None:
        self.replica.remove(self.pieces[name].home, status)
        self.pieces[name] = replace(self.pieces[name], live=False)

    def bring_back(self, name: str) -> None:
        self.replica.restore(self.pieces[name].home)
        self.pieces[name] = replace(self.pieces[name], live=True)

    # --- what the site does ---

    def redesign(self, what: str) -> None:
        switches, replica = self.replica.switches, self.replica
        if what == "addresses":
            self._move_most()
        elif what == "era":
            replica.set_era("2026" if switches.era == "wordpress" else "wordpress")
            self.site_moves += 1
        elif what == "skin":
            replica.set_skin(switches.skin + 1)
        elif what == "text in every body":
            replica.configure(callout="" if switches.callout else "Meld u aan voor onze wekelijkse nieuwsbrief.")
        elif what == "sections":
            replica.configure(sections=not switches.sections)
        elif what == "links":
            replica.configure(rewrite_links=not switches.rewrite_links)
        elif what == "labels":
            replica.configure(metadata="og" if switches.metadata == "full" else "full")

    def _move_most(self) -> None:
        """All but one in seven: fewer would be editors at work."""
        self.site_moves += 1
        for at, (name, piece) in enumerate(sorted(self.pieces.items())):
            if piece.live and at % 7:
                self._rehome(name, _slug(name, piece.place, f"s{self.site_moves % 10}-"), redirect=True)

    def _rehome(self, name: str, home: str, *, redirect: bool) -> None:
        if home != self.pieces[name].home:
            self.replica.move(self.pieces[name].home, home, redirect=redirect)
            self.pieces[name] = replace(self.pieces[name], home=home)

    def _prefix(self, name: str) -> str:
        home = self.pieces[name].home
        return home[:3] if re.match(r"s\d-", home) else ""


class Site(Replica):
    """Remembers which paths were answered with a fault."""

    faulted: set[str]

    def __post_init__(self) -> None:
        super().__post_init__()
        self.faulted = set()

    def path_of(self, slug: str) -> str:
        return self._articles[slug].path(self.switches.era)

    def take_fault(self, path: str) -> Fault | None:
        fault = super().take_fault(path)
        if fault is not None:
            self.faulted.add(path)
        return fault


def name_of(url: str) -> str:
    """The piece that has, or once had, this address."""
    return _parts(url)["name"]


def place_of(url: str) -> str:
    return _parts(url)["place"] or ""


def _parts(url: str) -> re.Match[str]:
    found = _SLUG.fullmatch(url.rstrip("/").rpartition("/")[2])
    assert found is not None
    return found


def _slug(name: str, place: str, prefix: str) -> str:
    return prefix + name + (f"--{place}" if place else "")


@cache
def articles_of_the_site() -> list[ReplicaArticle]:
    """With a sentence on an amount in front, and one on a year at the end: what editors change."""
    chosen = articles(40)
    chosen = chosen[:AT_FIRST] + [article for article in chosen[AT_FIRST:] if article.coalition][: IN_ALL - AT_FIRST]
    for article in chosen:
        article.lead = f"{_amount(AMOUNTS[0])} {article.lead}"
        article.blocks.append(Block("paragraph", _year(article.title, YEARS[0])))
    return chosen


def _amount(amount: int) -> str:
    return f"Het budget is {amount} miljoen euro."


def _year(title: str, year: int) -> str:
    return f"De proef bij het bericht ‘{title}’ loopt tot en met {year}."


def _say(article: ReplicaArticle, before: Said, said: Said) -> None:
    article.title = said.headline
    article.lead = article.lead.replace(_amount(before.amount), _amount(said.amount))
    last = article.blocks[-1]
    article.blocks[-1] = Block(last.kind, last.text.replace(f"met {before.year}.", f"met {said.year}."))
