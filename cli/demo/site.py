"""From a request to the bytes of its answer: faults, validators, noise and compression included."""

from __future__ import annotations

import gzip
import hashlib
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from random import Random
from urllib.parse import parse_qsl, urlsplit

from cli.demo.model import Fault, Replica, Request
from cli.demo.noise import MARK, fill
from cli.demo.routes import HTML, Page, page_for
from cli.demo.view import View
from cli.demo.walls import wall

_IGNORED = ("utm_", "replytocom")


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class _Rendered:
    """A page ready to be filled with noise; `whole` keeps its bytes by encoding while the page is quiet."""

    page: Page
    parts: list[str]
    etag: str
    whole: dict[str, bytes] = field(default_factory=dict)


def respond(replica: Replica, method: str, target: str, headers: Mapping[str, str] | None = None) -> Response:
    """Answer as the site would, and log the request. Header names are lower-case; `target` is a path with its query."""
    started, headers = time.time(), headers or {}
    parts = urlsplit(target)
    seen = replica.hit(parts.path)
    fault = replica.take_fault(parts.path)
    if fault is not None and fault.kind.isdecimal():
        response = _status_fault(fault)
    else:
        rendered = _rendered(replica, parts.path, parts.query, fault)
        response = _answer(replica, rendered, parts.path, seen, headers)
    if replica.switches.latency:
        time.sleep(replica.switches.latency)
    agent = headers.get("user-agent", "")
    replica.log.append(Request(method, target, agent, dict(headers), started, response.status))
    return response


def _status_fault(fault: Fault) -> Response:
    headers = {"Content-Type": HTML}
    if fault.retry_after:
        headers["Retry-After"] = fault.retry_after
    return Response(int(fault.kind), headers, b"<!doctype html><title>Fout</title><h1>Er ging iets mis</h1>")


def _rendered(replica: Replica, path: str, query: str, fault: Fault | None) -> _Rendered:
    pairs = {name: value for name, value in parse_qsl(query) if not name.startswith(_IGNORED)}
    key = (path, int(pairs["page"]) if pairs.get("page", "").isdecimal() else 0)
    plain = fault is None and not (pairs.keys() - {"page"})
    with replica.lock:
        if plain and key in replica.rendered:
            found: _Rendered = replica.rendered[key]
            return found
        view = View(replica)
        page = page_for(view, path, pairs)
        text = page.text
        if fault is not None and page.status == 200:
            text = wall(view, fault.kind, text, page.article)
        text = _padded(text, replica.switches.page_bytes) if page.content_type == HTML else text
        rendered = _Rendered(page, text.split(MARK), _hash(text))
        if plain:
            replica.rendered[key] = rendered
        return rendered


def _padded(text: str, size: int) -> str:
    """Style rules and a script, as heavy pages have them, up to about `size` characters."""
    missing = size - len(text)
    if missing <= 200 or "</head>" not in text:
        return text
    rules, data = _filling(size)
    text = text.replace("</head>", f"<style>{rules[: missing // 2]}</style></head>", 1)
    return text.replace("</body>", f"<script>window.data=[{data[: missing // 2]}0]</script></body>", 1)


@lru_cache(4)
def _filling(size: int) -> tuple[str, str]:
    rules = "".join(f".u{number}{{margin:{number}px auto;color:#{number:06x}}}" for number in range(size // 70))
    return rules, "".join(f"{number}," for number in range(100_000, 100_000 + size // 14))


def _answer(replica: Replica, rendered: _Rendered, path: str, seen: int, asked: Mapping[str, str]) -> Response:
    page, switches = rendered.page, replica.switches
    headers = {"Content-Type": page.content_type}
    if page.location:
        return Response(page.status, {**headers, "Location": page.location}, b"")
    if page.status == 200 and switches.validators == "content":
        headers["ETag"] = rendered.etag
        if page.modified:
            headers["Last-Modified"] = format_datetime(page.modified.astimezone(UTC), usegmt=True)
        if _unchanged(rendered, asked):
            return Response(304, headers, b"")
    elif page.status == 200 and switches.validators == "useless":
        headers["ETag"] = f'"{time.time_ns():x}"'
        headers["Last-Modified"] = format_datetime(datetime.now(UTC), usegmt=True)
    zipped = switches.gzip and "gzip" in asked.get("accept-encoding", "")
    if zipped:
        headers.update({"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
    noisy = switches.noise is not None and len(rendered.parts) > 1
    encoding = "gzip" if zipped else "plain"
    if noisy:
        random = Random(zlib.crc32(f"{switches.noise} {path} {seen}".encode()))  # noqa: S311
        return Response(page.status, headers, _encode(fill(rendered.parts, page.cards, random), page, zipped))
    if encoding not in rendered.whole:
        rendered.whole[encoding] = _encode(fill(rendered.parts, page.cards, None), page, zipped)
    return Response(page.status, headers, rendered.whole[encoding])


def _encode(text: str, page: Page, zipped: bool) -> bytes:
    body = text.encode("latin-1" if page.content_type == "image/gif" else "utf-8")
    return gzip.compress(body, 1) if zipped else body


def _unchanged(rendered: _Rendered, asked: Mapping[str, str]) -> bool:
    if "if-none-match" in asked:
        return rendered.etag.removeprefix("W/") in asked["if-none-match"]
    if "if-modified-since" not in asked or rendered.page.modified is None:
        return False
    try:
        return rendered.page.modified <= parsedate_to_datetime(asked["if-modified-since"])
    except (ValueError, TypeError):
        return False


def _hash(text: str) -> str:
    """Of the page without its noise: the same as long as the site shows the same."""
    return f'W/"{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"'
