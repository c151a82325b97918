"""The replica's state: what is published, in which layout, with which noise and faults. Safe to change while served."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from cli.demo.article import ReplicaArticle
from cli.demo.taxonomy import ERAS, WORDPRESS

WALLS = (
    "soft_404", "consent_wall", "login_wall", "bot_wall", "maintenance",
    "empty", "truncated", "wrong_article",
)  # fmt: skip
STATUS_FAULTS = ("403", "404", "410", "429", "500", "503")


@dataclass(frozen=True)
class Switches:
    """How the site shows its articles; none of this changes what a reader reads.

    noise: the seed of what differs in every response, None for none.
    metadata: JSON-LD and OpenGraph ("full"), OpenGraph only ("og") or nothing ("none").
    validators: ETag and Last-Modified that follow the content, that are new each time ("useless"), or none.
    page_bytes: pages are padded to about this size; 0 leaves them as they are.
    sections: the modern layout puts the body's blocks into several containers instead of one.
    rewrite_links: after the redesign, links inside bodies carry the new addresses instead of the old, redirected ones.
    callout: a paragraph the site puts at the end of every body.
    """

    era: str = WORDPRESS
    skin: int = 0
    noise: int | None = None
    metadata: Literal["full", "og", "none"] = "full"
    canonical: bool = True
    validators: Literal["content", "useless", "none"] = "none"
    gzip: bool = False
    latency: float = 0.0
    page_bytes: int = 0
    per_page: int = 12
    feed_items: int = 10
    modern_feed_items: int = 150
    sections: bool = False
    rewrite_links: bool = False
    callout: str = ""
    robots_disallow: tuple[str, ...] = ("/wp-admin/", "/openid/", "/besloten/")


@dataclass(frozen=True)
class Request:
    """One request as it was answered; `path` includes the query, header names are lower-case, `time` is a Unix time."""

    method: str
    path: str
    user_agent: str
    headers: Mapping[str, str]
    time: float
    status: int


@dataclass
class Fault:
    """What is served instead of the page, a wall or a status; `times` counts down, None is for ever."""

    kind: str
    targets: frozenset[str] | None
    retry_after: str = ""
    times: int | None = None

    def hits(self, path: str) -> bool:
        if self.times == 0:
            return False
        if self.targets is None:
            return path != "/robots.txt"
        return bool(self.targets & {path.strip("/"), path.rstrip("/").rpartition("/")[2]})


@dataclass
class Replica:
    """A site that can be edited, moved, redesigned and broken while it is being read.

    Articles are copied in and handed out as copies: only the methods here change what is published.
    """

    published: Iterable[ReplicaArticle]
    switches: Switches = field(default_factory=Switches)
    base_url: str = "http://127.0.0.1"
    log: list[Request] = field(default_factory=list)
    hits: Counter[str] = field(default_factory=Counter)
    rendered: dict[tuple[str, int], Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._articles = {article.slug: deepcopy(article) for article in self.published}
        self._removed: dict[str, tuple[ReplicaArticle, int]] = {}
        self._moved: dict[str, str] = {}
        self._faults: list[Fault] = []
        self._newest: list[ReplicaArticle] | None = None

    # What is published

    def articles(self) -> list[ReplicaArticle]:
        """Copies, newest first."""
        with self.lock:
            return deepcopy(self.newest())

    def article(self, slug: str) -> ReplicaArticle:
        with self.lock:
            return deepcopy(self._articles[slug])

    def newest(self) -> list[ReplicaArticle]:
        """The articles themselves, newest first: for rendering, under `lock`, and not to be changed."""
        if self._newest is None:
            self._newest = sorted(self._articles.values(), key=lambda article: article.published, reverse=True)
        return self._newest

    def find(self, slug: str) -> ReplicaArticle | None:
        return self._articles.get(slug)

    def removed_status(self, slug: str) -> int | None:
        found = self._removed.get(slug)
        return found[1] if found else None

    def moved_to(self, slug: str) -> str | None:
        """The present slug of an article that once had this one."""
        for _ in range(len(self._moved)):
            if slug not in self._moved:
                break
            slug = self._moved[slug]
            if slug in self._articles:
                return slug
        return None

    def url(self, slug: str) -> str:
        with self.lock:
            return self.base_url + self._articles[slug].path(self.switches.era)

    def theme_url(self, theme: str = "data-en-ai") -> str:
        """The theme page as it was before the redesign; afterwards it redirects."""
        return f"{self.base_url}/thema/{theme}/"

    # What editors do

    def add(self, article: ReplicaArticle) -> None:
        with self.lock:
            if article.slug in self._articles:
                raise ValueError(f"there is an article {article.slug} already")
            self._removed.pop(article.slug, None)
            self._articles[article.slug] = deepcopy(article)
            self.changed()

    def remove(self, slug: str, status: int = 404) -> None:
        with self.lock:
            self._removed[slug] = (self._articles.pop(slug), status)
            self.changed()

    def restore(self, slug: str) -> None:
        """Publish again what was removed."""
        with self.lock:
            self.add(self._removed.pop(slug)[0])

    def edit(self, slug: str, change: Callable[[ReplicaArticle], object] | None = None, **fields: Any) -> None:
        """`change` edits the article in place; `fields` are set. The slug stays: `move` changes it.

        `modified` becomes a minute later, unless it is given.
        """
        with self.lock:
            edited = deepcopy(self._articles[slug])
            if change is not None:
                change(edited)
            modified = (edited.modified or edited.published) + timedelta(minutes=1)
            self._articles[slug] = replace(edited, **{"modified": modified, **fields, "slug": slug})
            self.changed()

    def move(self, slug: str, new_slug: str, *, redirect: bool = True) -> None:
        with self.lock:
            if new_slug in self._articles:
                raise ValueError(f"there is an article {new_slug} already")
            self._articles[new_slug] = replace(self._articles.pop(slug), slug=new_slug)
            self._moved.pop(new_slug, None)
            if redirect:
                self._moved[slug] = new_slug
            self.changed()

    def swap(self, slug: str, other: str) -> None:
        """Two articles take each other's address."""
        with self.lock:
            first, second = self._articles[slug], self._articles[other]
            self._articles[slug], self._articles[other] = replace(second, slug=slug), replace(first, slug=other)
            self.changed()

    # What the site does

    def configure(self, **switches: Any) -> None:
        """Set any of `Switches` by name; TypeError for another name."""
        with self.lock:
            self.switches = replace(self.switches, **switches)
            if self.switches.era not in ERAS:
                raise ValueError(f"era is one of {', '.join(ERAS)}")
            self.changed()

    def set_era(self, era: str) -> None:
        self.configure(era=era)

    def set_skin(self, seed: int) -> None:
        self.configure(skin=seed)

    def set_noise(self, seed: int | None) -> None:
        self.configure(noise=seed)

    def set_fault(
        self, kind: str, urls: str | Iterable[str] | None = None, *, times: int | None = None, retry_after: str = ""
    ) -> None:
        """Serve a wall or a status at `urls` - slugs, paths or whole URLs; None is everywhere but robots.txt.

        `times` is the number of answers after which all is well again; `retry_after` goes with a status.
        """
        if kind not in WALLS and kind not in STATUS_FAULTS:
            raise ValueError(f"a fault is one of {', '.join(WALLS + STATUS_FAULTS)}")
        named = [urls] if isinstance(urls, str) else urls
        targets = None if named is None else frozenset(urlsplit(url).path.strip("/") for url in named)
        with self.lock:
            self._faults.append(Fault(kind, targets, retry_after, times))

    def clear_faults(self) -> None:
        with self.lock:
            self._faults.clear()

    def take_fault(self, path: str) -> Fault | None:
        """The latest fault set for this path, counted down."""
        with self.lock:
            for fault in reversed(self._faults):
                if fault.hits(path):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
            return None

    def changed(self) -> None:
        """Forget what was rendered and sorted."""
        self.rendered = {}
        self._newest = None

    # What was asked

    def hit(self, path: str) -> int:
        """Count a request for a path; how many there were before."""
        with self.lock:
            self.hits[path] += 1
            return self.hits[path] - 1

    def paths(self) -> list[str]:
        """What was asked for, in order, queries included."""
        return [request.path for request in self.log]

    def forget_requests(self) -> None:
        with self.lock:
            self.log.clear()
            self.hits.clear()
