"""What a URL of a source is for - article, listing, tag … - read from path templates, never from a host."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

LISTING_KINDS = ("theme", "type", "tag", "author", "listing")
KINDS = ("article", *LISTING_KINDS, "ignore")

# The habits of WordPress and of Dutch news sites; a source file replaces them kind by kind, and adds to "ignore".
DEFAULT_TEMPLATES: dict[str, tuple[str, ...]] = {
    "article": (
        "/artikel/{slug}", "/artikelen/{slug}", "/nieuws/{slug}", "/weblog/{slug}", "/blog/{slug}",
        "/article/{slug}", "/news/{slug}",
        # Nothing but its depth tells this one from a page about the site: a headline has more than one word.
        "/{theme}/{subtheme}/{slug:*-*}",
    ),
    "theme": ("/thema/{slug}", "/category/{slug}", "/categorie/{slug}", "/theme/{slug}"),
    "type": ("/type/{slug}",),
    "tag": ("/tags/{slug}", "/tag/{slug}"),
    "author": ("/auteur/{slug}", "/author/{slug}", "/auteurs/{slug}"),
    "listing": (),
    "ignore": (
        "/openid/*", "/wp-admin/*", "/wp-login*", "/wp-json/*", "/app/*", "/wp-content/*", "/wp-includes/*",
        "/login*", "/inloggen*", "/logout*", "/signup*", "/registreren*", "/account/*", "/search*", "/zoeken*",
        "/cart/*", "/checkout/*", "/xmlrpc.php", "*/comments/feed", "*/feed/comments",
        "/api/*", "/assets/*", "/static/*", "/cdn-cgi/*",
    ),
}  # fmt: skip
# Query parameters that log in, comment, search or print: never a page of its own to read.
IGNORED_QUERY = frozenset({"s", "q", "zoek", "replytocom", "redirect_uri", "client_id", "print", "share", "amp"})

_PIECE = re.compile(r"(\{\w+(?::[\w|*.-]+)?\}|\*)")
_PLACEHOLDER = re.compile(r"\{([a-z_]\w*)(?::([\w|*.-]+))?\}")
# A template without a fixed word fits nearly every path, so it takes no path that begins with one of these …
_NO_THEME = r"(?!/(?:thema|theme|category|categorie|type|tags?|auteurs?|authors?|page|pagina|feeds?)/)"
# … and none that ends in a mere number: that is a date or a page of a list.
_ENDS_IN_A_WORD = r"(?=.*[a-z][^/]*$)"
_PAGE_NUMBER = re.compile(r"/(?:page|pagina)/\d+$", re.IGNORECASE)
# What WordPress hangs below an article or a listing, and what is a file.
_NO_ARTICLE = re.compile(
    r"/(?:page|pagina)/\d+$|/(?:feed|rss|amp|embed|trackback|comment-page-\d+)$|/feed/(?:rss2?|atom|rdf)$|/attachment/[^/]+$"
    r"|\.(?:jpe?g|png|gif|svg|webp|avif|ico|css|m?js|json|xml|rss|atom|txt|csv|ics|pdf|epub|docx?|xlsx?|pptx?|od[tsp]"
    r"|zip|gz|mp[34]|m4a|webm|woff2?|ttf|webmanifest)$",
    re.IGNORECASE,
)
_REMEMBERED, _LONGEST = 5_000, 500


@dataclass(frozen=True)
class UrlRules:
    """Templates compiled per kind; a trailing slash and upper or lower case never matter.

    `{name}` is one path segment, `{name:this|that}` one of these, `{name:*-*}` one with a hyphen; `*` is anything.
    A URL that several kinds fit is ignored first, then a listing of some kind, and an article last.
    """

    patterns: Mapping[str, tuple[re.Pattern[str], ...]]
    # Every page links to the same menus: what an address is for is found out once. Bounded: a site may invent some.
    _known: dict[tuple[str, str], dict[str, str] | None] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def compile(cls, templates: Mapping[str, Sequence[str]]) -> UrlRules:
        """Rules from templates per kind; raises ValueError, worded to follow the template, for one that is none."""
        merged = {**DEFAULT_TEMPLATES, **templates}
        # Log-in pages are never read, whatever else a source wants left alone.
        merged["ignore"] = (*DEFAULT_TEMPLATES["ignore"], *templates.get("ignore", ()))
        return cls({kind: tuple(_compile(template) for template in merged[kind]) for kind in merged})

    def match(self, kind: str, url: str) -> dict[str, str] | None:
        """The placeholders' values when `url` is of `kind` (`{}` when its template has none), else None.

        Page 2 of a listing is that listing; page 2, a feed or a file below an article is no article.
        """
        try:
            return self._known[kind, url]
        except KeyError:
            found = self._match(kind, url)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        if len(url) <= _LONGEST:
            self._known[kind, url] = found
        return found

    def _match(self, kind: str, url: str) -> dict[str, str] | None:
        path = _path(url)
        if kind in LISTING_KINDS:
            path = _PAGE_NUMBER.sub("", path) or "/"
        values = self._fit(kind, path)
        if kind != "article" or values is None:
            return values
        other = _NO_ARTICLE.search(path) or any(self._fit(listing, path) is not None for listing in LISTING_KINDS)
        return None if other or self.ignored(url) else values

    def slug(self, kind: str, url: str) -> str:
        """The last placeholder's value, lower-case: the slug by which a theme, type, tag or author is known."""
        values = self.match(kind, url)
        return list(values.values())[-1].lower() if values else ""

    def ignored(self, url: str) -> bool:
        query = url.partition("#")[0].partition("?")[2]
        names = {pair.partition("=")[0].lower() for pair in query.split("&") if pair}
        return bool(names & IGNORED_QUERY) or self._fit("ignore", _path(url)) is not None

    def _fit(self, kind: str, path: str) -> dict[str, str] | None:
        found = (pattern.fullmatch(path) for pattern in self.patterns.get(kind, ()))
        return next((match.groupdict() for match in found if match), None)


