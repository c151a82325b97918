"""An article as a reader would see it, and the hashes that say whether that changed. Pure: no framework."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

BLOCK_KINDS = ("paragraph", "heading", "list_item", "quote")
FACETS = ("title", "lead", "body", "links", "authors", "published", "theme", "type", "tags", "caption")

# Invisible or direction-changing: readers do not see them, and mail subjects must not carry them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# str.split() knows every Unicode space but the ones that Unicode calls "format".
_SPACE = re.compile(r"[\s\x1c-\x1f\x85]+")


def normalise(text: str) -> str:
    """Canonical text: NFC, one plain space for any run of white space, nothing invisible; quotes kept as they are."""
    plain = " ".join(text.split())
    # Nearly every text; the long way below would find nothing to do in it.
    if plain.isprintable() and (
        plain.isascii() or (unicodedata.is_normalized("NFC", plain) and _INVISIBLE.search(plain) is None)
    ):
        return plain
    text = _SURROGATE.sub("\ufffd", text)
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item or quote; `text` is normalised, `links` in reading order."""

    kind: str
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """What one page says. Texts are normalised; `theme`, `type` and `tags` are slugs as in their URLs.

    `published` is an ISO date, or a date and time with its offset, or empty when unknown.
    `related` is the "Lees ook" list inside the body; `modified` is stored and never compared.
    """

    url: str
    title: str
    lead: str = ""
    blocks: tuple[Block, ...] = ()
    authors: tuple[str, ...] = ()
    published: str = ""
    theme: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    caption: str = ""
    related: tuple[Link, ...] = ()
    post_id: str = ""
    modified: str = ""
    language: str = ""

    @property
    def text(self) -> str:
        """Lead and blocks, one per line."""
        return "\n".join(([self.lead] if self.lead else []) + [block.text for block in self.blocks])

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(link for block in self.blocks for link in block.links)

    def facet_hashes(self) -> dict[str, str]:
        """One short hash per facet that readers can be told about, so that a change says which one it is in.

        `text` is lead and body together: a lead that only lost its bold face is no change.
        A block's kind is left out: list or paragraph is layout, and layout is not news.
        """
        seen = {
            "title": self.title,
            "text": self.text,
            "lead": self.lead,
            "body": "\n".join(block.text for block in self.blocks),
            "links": "\n".join(f"{link.text}\t{link.url}" for link in self.links),
            "related": "\n".join(sorted(f"{link.text}\t{link.url}" for link in self.related)),
            "authors": "\n".join(sorted(self.authors)),
            "published": self.published[:10],
            "theme": self.theme,
            "type": self.type,
            "tags": "\n".join(sorted(self.tags)),
            "caption": self.caption,
        }
        return {name: _hash(value) for name, value in seen.items()}

    def text_hash(self) -> str:
        return _hash(self.text)

    def content_hash(self) -> str:
        """Equality of what a reader would see."""
        hashes = self.facet_hashes()
        return _hash("".join(hashes[name] for name in sorted(hashes) if name not in ("lead", "body")))

    def to_dict(self) -> dict[str, Any]:
        """As JSON keeps it."""
        plain = {name: getattr(self, name) for name in _NAMES}
        plain["related"] = [_link(link) for link in self.related]
        plain["blocks"] = [
            {"kind": block.kind, "text": block.text, "links": [_link(link) for link in block.links]}
            for block in self.blocks
        ]
        return plain

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Article:
        article = cls(**{name: value for name, value in data.items() if name in _NAMES})
        return replace(
            article,
            blocks=tuple(Block(b["kind"], b["text"], _links(b["links"])) for b in article.blocks),  # type: ignore[index]
            related=_links(article.related),
            authors=tuple(article.authors),
            tags=tuple(article.tags),
        )


_NAMES = tuple(field.name for field in fields(Article))


def changed_facets(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """The names, in `FACETS` order, of what differs between two results of `facet_hashes`."""
    differing = {name for name in new if old.get(name) != new[name]}
    if "text" not in differing:
        differing -= {"lead", "body"}
    if "related" in differing:
        differing.add("links")
    return [name for name in FACETS if name in differing]


def _link(link: Link) -> dict[str, str]:
    return {"text": link.text, "url": link.url}


def _links(values: Any) -> tuple[Link, ...]:
    return tuple(value if isinstance(value, Link) else Link(value["text"], value["url"]) for value in values)


def _hash(value: str) -> str:
    return hashlib.blake2b(value.encode("utf-8", "replace"), digest_size=12).hexdigest()


_FOLD = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
    }
)


def fold(text: str) -> str:
    """`text` without what typography alone decides - quotes, dashes, widths, white space - for comparing only."""
    return "".join(unicodedata.normalize("NFKC", normalise(text)).translate(_FOLD).split())


@lru_cache(64)  # each step of reading and recording a page asks for its headline's
def title_key(title: str) -> str:
    """Letters and digits of a headline in one case: equal for two spellings of one headline."""
    return "".join(char for char in fold(title).casefold() if char.isalnum())
