"""An HTTP server that misbehaves: one small resource per misbehaviour, on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import brotli
from backports import zstd

ARTICLE = b"<!doctype html><title>Raad kiest</title><p>" + b"De raad koos een nieuwe voorzitter. " * 200 + b"</p>"
MIB = 1024 * 1024
# Enough to break the tests' memory limit when unpacked or kept.
BOMB_SIZE = 100 * MIB
# Longer than any timeout in the tests, short enough to end by itself.
FOREVER = 20.0

Resource = Callable[["Exchange"], Awaitable[None]]
_RESOURCES: dict[str, Resource] = {}


@dataclass(frozen=True)
class Seen:
    """One request as it arrived, `at` on the server's monotonic clock."""

    path: str
    headers: dict[str, str]
    at: float


@dataclass
class Exchange:
    """One request and the connection to answer it on."""

    server: HostileServer
    seen: Seen
    writer: asyncio.StreamWriter

    async def raw(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(
        self, body: bytes = ARTICLE, status: str = "200 OK", kind: str = "text/html; charset=utf-8", **headers: str
    ) -> None:
        fields = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        await self.raw(f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body)

    async def redirect(self, location: str, status: str = "302 Found", **headers: str) -> None:
        await self.answer(b"", status, Location=location, **headers)


@dataclass
class HostileServer:
    """`robots`: what /robots.txt does: allow, disallow, slow, missing, limit (429), broken (500), hang, huge, endless.

    `listed`: the resources to which the theme page /thema/alles/ links as articles, /artikel/NAME/.
    `elsewhere`: where its redirects and refreshes to another host lead.
    """

    host: str = "127.0.0.1"
    robots: str = "allow"
    elsewhere: str = "http://elsewhere.invalid"
    listed: tuple[str, ...] = ()
    tls: ssl.SSLContext | None = None
    requests: list[Seen] = field(default_factory=list)
    port: int = 0

    def url(self, path: str, host: str | None = None) -> str:
        return f"{'https' if self.tls else 'http'}://{host or self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [seen.path for seen in self.requests]

    def times(self, path: str) -> list[float]:
        return [seen.at for seen in self.requests if seen.path == path]

    def __enter__(self) -> HostileServer:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10), "the hostile server did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self, ready: threading.Event) -> None:
        loop = self._loop
        server = loop.run_until_complete(asyncio.start_server(self._serve, self.host, 0, ssl=self.tls))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        server.close()
        pending = asyncio.all_tasks(loop)
        for task in pending:
            task.cancel()
        if pending:
            loop.run_until_complete(asyncio.wait(pending))
        loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
            seen = Seen(head[0].split(" ")[1], headers, time.monotonic())
            self.requests.append(seen)
            path = seen.path.split("?")[0]
            name = "/" + path.removeprefix("/artikel/").rstrip("/") if path.startswith("/artikel/") else path
            await _RESOURCES[name](Exchange(self, seen, writer))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side had enough: that is what is being tested
        finally:
            writer.close()


def resource(path: str) -> Callable[[Resource], Resource]:
    def register(function: Resource) -> Resource:
        _RESOURCES[path] = function
        return function

    return register


def page(path: str, body: bytes = ARTICLE, status: str = "200 OK", kind: str = "text/html", **headers: str) -> None:
    async def serve(exchange: Exchange) -> None:
        await exchange.answer(body, status, kind, **headers)

    _RESOURCES[path] = serve


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


# --- well-behaved ---------------------------------------------------------------------------------------------------
page("/page")
page("/secret", b"<p>SECRET</p>")
page("/empty", b"", "304 Not Modified", Content_Encoding="gzip")
page("/gzip", gzip.compress(ARTICLE), Content_Encoding="gzip")
page("/gzip-members", gzip.compress(ARTICLE[:99]) + gzip.compress(ARTICLE[99:]), Content_Encoding="gzip")
page("/deflate", zlib.compress(ARTICLE), Content_Encoding="deflate")
page("/deflate-raw", zlib.compress(ARTICLE, wbits=-15), Content_Encoding="deflate")
page("/br", brotli.compress(ARTICLE), Content_Encoding="br")
page("/zstd", zstd.compress(ARTICLE), Content_Encoding="zstd")


@resource("/echo")
async def echo(exchange: Exchange) -> None:
    sent = "\n".join(f"{name}: {value}" for name, value in exchange.seen.headers.items())
    await exchange.answer(f"<pre>{sent}</pre>".encode())


