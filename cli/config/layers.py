"""The raw values a configuration is made of, layer over layer: defaults, one TOML file, the environment."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

from platformdirs import user_config_path, user_data_path

from .errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from .keys import Key

APP = "nieuwswacht"
FILE_NAME = "nieuwswacht.toml"
PREFIX = "NIEUWSWACHT_"
# Names a file or test data, not a key.
_NOT_KEYS = frozenset({"NIEUWSWACHT_CONFIG", "NIEUWSWACHT_DATA"})
# What Docker links and Kubernetes set by themselves in every container beside a service called "nieuwswacht".
_SERVICE_LINK = re.compile(r"NIEUWSWACHT_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_\w+)?)")
_TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


@dataclass
class Layers:
    """Values as nested tables, with where each came from, and the files each key was read from."""

    values: dict[str, Any]
    file: Path | None = None
    origins: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        section, _, name = key.rpartition(".")
        table = self.values.get(section, {}) if section else self.values
        return table.get(name) if isinstance(table, dict) else None

    def put(self, key: str, value: Any) -> None:
        section, _, name = key.rpartition(".")
        table = self.values.setdefault(section, {}) if section else self.values
        if isinstance(table, dict):  # else the file has "mail = 3", of which validation complains
            table[name] = value


def gather(named: str | None, environ: Mapping[str, str], keys: Mapping[str, Key]) -> Layers:
    """Everything that was said, paths already absolute."""
    file = find_file(named, environ)
    layers = Layers(_read_toml(file) if file else {}, file)
    for key in keys:
        if file and layers.get(key) is not None:
            layers.origins[key], layers.files[key] = str(file), file
            _anchor(layers, key, file.parent)
    for variable, text in sorted(environ.items()):
        name = variable.upper()
        if name.startswith(PREFIX) and name not in _NOT_KEYS and not _SERVICE_LINK.fullmatch(name):
            _take_variable(layers, variable, text, keys)
    for key, default in _places().items():
        if layers.get(key) is None:
            layers.put(key, default)
    return layers


def find_file(named: str | None, environ: Mapping[str, str]) -> Path | None:
    """The absolute path of the file that counts; a named file counts even when it is missing."""
    if named is not None:
        return _absolute(named)
    if environ.get("NIEUWSWACHT_CONFIG"):
        return _absolute(environ["NIEUWSWACHT_CONFIG"])
    places = (Path(FILE_NAME).absolute(), user_config_path(APP, appauthor=False) / FILE_NAME)
    return next((place for place in places if os.path.exists(place)), None)  # noqa: PTH110 - False where not permitted


def _places() -> dict[str, Any]:
    data = user_data_path(APP, appauthor=False)
    return {"storage.url": f"sqlite:///{data / f'{APP}.db'}", "mail.folder": data / "outbox"}


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {(error.strerror or 'unknown error').lower()}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is not valid TOML: it must be UTF-8 text.") from None
    except (ValueError, RecursionError) as error:
        detail = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "a value is too large"
        raise ConfigError(f"{file} is not valid TOML: {detail[:1].lower() + detail[1:]}.") from None


def _take_variable(layers: Layers, variable: str, text: str, keys: Mapping[str, Key]) -> None:
    by_name = {PREFIX + key.replace(".", "__").upper(): key for key in keys}
    name = variable.upper()
    key = by_name.get(name)
    origin = f"${variable}"
    if key is None and name.endswith("_FILE") and (key := by_name.get(name.removesuffix("_FILE"))):
        layers.files[key] = _absolute(text)
        text = _read_secret(variable, layers.files[key])
    elif key:
        layers.files.pop(key, None)
    if key is None:
        # Compared without the prefix, which would make every name look alike.
        hint = did_you_mean(name.removeprefix(PREFIX), [known.removeprefix(PREFIX) for known in by_name])
        hint = hint.replace("mean '", f"mean '{PREFIX}")
        raise ConfigError(f"${variable} sets no known key{hint}")
    if layers.origins.get(key, "").startswith("$"):
        raise ConfigError(f"{layers.origins[key]} and {origin} set the same key; only one of them is allowed.")
    layers.origins[key] = origin
    layers.put(key, _typed(text, keys[key].annotation))
    _anchor(layers, key, Path.cwd())


def _read_secret(variable: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, ValueError) as error:
        reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
        raise ConfigError(f"${variable} names a file that cannot be read, {file}: {reason}.") from None


def _typed(text: str, annotation: Any) -> Any:
    """The text as the key's type; text that does not fit stays text, of which validation then complains."""
    if get_origin(annotation) is tuple:
        return _list(text)
    if annotation is bool:
        return _TRUTHS.get(text.strip().lower(), text)
    if annotation in (int, float):
        try:
            return annotation(text)
        except ValueError:
            return text
    return text


def _list(text: str) -> Any:
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return [item.strip() for item in text.split(",") if item.strip()]


def _anchor(layers: Layers, key: str, base: Path) -> None:
    """Make the paths of this key absolute. A value of a wrong type stays as it is."""
    anchor = _ANCHORS.get(key)
    if anchor:
        layers.put(key, anchor(layers.get(key), base))


def _path(value: Any, base: Path) -> Any:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        return value
    return _absolute(value, base)


def _absolute(path: str, base: Path | None = None) -> Path:
    # Not Path.expanduser and resolve: one raises for an unknown "~user", the other follows links.
    return Path(os.path.abspath((base or Path.cwd()) / os.path.expanduser(path)))  # noqa: PTH100, PTH111


def _paths(value: Any, base: Path) -> Any:
    return [_path(item, base) for item in value] if isinstance(value, list) else value


def _database(value: Any, base: Path) -> Any:
    """`sqlite:///name.db` is relative, `sqlite:////srv/name.db` is absolute; no other URL holds a path."""
    if not isinstance(value, str) or not value.startswith("sqlite:///"):
        return value
    name, mark, query = value.removeprefix("sqlite:///").partition("?")
    return value if name in {"", ":memory:"} else f"sqlite:///{_path(name, base)}{mark}{query}"


_ANCHORS: Mapping[str, Callable[[Any, Path], Any]] = {
    "storage.url": _database,
    "mail.folder": _path,
    "crawl.seeds": _paths,
}
