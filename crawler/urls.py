"""What a URL of a source is for - article, listing, tag … - read from path templates, never from a host."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

KINDS = ("article", "theme", "type", "tag", "author", "ignore")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_STAR = re.compile(r"\*")

# The habits of WordPress and of Dutch news sites; a source file replaces or adds to them kind by kind.
DEFAULT_TEMPLATES: dict[str, tuple[str, ...]] = {
    "article": ("/artikel/{slug}", "/artikelen/{slug}", "/nieuws/{slug}", "/weblog/{slug}", "/article/{slug}"),
    "theme": ("/thema/{slug}", "/category/{slug}", "/categorie/{slug}", "/theme/{slug}"),
    "type": ("/type/{slug}",),
    "tag": ("/tags/{slug}", "/tag/{slug}"),
    "author": ("/auteur/{slug}", "/author/{slug}", "/auteurs/{slug}"),
    "ignore": (
        "/openid/*", "/wp-admin/*", "/wp-login*", "/wp-json/*", "/app/*", "/wp-content/*", "/wp-includes/*",
        "/login*", "/inloggen*", "/logout*", "/signup*", "/registreren*", "/account/*", "/search*", "/zoeken*",
        "/cart/*", "/checkout/*", "/xmlrpc.php", "*/comments/feed", "*/feed/comments",
    ),
}  # fmt: skip
# Query parameters that log in, comment, search or print: never a page of its own to read.
IGNORED_QUERY = frozenset({"s", "q", "zoek", "replytocom", "redirect_uri", "client_id", "print", "share", "amp"})


@dataclass(frozen=True)
class UrlRules:
    """Templates compiled per kind. `{name}` is one path segment, `*` anything; a trailing slash never matters."""

    patterns: Mapping[str, tuple[re.Pattern[str], ...]]

    @classmethod
    def compile(cls, templates: Mapping[str, Sequence[str]]) -> UrlRules:
        merged = {**DEFAULT_TEMPLATES, **templates}
        return cls({kind: tuple(_compile(template) for template in merged[kind]) for kind in merged})

    def match(self, kind: str, url: str) -> dict[str, str] | None:
        """The placeholders' values when `url` fits a template of `kind` (`{}` when it has none), else None."""
        path = urlsplit(url).path.rstrip("/") or "/"
        for pattern in self.patterns.get(kind, ()):
            found = pattern.fullmatch(path)
            if found:
                return found.groupdict()
        return None

    def slug(self, kind: str, url: str) -> str:
        """The last placeholder's value, lower-case: the slug by which a theme, type, tag or author is known."""
        values = self.match(kind, url)
        return list(values.values())[-1].lower() if values else ""

    def ignored(self, url: str) -> bool:
        parts = urlsplit(url)
        names = {pair.partition("=")[0].lower() for pair in parts.query.split("&") if pair}
        return bool(names & IGNORED_QUERY) or self.match("ignore", url) is not None


def _compile(template: str) -> re.Pattern[str]:
    pattern = ""
    for piece in re.split(r"(\{\w+\}|\*)", template.rstrip("/") or "/"):
        placeholder = _PLACEHOLDER.fullmatch(piece)
        if placeholder:
            pattern += f"(?P<{placeholder[1]}>[^/]+)"
        else:
            pattern += ".*" if _STAR.fullmatch(piece) else re.escape(piece)
    return re.compile(pattern, re.IGNORECASE)


DEFAULT_RULES = UrlRules.compile({})
