"""Entries as the articles of a mail."""

from __future__ import annotations

import re

from alerts.entries import Entry
from alerts.render.changes import Teller
from alerts.render.clean import clean, shorten, slug_label, web_link
from alerts.render.moments import Moments
from alerts.render.phrases import Phrases, sentence
from alerts.render.view import Item, Link
from storage.article import Article

_TITLE_LIMIT = 300
_EXCERPT_LIMIT = 400
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


def told_as(entry: Entry) -> str:
    """The change this is to the reader: an old article that became relevant is new."""
    return "new" if entry.became_relevant else entry.change


def title_of(article: Article) -> str:
    return shorten(clean(article.title), _TITLE_LIMIT) or clean(article.url)


class ItemMaker:
    """Turns entries into items."""

    def __init__(self, phrases: Phrases, moments: Moments) -> None:
        self._phrases, self._moments = phrases, moments
        self._teller = Teller(phrases, moments)

    def newest(self, article: Article) -> Item:
        """An article of a welcome."""
        meta = " · ".join(self._byline(article))
        return Item(title_of(article), web_link(article.url), _language(article), meta=meta, excerpt=_excerpt(article))

    def listed(self, entry: Entry) -> Item:
        """Title, link and what happened, no more."""
        title = shorten(title_of(entry.article), 120)
        return Item(title, web_link(entry.url), _language(entry.article), sentence(self._label(entry)))

    def short(self, entry: Entry) -> Item:
        """A minor change."""
        told = None
        label = sentence(self._label(entry))
        if entry.diff and entry.before:
            told = self._teller.tell_shortly(entry.diff, entry.before, entry.article)
            if entry.change == "edited" and told.pieces:
                label = told.pieces[0].label  # it says more
        return Item(
            title_of(entry.article),
            web_link(entry.url),
            _language(entry.article),
            label,
            self._when(entry),
            pieces=told.pieces if told else (),
            links=self._former(entry) + (self._more(entry, told.left) if told and told.left else ()),
        )

    def full(self, entry: Entry) -> Item:
        phrases, change = self._phrases, told_as(entry)
        told = None
        if entry.diff and entry.before and change != "new":
            told = self._teller.tell(entry.diff, entry.before, entry.article)
        notes = [phrases.became_relevant] if entry.became_relevant else []
        notes += [phrases.flapping] if entry.flapping else []
        excerpt = _excerpt(entry.article) if told is None and change != "moved" else ""
        return Item(
            title_of(entry.article),
            web_link(entry.url),
            _language(entry.article),
            "" if change == "new" else sentence(self._label(entry)),  # its section says so
            " · ".join([*self._byline(entry.article), self._seen(entry)]),
            tuple(notes),
            excerpt,
            told.pieces if told else (),
            self._former(entry) + self._more(entry, told.left if told else 0),
        )

    def _label(self, entry: Entry) -> str:
        change = told_as(entry)
        if change == "edited":
            # Another version in which no word differs: signs that look alike, such as quotation marks.
            what = self._teller.facets(entry.diff) if entry.diff else self._phrases.kinds["typography"]
            return self._phrases.changed.format(what=what)
        return self._phrases.labels[change]

    def _byline(self, article: Article) -> list[str]:
        parts = [slug_label(article.type), slug_label(article.theme), clean(", ".join(article.authors))]
        if article.published:
            parts.append(self._phrases.byline_published.format(day=self._moments.published(article.published)))
        return [shorten(part, 120) for part in parts if part]

    def _seen(self, entry: Entry) -> str:
        phrases = self._phrases
        earlier, later = entry.seen_between
        if entry.change == "new" and earlier is None:
            return phrases.first_seen.format(moment=self._moments.at(later))
        return phrases.seen[entry.change].format(when=self._when(entry))

    def _when(self, entry: Entry) -> str:
        phrases = self._phrases
        between = self._moments.between(*entry.seen_between)
        if entry.change not in ("edited", "reverted"):
            return between
        aside = [phrases.version.format(n=phrases.number(entry.version))]
        if entry.versions_between:
            aside.append(phrases.plural(phrases.versions_between, entry.versions_between))
        return f"{between} ({', '.join(aside)})"

    def _former(self, entry: Entry) -> tuple[Link, ...]:
        former = web_link(entry.former_url)
        return (Link(former, former, self._phrases.former_address),) if former else ()

    def _more(self, entry: Entry, left: int) -> tuple[Link, ...]:
        """Where to see the rest. Without web pages the article itself is all there is to link to."""
        permalink = web_link(entry.permalink)
        before = self._phrases.plural(self._phrases.more_changes, left) if left else ""
        if permalink:
            text = self._phrases.stored_text if entry.change == "gone" else self._phrases.all_changes
            return (self._link(text, permalink, before),)
        return (self._link(self._phrases.read_article, web_link(entry.url), before),) if left else ()

    def _link(self, text: str, url: str, before: str) -> Link:
        return Link(text if before else sentence(text), url, before)


def _excerpt(article: Article) -> str:
    text = article.lead or next((block.text for block in article.blocks if block.kind != "heading"), "")
    return shorten(clean(text), _EXCERPT_LIMIT)


def _language(article: Article) -> str:
    return article.language if _LANGUAGE_TAG.fullmatch(article.language) else ""
