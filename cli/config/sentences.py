"""What pydantic found wrong, as one sentence that names file or variable, key and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

from .checks import mask_url
from .errors import did_you_mean

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from .keys import Key
    from .layers import Layers

_LONGEST = 80


def sentence(error: ErrorDetails, layers: Layers, keys: Mapping[str, Key]) -> str:
    place = [part for part in error["loc"] if isinstance(part, str)][:2]
    where = layers.origins.get(".".join(place), str(layers.file or "the configuration"))
    if error["type"] == "extra_forbidden":
        return _unknown(where, place, keys)
    name = f"[{place[0]}] {place[1]}" if len(place) == 2 else place[0]
    subject = where if where.startswith("$") else f"{where}: {name}"
    key = keys.get(".".join(place)) or keys.get(place[0])
    if key is None:
        return f"{where}: {name} must be a table, written as [{name}]."
    own_words = error.get("ctx", {}).get("error")  # of a check in `checks` or `schedule`
    rule = str(own_words or f"must be {key.allowed}")
    return f"{subject} {rule}{_given(error['input'], key, rule)}"


def _given(value: Any, key: Key, rule: str) -> str:
    """The rest of the sentence: `, not 3.`, unless that is a secret or says nothing."""
    if rule.endswith("?"):
        return ""
    if key.mask or value == "" or isinstance(value, dict) or not rule.startswith("must be "):
        return "."
    shown = mask_url(json.dumps(value, ensure_ascii=False, default=str))
    choices = [choice for choice in get_args(key.annotation) if isinstance(choice, str)]
    shown = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
    return f", not {shown}{did_you_mean(str(value), choices)}"


def _unknown(where: str, place: list[str], keys: Mapping[str, Key]) -> str:
    if len(place) == 2:
        known = [key.partition(".")[2] for key in keys if key.startswith(f"{place[0]}.")]
        start = f"{where}: [{place[0]}] has no key '{place[1]}'"
    else:
        known = list(dict.fromkeys(key.partition(".")[0] for key in keys))
        start = f"{where}: there is no key or section '{place[0]}'"
    return f"{start}, only {', '.join(known)}{did_you_mean(place[-1], known)}"