@resource("/thema/alles/")
async def listing(exchange: Exchange) -> None:
    paths = [f"/artikel/{name}/" for name in exchange.server.listed]
    cards = "".join(f'<li><a href="{path}">Stuk {number}</a></li>' for number, path in enumerate(paths))
    await exchange.answer(f"<html><body><main><ul>{cards}</ul></main></body></html>".encode())


@resource("/robots.txt")
async def robots(exchange: Exchange) -> None:
    kind = exchange.server.robots
    if kind == "hang":
        await asyncio.sleep(FOREVER)
    elif kind == "broken":
        await exchange.answer(b"User-agent: *\nDisallow:\n", "500 Internal Server Error", "text/plain")
    elif kind == "limit":
        await exchange.answer(b"", "429 Too Many Requests", "text/plain")
    elif kind == "missing":
        await exchange.answer(b"User-agent: *\nDisallow: /\n", "404 Not Found", "text/plain")
    elif kind == "huge":  # 500 kB end in the middle of a line, whose first half would forbid everything
        start, half = b"User-agent: *\nDisallow: /secret\n", b"\nDisallow: /"
        rules = start + b"#" * (500_000 - len(start) - len(half)) + half + b"far-away\n"
        await exchange.answer(rules + b"Disallow: /\n" * 10_000, kind="text/plain")
    elif kind == "endless":
        await stream(exchange)
    elif kind == "slow":
        await exchange.answer(b"User-agent: *\nCrawl-delay: 1\n", kind="text/plain")
    else:
        rule = b"Disallow: /\n" if kind == "disallow" else b"Disallow: /private\n"
        await exchange.answer(b"User-agent: *\nDisallow: /\n\nUser-agent: nieuwswacht\n" + rule, kind="text/plain")


page("/private")


# --- connections that fail ------------------------------------------------------------------------------------------
@resource("/reset")
async def reset(exchange: Exchange) -> None:
    # With lingering off, closing sends RST instead of FIN.
    exchange.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@resource("/hang-up")
async def hang_up(exchange: Exchange) -> None:
    pass


@resource("/reset-once")
async def reset_once(exchange: Exchange) -> None:
    if len(exchange.server.times("/reset-once")) > 1:
        await exchange.answer()


@resource("/hang")
async def hang(exchange: Exchange) -> None:
    await asyncio.sleep(FOREVER)


@resource("/drip")
async def drip(exchange: Exchange) -> None:
    await exchange.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(100):
        await exchange.raw(b"x")
        await asyncio.sleep(FOREVER / 100)


# --- answers that are not what they say -----------------------------------------------------------------------------
@resource("/short")
async def short(exchange: Exchange) -> None:
    await exchange.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n" + ARTICLE)


@resource("/bad-chunks")
async def bad_chunks(exchange: Exchange) -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    await exchange.raw(start + chunk(ARTICLE) + b"zz\r\nnot a length\r\n")


@resource("/cut-chunks")
async def cut_chunks(exchange: Exchange) -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    await exchange.raw(start + chunk(ARTICLE))


@resource("/not-http")
async def not_http(exchange: Exchange) -> None:
    await exchange.raw(b"SSH-2.0-OpenSSH_9.2p1\r\n" * 3)


@resource("/long-header")
async def long_header(exchange: Exchange) -> None:
    await exchange.answer(X_Long="x" * 300_000)


@resource("/many-headers")
async def many_headers(exchange: Exchange) -> None:
    await exchange.answer(**{f"X_Header_{number}": "value" for number in range(20_000)})


@resource("/cookies")
async def cookies(exchange: Exchange) -> None:
    lines = "".join(f"Set-Cookie: c{number}={'x' * 4000}\r\n" for number in range(60))
    start = f"HTTP/1.1 302 Found\r\nLocation: /echo?after-cookies\r\nContent-Length: 0\r\n{lines}\r\n"
    await exchange.raw(start.encode())


