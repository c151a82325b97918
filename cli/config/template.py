"""The commented configuration, made from what is known of each key, so that it cannot say anything else."""

from __future__ import annotations

import json
from typing import Any

from .keys import Key
from .model import known_keys

_HEAD = """\
# Configuration of nieuwswacht. Every key is optional: what is written here is what holds without it.
# Any key can also be set by the environment: NIEUWSWACHT_MAIL__PASSWORD sets [mail] password, and
# NIEUWSWACHT_MAIL__PASSWORD_FILE names a file that holds it. Relative paths start at this file's directory.
"""
_WATCHES = """\
# {means}.
# Without any: {without}.
# [[watch]]
# name = "ai-coalitie"
"""
_COMMENTS = 32  # the column where they begin


def template() -> str:
    """Every key with its default and what it is for; one without a fixed default is a comment."""
    lines, section = [_HEAD.rstrip()], "-"
    keys = known_keys()
    watch = keys.pop("watch").means
    for name, key in keys.items():
        of, _, last = name.rpartition(".")
        if of != section:
            lines += ["", f"[{of}]"] if of else [""]
            section = of
        lines += _lines(last, key)
    lines += ["", _WATCHES.format(means=_sentence(watch.text), without=watch.without).rstrip()]
    return "\n".join(lines) + "\n"


def toml(value: Any) -> str:
    """A default as the file has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:_}" if value >= 10_000 else str(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return json.dumps([str(one) for one in value], ensure_ascii=False)
    return json.dumps(str(value), ensure_ascii=False)


def _lines(name: str, key: Key) -> list[str]:
    means = key.means
    if means.without:
        return [f"# {_sentence(means.text)}; without this line: {means.without}.", f"# {name} = {toml(means.example)}"]
    return [f"{f'{name} = {toml(key.default)}':<{_COMMENTS - 1}} # {means.text}"]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
