"""Packing the bytes of a page. The first page of an article is the dictionary for all its later ones."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# A page that resembles its dictionary is small work and stays for good; one on its own is six times the work at 9, for
# a fifteenth of its size.
_LEVEL_ALONE, _LEVEL_BESIDE = 3, 9
# A page that shares less than this with its dictionary (a redesign) is stored on its own and becomes the next one.
_WORTH_A_DICTIONARY = 0.5


def pack(body: bytes, base: bytes | None = None) -> tuple[str, bytes]:
    """`(codec, packed)`; with `base`, the plain bytes of an earlier page, mostly 1-2 kB for a page of 60 kB."""
    alone = None
    if base:
        packed = zstd.compress(body, _LEVEL_BESIDE, zstd_dict=zstd.ZstdDict(base, is_raw=True).as_prefix)
        if len(packed) < 2_000:
            return "zstd+base", packed
        alone = zstd.compress(body, _LEVEL_ALONE)
        if len(packed) < _WORTH_A_DICTIONARY * len(alone):
            return "zstd+base", packed
    return "zstd", alone if alone is not None else zstd.compress(body, _LEVEL_ALONE)


def unpack(codec: str, packed: bytes, base: bytes | None = None) -> bytes:
    """The plain bytes. Raises ValueError for a codec of a newer version or a missing dictionary."""
    if codec == "zstd":
        return zstd.decompress(packed)
    if codec == "zstd+base" and base is not None:
        return zstd.decompress(packed, zstd_dict=zstd.ZstdDict(base, is_raw=True).as_prefix)
    raise ValueError(f"snapshot codec {codec!r} cannot be unpacked here")
