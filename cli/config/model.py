"""Every key of the configuration: its type, its default, what is allowed and whether it is a secret.

Imports pydantic (0.1 CPU s): loaded by `load`, never by importing `cli.config`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, PrivateAttr, ValidationInfo
from pydantic import field_validator as check_field

from . import checks, schedule
from .errors import ConfigWarning


@dataclass(frozen=True)
class Allowed:
    """What an error says about a key: `must be …`."""

    text: str


@dataclass(frozen=True)
class Secret:
    """A value that no error shows, and that is shown elsewhere only through `mask`."""

    mask: Callable[[str], str] = lambda value: "***" if value else ""


@dataclass(frozen=True)
class Key:
    """What is known of one key beside its value; `mask` only where it is a secret."""

    annotation: Any
    allowed: str
    mask: Callable[[str], str] | None


Line = Annotated[str, AfterValidator(checks.line), Allowed("text on one line")]
Address = Annotated[str, AfterValidator(checks.address), Allowed(checks.ADDRESS_ALLOWED)]
FilePath = Annotated[Path, Allowed("a path")]


def _number(low: float, high: float, unit: str) -> tuple[Any, Allowed]:
    return Field(ge=low, le=high, allow_inf_nan=False), Allowed(f"a number of {unit} from {low:,} to {high:,}")


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    def shown(self) -> dict[str, Any]:
        """Its values with secrets masked."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        secrets = {name: key.mask for name, key in _keys(type(self)).items() if key.mask}
        return values | {name: mask(values[name]) for name, mask in secrets.items()}

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        yield from self.shown().items()


class Storage(Section):
    url: Annotated[str, AfterValidator(checks.storage_url), Allowed(checks.STORAGE_ALLOWED), Secret(checks.mask_url)]
    min_free_bytes: Annotated[int, Field(ge=0), Allowed("a whole number, 0 or more")] = 500_000_000


class Crawl(Section):
    """`seeds` empty: the packaged sources. `delay` and `timeout` in seconds."""

    seeds: Annotated[tuple[Path, ...], Field(strict=False), Allowed("a list of paths of source files")] = ()
    contact: Annotated[str, AfterValidator(checks.contact), Allowed(checks.CONTACT_ALLOWED)] = ""
    delay: Annotated[float, *_number(0, 3600, "seconds")] = 1.0
    concurrency: Annotated[int, Field(ge=1, le=100), Allowed("a whole number from 1 to 100")] = 4
    timeout: Annotated[float, *_number(0.1, 3600, "seconds")] = 30.0
    max_page_bytes: Annotated[int, Field(ge=1, le=1_000_000_000), Allowed("a whole number from 1 to 1,000,000,000")] = (
        5_000_000
    )
    gone_after_hours: Annotated[float, *_number(0, 8760, "hours")] = 6.0
    allow_private_hosts: Annotated[bool, Allowed("true or false")] = False


class Schedule(Section):
    crawl: Annotated[
        schedule.Cron | schedule.Every, PlainValidator(schedule.parse_crawl), Allowed(schedule.CRAWL_ALLOWED)
    ] = schedule.parse_crawl("*/30 * * * *")
    daily: Annotated[schedule.Daily, PlainValidator(schedule.parse_daily), Allowed(schedule.DAILY_ALLOWED)] = (
        schedule.Daily(7, 30)
    )
    weekly: Annotated[schedule.Weekly, PlainValidator(schedule.parse_weekly), Allowed(schedule.WEEKLY_ALLOWED)] = (
        schedule.Weekly("mon", 7, 30)
    )


class Mail(Section):
    channel: Annotated[Literal["folder", "smtp"], Allowed('"folder" or "smtp"')] = "folder"
    folder: FilePath
    host: Annotated[
        str, AfterValidator(checks.mail_host), Allowed(checks.HOST_ALLOWED), Field(validate_default=True)
    ] = ""
    port: Annotated[int, Field(ge=0, le=65535), Allowed("a whole number from 0 to 65535")] = 587
    security: Annotated[Literal["starttls", "tls", "none"], Allowed('"starttls", "tls" or "none"')] = "starttls"
    username: Line = ""
    password: Annotated[str, Allowed("text"), Secret()] = ""
    sender: Annotated[str, AfterValidator(checks.sender), Allowed(checks.SENDER_ALLOWED)] = (
        "Nieuwswacht <nieuwswacht@example.org>"
    )

    @check_field("host")
    @classmethod
    def _smtp_needs_a_host(cls, host: str, info: ValidationInfo) -> str:
        if not host and info.data.get("channel") == "smtp":
            raise ValueError('must name the mail server while channel is "smtp"')
        return host


class Operator(Section):
    email: Address = ""
    ping_url: Annotated[str, AfterValidator(checks.ping_url), Allowed("an http(s) URL"), Secret()] = ""


class Web(Section):
    base_url: Annotated[str, AfterValidator(checks.base_url), Allowed(checks.WEB_ALLOWED)] = ""


class Config(Section):
    """A whole configuration. `watch` holds the `[[watch]]` tables as written; empty: the packaged watch."""

    timezone: Annotated[str, AfterValidator(checks.time_zone), Allowed(checks.ZONE_ALLOWED)] = "Europe/Amsterdam"
    language: Annotated[Literal["nl", "en"], Allowed('"nl" or "en"')] = "nl"
    storage: Storage
    crawl: Crawl = Crawl()
    schedule: Schedule = Schedule()
    mail: Mail
    operator: Operator = Operator()
    web: Web = Web()
    watch: Annotated[
        tuple[dict[str, Any], ...], Field(strict=False), Allowed("a list of tables, each written as [[watch]]")
    ] = ()

    _file: Path | None = PrivateAttr(default=None)
    _origins: Mapping[str, str] = PrivateAttr(default_factory=dict)
    _warnings: tuple[ConfigWarning, ...] = PrivateAttr(default=())

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def file(self) -> Path | None:
        """The file that was read, if there was one."""
        return self._file

    @property
    def warnings(self) -> tuple[ConfigWarning, ...]:
        return self._warnings

    def secrets(self) -> Iterator[str]:
        """What must never be shown, wherever it turns up; a password in a URL also as it stands there."""
        yield from (self.mail.password, self.operator.ping_url)
        try:
            written = urlsplit(self.storage.url).password or ""
        except ValueError:
            written = ""
        yield from (written, unquote(written))

    def origin(self, key: str) -> str:
        """Where a key's value came from: a file's path, `$VARIABLE` or `default`. KeyError for an unknown key."""
        if key not in known_keys():
            raise KeyError(key)
        return self._origins.get(key, "default")

    def located(self, file: Path | None, origins: Mapping[str, str], warnings: tuple[ConfigWarning, ...]) -> Config:
        """This configuration, knowing where it came from."""
        self._file, self._origins, self._warnings = file, origins, warnings
        return self


def known_keys() -> dict[str, Key]:
    """Every key, as `section.key`, or `key` where it stands at the top."""
    keys: dict[str, Key] = {}
    for name, field in Config.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, Section):
            keys |= {f"{name}.{inner}": key for inner, key in _keys(section).items()}
        else:
            keys[name] = _keys(Config)[name]
    return keys


def _keys(model: type[BaseModel]) -> dict[str, Key]:
    keys = {}
    for name, field in model.model_fields.items():
        allowed = next((marker.text for marker in field.metadata if isinstance(marker, Allowed)), "a table")
        mask = next((marker.mask for marker in field.metadata if isinstance(marker, Secret)), None)
        keys[name] = Key(field.annotation, allowed, mask)
    return keys
