"""What is known of a key of the configuration beside its value, written as markers of its annotation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True)
class Allowed:
    """What an error says about a key: `must be …`."""

    text: str


@dataclass(frozen=True)
class Means:
    """What a key is for; of one without a fixed default, what holds `without` it, and an `example` of a value."""

    text: str
    without: str = ""
    example: str | list[str] = ""


@dataclass(frozen=True)
class Secret:
    """A value that no error shows, and that is shown elsewhere only through `mask`."""

    mask: Callable[[str], str] = lambda value: "***" if value else ""


@dataclass(frozen=True)
class Key:
    """What is known of one key beside its value; `mask` only where it is a secret."""

    annotation: Any
    allowed: str
    means: Means
    default: Any
    mask: Callable[[str], str] | None


def number(low: float, high: float, unit: str) -> tuple[Any, Allowed]:
    return Field(ge=low, le=high, allow_inf_nan=False), Allowed(f"a number of {unit} from {low:,} to {high:,}")


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    def shown(self) -> dict[str, Any]:
        """Its values with secrets masked."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        secrets = {name: key.mask for name, key in keys_of(type(self)).items() if key.mask}
        return values | {name: mask(values[name]) for name, mask in secrets.items()}

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        yield from self.shown().items()


def keys_of(model: type[BaseModel]) -> dict[str, Key]:
    keys = {}
    for name, field in model.model_fields.items():
        allowed = next((marker.text for marker in field.metadata if isinstance(marker, Allowed)), "a table")
        means = next((marker for marker in field.metadata if isinstance(marker, Means)), Means(""))
        mask = next((marker.mask for marker in field.metadata if isinstance(marker, Secret)), None)
        keys[name] = Key(field.annotation, allowed, means, field.default, mask)
    return keys
