"""The commented configuration that `nieuwswacht init` writes."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import ConfigError


def write_init(path: str | Path) -> Path:
    """Write every key with its default and one line about it to `path`; raises ConfigError, never overwrites."""
    from .template import template

    target = Path(path).expanduser().absolute()
    text = template()
    try:
        # For the owner only: sooner or later a password is filled in.
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError(f"{target} exists already and is left as it is; move it away or name another file.") from None
    except OSError as error:
        raise ConfigError(f"{target} cannot be written: {(error.strerror or 'unknown error').lower()}.") from None
    return target
