"""What a JSON document looks like: each key with the kind of its value, a list by one item with every key."""

from __future__ import annotations

import json
import re
from typing import Any

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
_KINDS = {bool: "boolean", int: "number", float: "number", type(None): "null"}


def shape(document: Any) -> str:
    return json.dumps(_shape([document]), indent=2, ensure_ascii=False)


def _shape(values: list[Any]) -> Any:
    """One shape for all of them."""
    if all(isinstance(value, dict) for value in values):
        keys = dict.fromkeys(key for value in values for key in value)
        return {key: _shape([value[key] for value in values if key in value]) for key in keys}
    if all(isinstance(value, list) for value in values):
        items = [item for value in values for item in value]
        return [_shape(items)] if items else []
    return " or ".join(sorted({_kind(value) for value in values}, key=lambda kind: (kind == "null", kind)))


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "moment" if _MOMENT.fullmatch(value) else "text"
    return "list" if isinstance(value, list) else "object" if isinstance(value, dict) else _KINDS[type(value)]
