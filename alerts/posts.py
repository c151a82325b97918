"""Readers that are chat rooms or webhooks. Their address is a URL with secrets in it, which only the sender sees."""

from __future__ import annotations

from hashlib import blake2b


def is_post(address: str) -> bool:
    """Whether this is the URL of a room or webhook, as Apprise writes them, and no e-mail address."""
    return "://" in address


def reader_name(address: str) -> str:
    """What a reader is called wherever it is shown or kept: an e-mail address as it is, a URL as `ntfy@3f9a1c2b`.

    The same URL has the same name, and the name cannot be turned back into the URL.
    """
    address = address.strip()
    if not is_post(address):
        return address
    service = address.partition("://")[0].lower()
    return f"{service}@{blake2b(address.encode(), digest_size=4).hexdigest()}"
