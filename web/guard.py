"""What holds for every request and every answer, whichever page it is for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 64 * 1024  # the largest form has an address and a token
BODY_SECONDS = 15
LOCAL = ("localhost", "127.0.0.1", "::1")
# A mail provider posts here for a reader, from its own servers and without any cookie (RFC 8058).
FROM_ANYWHERE = "/afmelden/"

HEADERS: Mapping[str, str] = {
    # No script, no frame, nothing from elsewhere; the pages need a style sheet, an icon and forms to ourselves.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class Guard:
    """Refuses foreign hosts, cross-site posts and large bodies; puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, base_url: str, hosts: Iterable[str] = ()) -> None:
        self._app = app
        own = urlsplit(base_url)
        self._hosts = frozenset({*LOCAL, *hosts, *([own.hostname] if own.hostname else [])})
        self._root = own.path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, _with_headers(send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        scope = dict(scope, path=self._below_root(scope["path"]))
        if _hostname(host) not in self._hosts:
            await _refuse(400, "This host is not served here.", scope, receive, send)
        elif scope["method"] == "POST" and not scope["path"].startswith(FROM_ANYWHERE) and _cross_site(headers, host):
            await _refuse(403, "This came from another site and was not carried out.", scope, receive, send)
        else:
            try:
                body = await _whole_body(headers, receive)
            except TimeoutError:
                await _refuse(408, "The request took too long.", scope, receive, send)
                return
            if body is None:
                await _refuse(413, "The request is too large.", scope, receive, send)
            else:
                await self._app(scope, _replay(body, receive), send)

    def _below_root(self, path: str) -> str:
        """A proxy may or may not take the path of `base_url` away."""
        if self._root and (path == self._root or path.startswith(self._root + "/")):
            return path[len(self._root) :] or "/"
        return path


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _cross_site(headers: Headers, host: str) -> bool:
    """Browsers say where a form came from; one too old to say so still needs the form's own token."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return True
    # Our Referrer-Policy makes browsers send "null" as the origin of our own forms too, so that says nothing.
    if origin is None or origin == "null":
        return False
    return urlsplit(origin).netloc != host


async def _whole_body(headers: Headers, receive: Receive) -> bytes | None:
    """The body, or None when it is too large."""
    declared = headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > MAX_BODY:
        return None
    body = bytearray()
    async with asyncio.timeout(BODY_SECONDS):
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return bytes(body)
            body += message.get("body", b"")
            if len(body) > MAX_BODY:
                return None
            if not message.get("more_body", False):
                return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _with_headers(send: Send) -> Send:
    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-cache")
        await send(message)

    return add


async def _refuse(status: int, words: str, scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(words + "\n", status)(scope, receive, send)
