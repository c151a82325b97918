"""What makes two URLs the same page: one canonical spelling, and one key to compare by."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

# Parameters that say where a reader came from, never what the page shows.
_TRACKING = re.compile(
    r"^(utm_\w+|pk_\w+|mtm_\w+|piwik_\w+|hsa_\w+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|twclid|ttclid|igshid"
    r"|mc_[ce]id|_hs(enc|mi)|vero_id|oly_(anon|enc)_id|wt_mc|ns_\w+|cmpid|ref|ref_src|share"
    r"|_ga|_gl|spm|trk|trkcampaign|mkt_tok|replytocom)$",
    re.IGNORECASE,
)
_DEFAULT_PORT = {"http": 80, "https": 443}
_SAFE_PATH = "/:@!$&'()*+,;=-._~%"
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_ABSOLUTE = re.compile(r"https?://[^/?#]")
# The pages of a site link to each other over and over: menus, themes, cards. Asking once for each saves a third of
# what reading a page costs.
_REMEMBERED = 4096


def canonical_url(url: str, base: str = "") -> str:
    """The one spelling of `url`: absolute, lower-case host, no fragment, no tracking parameters.

    A trailing slash and the case of the path stay as written: servers may care; `url_key` does not.
    Anything that is not a well-formed http(s) URL comes back as the empty string.
    """
    url = url.strip()
    if url.startswith("/"):
        base = base[: base.find("/", 8)] if base.find("/", 8) > 0 else base  # all pages of a host share the answer
    elif _ABSOLUTE.match(url):
        base = ""
    return _canonical(url, base)


@lru_cache(_REMEMBERED)
def _canonical(url: str, base: str) -> str:
    try:
        joined = urljoin(base, url) if base else url
        parts = urlsplit(joined)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORT or not host or re.search(r"[\s\\<>\"]", joined) or parts.username is not None:
        return ""
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return ""
    netloc = f"[{host}]" if ":" in host else host
    if port and port != _DEFAULT_PORT[scheme]:
        netloc += f":{port}"
    path = _ESCAPE.sub(lambda found: found[0].upper(), quote(parts.path, safe=_SAFE_PATH)) or "/"
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)]
    return urlunsplit((scheme, netloc, path, urlencode(query), ""))


@lru_cache(_REMEMBERED)
def url_key(url: str) -> str:
    """What two spellings of one page share: no scheme, no `www.`, no case, no trailing slash."""
    parts = urlsplit(canonical_url(url))
    host = parts.netloc.removeprefix("www.")
    path = parts.path.rstrip("/")
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return (host + path + ("?" + query if query else "")).casefold()


def same_host(url: str, other: str) -> bool:
    return urlsplit(url).netloc.lower().removeprefix("www.") == urlsplit(other).netloc.lower().removeprefix("www.")
