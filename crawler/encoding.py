"""Unpacks compressed pages whole or not at all.

Scrapy returns "as much as possible" of a damaged gzip, deflate, brotli or zstd body; to a monitor, half an article
looks like an editor's deletion.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from functools import partial

import brotli  # type: ignore[import-untyped]
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from crawler.causes import FetchRefused

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_RAW_DEFLATE, _ZLIB, _GZIP = -15, 15, 31  # zlib's window sizes, which also name the wrapper
_DAMAGED = (zlib.error, brotli.error, zstd.ZstdError, EOFError)
_UNPACKED = (b"", b"identity")


class StrictCompressionMiddleware(HttpCompressionMiddleware):
    """Causes: `too_large`, `incomplete` (repeated first, as it may be passing) and `encoding`."""

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._crawler = crawler

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002  (Scrapy's signature)
    ) -> Request | Response:
        if not response.body:
            # Some servers label a 304 or an empty answer as gzip; there is nothing to unpack.
            response.headers.pop(b"Content-Encoding", None)
            return response
        try:
            answer = super().process_response(request, response)
        except FetchRefused as refusal:
            again = self._again(request) if refusal.cause == "incomplete" else None
            if again is None:
                raise
            return again
        except _DAMAGED as damage:
            raise FetchRefused("encoding", f"{request.url}: damaged compression: {damage}") from damage
        if isinstance(answer, Response):
            left = (answer.headers.get(b"Content-Encoding") or b"").strip().lower()
            if left not in _UNPACKED:
                raise FetchRefused("encoding", f"{request.url}: unknown compression {left!r}")
        return answer

    def _again(self, request: Request) -> Request | None:
        assert self._crawler.spider
        return get_retry_request(request, spider=self._crawler.spider, reason="incomplete")

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        return _DECODERS[encoding](body, max_size)


def _bounded(text: bytes, complete: bool, limit: int) -> bytes:
    if len(text) > limit:
        raise FetchRefused("too_large", f"unpacks to more than {limit} bytes")
    if not complete:
        raise FetchRefused("incomplete", f"the compressed page breaks off after {len(text)} bytes")
    return text


def _inflate(body: bytes, limit: int, window: int) -> bytes:
    # Asking for one byte too many is enough to know, and caps the memory a bomb can take.
    text, rest, complete = b"", body, False
    while rest and len(text) <= limit:
        stream = zlib.decompressobj(window)
        text += stream.decompress(rest, limit + 1 - len(text))
        complete, rest = stream.eof, stream.unused_data
        if window != _GZIP or not rest.startswith(b"\x1f\x8b"):
            break  # only gzip may continue with another member; what else follows is padding
    return _bounded(text, complete, limit)


def _undeflate(body: bytes, limit: int) -> bytes:
    try:
        return _inflate(body, limit, _ZLIB)
    except zlib.error:
        return _inflate(body, limit, _RAW_DEFLATE)  # what some servers mean by "deflate"


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    text = stream.process(body, output_buffer_limit=limit + 1)
    while not stream.is_finished() and len(text) <= limit:
        more = stream.process(b"", output_buffer_limit=limit + 1)
        if not more:
            break
        text += more
    return _bounded(text, stream.is_finished(), limit)


def _unzstd(body: bytes, limit: int) -> bytes:
    text, rest, complete = b"", body, False
    while rest and len(text) <= limit:
        stream = zstd.ZstdDecompressor()
        text += stream.decompress(rest, limit + 1 - len(text))
        complete, rest = stream.eof, stream.unused_data if stream.eof else b""
    return _bounded(text, complete, limit)


_DECODERS: dict[bytes, Callable[[bytes, int], bytes]] = {
    b"gzip": partial(_inflate, window=_GZIP),
    b"x-gzip": partial(_inflate, window=_GZIP),
    b"deflate": _undeflate,
    b"br": _unbrotli,
    b"zstd": _unzstd,
}