@lru_cache(_REMEMBERED)
def _path(url: str) -> str:
    try:
        return urlsplit(url).path.rstrip("/") or "/"
    except ValueError:
        return ""


def _compile(template: str) -> re.Pattern[str]:
    if "//" in template or re.match(r"[a-z][a-z0-9+.-]*:", template, re.IGNORECASE):
        raise ValueError("must be a path without scheme and host")
    if not template.startswith(("/", "*")) or re.search(r"[\s?#]", template):
        raise ValueError('must be a path that starts with "/", without query')
    pattern = ""
    names: set[str] = set()
    fixed = ""
    for piece in _PIECE.split(template.rstrip("/") or "/"):
        placeholder = _PLACEHOLDER.fullmatch(piece)
        if placeholder and placeholder[1] not in names:
            names.add(placeholder[1])
            fixed += "" if "*" in (placeholder[2] or "*") else placeholder[2]
            pattern += f"(?P<{placeholder[1]}>{_segment(placeholder[2] or '*')})"
        elif "{" in piece or "}" in piece:
            raise ValueError("must write each placeholder once, as {slug} or {slug:this|that}")
        else:
            pattern += ".*" if piece == "*" else re.escape(piece)
            fixed += piece
    if names and not fixed.strip("/"):
        pattern = _NO_THEME + _ENDS_IN_A_WORD + pattern
    return re.compile(pattern, re.IGNORECASE)


def _segment(choices: str) -> str:
    """One path segment that is one of `this|that`, where `*` stands for any part of it."""
    one = [r"[^/]*".join(re.escape(part) for part in choice.split("*")) for choice in choices.split("|")]
    return r"(?=[^/])(?:" + "|".join(one) + ")"


DEFAULT_RULES = UrlRules.compile({})
