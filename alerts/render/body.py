"""The two parts of a mail as they are sent, made once for all readers whose mails differ in nothing but their links."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from email.quoprimime import body_encode
from functools import cached_property

from alerts.render.fit import Words

_PART = b'--%s\r\nContent-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n%s\r\n'
_COLUMNS = 78
_OWN_HEADERS = {"mime-version", "content-type", "content-transfer-encoding"}


class ForeignHeaderError(ValueError):
    """The finished bytes hold a header nobody put there, or one twice: nothing may be sent."""


@dataclass(frozen=True)
class Links:
    """One reader's, as they are put into the parts; `names` says which there are."""

    names: tuple[str, ...]
    text: str
    html: str


class Body:
    """Text and HTML, encoded but for the links of one reader. Raises ForeignHeaderError."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._text = _encoded(words.text)
        self._html = tuple(map(_encoded, words.html))
        self._inspect()

    def parts(self, boundary: bytes, links: Links) -> bytes:
        before, after = self._html
        pieces = (
            _PART % (boundary, b"plain", b""), self._text, _encoded(links.text), b"\r\n",
            _PART % (boundary, b"html", b"MIME-Version: 1.0\r\n"), before, _encoded(links.html), after, b"\r\n",
            b"--%s--\r\n" % boundary,
        )  # fmt: skip
        return b"".join(pieces)

    def boundary(self, message_id: str, links: Links) -> bytes:
        """The same for the same mail. No quoted-printable text can hold it: no "=" there goes before a "_"."""
        digest = hashlib.blake2b(message_id.encode("utf-8", "replace"), digest_size=12)
        digest.update(self._said)
        digest.update(links.text.encode("utf-8", "replace"))
        return b"=_" + digest.hexdigest().encode()

    @cached_property
    def _said(self) -> bytes:
        return self.words.text.encode("utf-8", "replace")

    def _inspect(self) -> None:
        """As a mail server will read them."""
        none = Links((), "", "")
        boundary = self.boundary("", none)
        start = b"Content-Type: multipart/alternative; boundary=" + b'"%s"\r\n\r\n' % boundary
        parsed = message_from_bytes(start + self.parts(boundary, none), policy=default)
        if any(name.lower() not in _OWN_HEADERS for part in parsed.iter_parts() for name in part):
            raise ForeignHeaderError("a part of the finished mail has headers of its own")


def _encoded(text: str) -> bytes:
    """Quoted-printable, line by line, so that pieces of a text can be encoded each by itself."""
    lines = "".join(f"{line.decode('latin-1')}\n" for line in text.encode().splitlines())
    return body_encode(lines, _COLUMNS, "\r\n").encode("ascii")