page("/gzip-garbage", b"no gzip at all", Content_Encoding="gzip")
page("/unknown-encoding", ARTICLE, Content_Encoding="lzma")
page("/gzip-cut", gzip.compress(ARTICLE)[:-30], Content_Encoding="gzip")
page("/gzip-damaged", gzip.compress(ARTICLE)[:-6] + b"\0" * 6, Content_Encoding="gzip")
page("/deflate-cut", zlib.compress(ARTICLE)[:-30], Content_Encoding="deflate")
page("/br-cut", brotli.compress(ARTICLE)[:-10], Content_Encoding="br")
page("/zstd-cut", zstd.compress(ARTICLE)[:-10], Content_Encoding="zstd")
page("/pdf", b"%PDF-1.7\n" + b"\x01\x02" * 99, kind="application/pdf")
page("/pdf-as-html", b"%PDF-1.7\n" + b"\x01\x02" * 99)
page("/image-as-html", b"\x89PNG\r\n\x1a\n" + b"\0\1" * 99)
page("/json", b'{"title": "Raad kiest"}', kind="application/json")
page("/json-as-html", b'{"title": "Raad kiest"}')
page("/referrer-policy", ARTICLE, Referrer_Policy="os.system")


# --- too much -------------------------------------------------------------------------------------------------------
def _zeros(compress: Callable[[bytes], bytes], finish: Callable[[], bytes]) -> bytes:
    return b"".join(compress(bytes(MIB)) for _ in range(BOMB_SIZE // MIB)) + finish()


def bomb(encoding: str) -> bytes:
    """BOMB_SIZE zeros in a few bytes or, for gzip, in a thousandth."""
    if encoding == "br":
        stream = brotli.Compressor(quality=2)
        return _zeros(stream.process, stream.finish)
    if encoding == "zstd":
        frame = zstd.ZstdCompressor()
        return _zeros(frame.compress, frame.flush)
    packer = zlib.compressobj(wbits=31 if encoding == "gzip" else 15)
    return _zeros(packer.compress, packer.flush)


@resource("/bomb")
async def serve_bomb(exchange: Exchange) -> None:
    encoding = exchange.seen.path.partition("?")[2]
    await exchange.answer(bomb(encoding), Content_Encoding=encoding)


@resource("/stream")
async def stream(exchange: Exchange) -> None:
    await exchange.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(BOMB_SIZE // MIB):
        await exchange.raw(b"x" * MIB)


@resource("/big")
async def big(exchange: Exchange) -> None:
    await exchange.answer(b"x" * (20 * MIB))


# --- redirects ------------------------------------------------------------------------------------------------------
@resource("/to")
async def to(exchange: Exchange) -> None:
    """Redirects to whatever follows the question mark, as it stands."""
    await exchange.redirect(exchange.seen.path.partition("?")[2])


@resource("/to-raw")
async def to_raw(exchange: Exchange) -> None:
    """Redirects to an address a URL cannot carry: its letters in hexadecimal."""
    await exchange.redirect(bytes.fromhex(exchange.seen.path.partition("?")[2]).decode("latin-1"))


@resource("/to-elsewhere")
async def to_elsewhere(exchange: Exchange) -> None:
    await exchange.redirect(f"{exchange.server.elsewhere}/secret")


@resource("/to-file")
async def to_file(exchange: Exchange) -> None:
    await exchange.redirect("file:///etc/passwd")


@resource("/loop")
async def loop(exchange: Exchange) -> None:
    await exchange.redirect("/loop")


@resource("/meta-refresh")
async def meta_refresh(exchange: Exchange) -> None:
    head = f'<meta http-equiv="refresh" content="0; url={exchange.server.elsewhere}/secret">'
    await exchange.answer(head.encode() + ARTICLE)


# --- no, and not now ------------------------------------------------------------------------------------------------
page("/not-found", b"<h1>404</h1>", "404 Not Found")
page("/gone", b"<h1>410</h1>", "410 Gone")
page("/wall", b"<title>Just a moment...</title>", "403 Forbidden")
page("/wall-503", b"<title>Just a moment...</title>", "503 Service Unavailable", Cf_Mitigated="challenge")
page("/teapot", b"short and stout", "418 I'm a teapot")
page("/trouble", b"<h1>500</h1>", "500 Internal Server Error")
page("/limited-for-long", b"", "429 Too Many Requests", Retry_After="120")
page("/closed-for-long", b"<h1>Onderhoud</h1>", "503 Service Unavailable", Retry_After="3600")


@resource("/limited-shortly")
async def limited_shortly(exchange: Exchange) -> None:
    if len(exchange.server.times("/limited-shortly")) > 1:
        await exchange.answer()
    else:
        await exchange.answer(b"", "429 Too Many Requests", Retry_After="1")
