"""Every key of the configuration: its type, its default, what is allowed and whether it is a secret.

Imports pydantic (0.1 CPU s): loaded by `load`, never by importing `cli.config`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PlainValidator, PrivateAttr, ValidationInfo
from pydantic import field_validator as check_field

from . import checks, schedule
from .errors import ConfigWarning
from .keys import Allowed, Key, Means, Secret, Section, keys_of, number


class Storage(Section):
    """`min_free_bytes` in bytes."""

    url: Annotated[
        str,
        AfterValidator(checks.storage_url),
        Allowed(checks.STORAGE_ALLOWED),
        Secret(checks.mask_url),
        Means(
            'where everything is kept; PostgreSQL: "postgresql+psycopg://user@host/database"',
            without="nieuwswacht.db in your data directory",
            example="sqlite:///nieuwswacht.db",
        ),
    ]
    min_free_bytes: Annotated[
        int,
        Field(ge=0),
        Allowed("a whole number, 0 or more"),
        Means("no crawl starts while the disk has less room than this; mails still leave"),
    ] = 500_000_000


class Crawl(Section):
    """`seeds` empty: the packaged sources. `delay` and `timeout` in seconds."""

    seeds: Annotated[
        tuple[Path, ...],
        Field(strict=False),
        Allowed("a list of paths of source files"),
        Means(
            "files that describe the sites to watch",
            without="the sources that come with nieuwswacht",
            example=["seeds/ibestuur.toml"],
        ),
    ] = ()
    contact: Annotated[
        str,
        AfterValidator(checks.contact),
        Allowed(checks.CONTACT_ALLOWED),
        Means("your e-mail address or page, told to the sites in the User-Agent; please fill it in"),
    ] = ""
    delay: Annotated[float, *number(0, 3600, "seconds"), Means("seconds between two requests to one host")] = 1.0
    concurrency: Annotated[
        int,
        Field(ge=1, le=100),
        Allowed("a whole number from 1 to 100"),
        Means("requests under way at once, over all hosts"),
    ] = 4
    timeout: Annotated[float, *number(0.1, 3600, "seconds"), Means("seconds to wait for one page")] = 30.0
    max_page_bytes: Annotated[
        int,
        Field(ge=1, le=1_000_000_000),
        Allowed("a whole number from 1 to 1,000,000,000"),
        Means("a larger page is not read"),
    ] = 5_000_000
    gone_after_hours: Annotated[
        float,
        *number(0, 8760, "hours"),
        Means("an article is gone after two 404s this far apart (a 410 counts at once)"),
    ] = 6.0
    allow_private_hosts: Annotated[
        bool,
        Allowed("true or false"),
        Means("true only for tests and intranets: also visit addresses of the local network"),
    ] = False


class Schedule(Section):
    crawl: Annotated[
        schedule.Cron | schedule.Every,
        PlainValidator(schedule.parse_crawl),
        Allowed(schedule.CRAWL_ALLOWED),
        Means('when to crawl: a cron line in `timezone`, or "every 10 minutes" / "every 30 seconds"'),
    ] = schedule.parse_crawl("*/30 * * * *")
    daily: Annotated[
        schedule.Daily,
        PlainValidator(schedule.parse_daily),
        Allowed(schedule.DAILY_ALLOWED),
        Means("when daily digests are sent; not between 02:00 and 03:00 (clock changes)"),
    ] = schedule.Daily(7, 30)
    weekly: Annotated[
        schedule.Weekly,
        PlainValidator(schedule.parse_weekly),
        Allowed(schedule.WEEKLY_ALLOWED),
        Means("when weekly digests are sent: mon, tue, wed, thu, fri, sat or sun, and a time"),
    ] = schedule.Weekly("mon", 7, 30)


class Mail(Section):
    channel: Annotated[
        Literal["folder", "smtp"], Allowed('"folder" or "smtp"'), Means('"folder" writes .eml files, "smtp" sends')
    ] = "folder"
    folder: Annotated[
        Path,
        Allowed("a path"),
        Means('where channel "folder" writes', without="outbox in your data directory", example="outbox"),
    ]
    host: Annotated[
        str,
        AfterValidator(checks.mail_host),
        Allowed(checks.HOST_ALLOWED),
        Field(validate_default=True),
        Means('the mail server, needed for channel "smtp"'),
    ] = ""
    port: Annotated[int, Field(ge=0, le=65535), Allowed("a whole number from 0 to 65535"), Means("its port")] = 587
    security: Annotated[
        Literal["starttls", "tls", "none"],
        Allowed('"starttls", "tls" or "none"'),
        Means('"starttls" (587), "tls" (465) or "none" (25, only for a server you trust)'),
    ] = "starttls"
    username: Annotated[
        str, AfterValidator(checks.line), Allowed("text on one line"), Means("to log in with; empty: no log-in")
    ] = ""
    password: Annotated[str, Allowed("text"), Secret(), Means("to log in with; better kept out of this file")] = ""
    sender: Annotated[
        str, AfterValidator(checks.sender), Allowed(checks.SENDER_ALLOWED), Means("who the mails are from")
    ] = "Nieuwswacht <nieuwswacht@example.org>"

    @check_field("host")
    @classmethod
    def _smtp_needs_a_host(cls, host: str, info: ValidationInfo) -> str:
        if not host and info.data.get("channel") == "smtp":
            raise ValueError('must name the mail server while channel is "smtp"')
        return host


class Operator(Section):
    email: Annotated[
        str,
        AfterValidator(checks.address),
        Allowed(checks.ADDRESS_ALLOWED),
        Means("who hears of trouble, and of its end"),
    ] = ""
    ping_url: Annotated[
        str,
        AfterValidator(checks.ping_url),
        Allowed("an http(s) URL"),
        Secret(),
        Means("a dead-man's switch: told of each start, success and failure"),
    ] = ""


class Web(Section):
    base_url: Annotated[
        str,
        AfterValidator(checks.base_url),
        Allowed(checks.WEB_ALLOWED),
        Means('where the pages can be reached, such as "https://wacht.example.org"; used in mails'),
    ] = ""


class Config(Section):
    """A whole configuration. `watch` holds the `[[watch]]` tables as written; empty: the packaged watch."""

    timezone: Annotated[
        str,
        AfterValidator(checks.time_zone),
        Allowed(checks.ZONE_ALLOWED),
        Means("of the timetable and of the times in mails"),
    ] = "Europe/Amsterdam"
    language: Annotated[Literal["nl", "en"], Allowed('"nl" or "en"'), Means('of mails and pages: "nl" or "en"')] = "nl"
    storage: Storage
    crawl: Crawl = Crawl()
    schedule: Schedule = Schedule()
    mail: Mail
    operator: Operator = Operator()
    web: Web = Web()
    watch: Annotated[
        tuple[dict[str, Any], ...],
        Field(strict=False),
        Allowed("a list of tables, each written as [[watch]]"),
        Means(
            "what to look for; a watch of the same name replaces one that comes with nieuwswacht, others are added",
            without='the watch "ai-coalitie" that comes with nieuwswacht',
        ),
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
            keys |= {f"{name}.{inner}": key for inner, key in keys_of(section).items()}
        else:
            keys[name] = keys_of(Config)[name]
    return keys
