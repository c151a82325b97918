"""From a file's name and the environment to a Config, or to the one sentence that says what is wrong."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .errors import ConfigError, ConfigWarning

if TYPE_CHECKING:
    from .keys import Key
    from .layers import Layers
    from .model import Config


def load(path: str | None, environ: Mapping[str, str]) -> Config:
    """The configuration that holds here. `path` is what `--config` named; raises ConfigError."""
    # pydantic costs 0.1 CPU s, which `--help` must not pay.
    from pydantic import ValidationError

    from .layers import gather
    from .model import Config, known_keys
    from .sentences import sentence

    keys = known_keys()
    layers = gather(path, environ, keys)
    try:
        config = Config.model_validate(layers.values)
    except ValidationError as error:
        raise ConfigError(sentence(error.errors()[0], layers, keys)) from None
    _check_watches(config, layers)
    warnings = {warning.file: warning for warning in _exposed_secrets(config, layers, keys)}
    return config.located(layers.file, layers.origins, tuple(warnings.values()))


def _exposed_secrets(config: Config, layers: Layers, keys: Mapping[str, Key]) -> Iterator[ConfigWarning]:
    for key, file in layers.files.items():
        mask = keys[key].mask
        section, _, name = key.partition(".")
        value = getattr(getattr(config, section), name) if mask else ""
        if mask is None or mask(value) == value:  # empty, or a storage URL without a password
            continue
        mode = file.stat().st_mode
        if os.name == "posix" and stat.S_ISREG(mode) and mode & (stat.S_IRGRP | stat.S_IROTH):
            message = f"{file} holds [{section}] {name} and others may read it; `chmod 600 {file}` closes it."
            yield ConfigWarning(key, file, message)


def _check_watches(config: Config, layers: Layers) -> None:
    if not config.watch:
        return
    from alerts.watch import WatchError, combine

    try:
        combine(list(config.watch))
    except WatchError as error:
        raise ConfigError(f"{layers.origins['watch']}: {error.key} {error.message.rstrip('.')}.") from None
