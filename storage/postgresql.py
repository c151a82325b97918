"""What only a database server needs: its sessions, the one lock of its writers, and what its errors mean."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the service holds its lock without loading SQLAlchemy
    from sqlalchemy import Connection, Engine

_WRITERS = "write"

# A process that hangs (or is stopped by a signal) in mid-transaction must not keep all others waiting for ever, and a
# machine that lost its power must not keep its locks: the server asks after it, and ends its sessions within a minute.
_SESSION = {
    "TimeZone": "UTC",
    "lock_timeout": "120s",
    "statement_timeout": "300s",
    "idle_in_transaction_session_timeout": "300s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
_CONNECT_TIMEOUT = 10  # seconds


def is_server(url: str) -> bool:
    return url.startswith("postgresql")


def address(url: str) -> str:
    """The same place as the database's own tools and libraries spell it."""
    return "postgresql://" + url.partition("://")[2]


def session_options(url: str, **more: str) -> dict[str, Any]:
    """What to connect with. The URL's own `options` come last and so win."""
    from urllib.parse import parse_qs, urlsplit

    own = " ".join(parse_qs(urlsplit(url).query).get("options", []))
    settings = " ".join(f"-c {name}={value}" for name, value in {**_SESSION, **more}.items())
    return {
        "options": f"{settings} {own}".strip(),
        "connect_timeout": _CONNECT_TIMEOUT,
        "application_name": "nieuwswacht",
    }


def server_engine(url: str) -> Engine:
    """Writers take turns, as they do on SQLite: see `Database.write`.

    No `pool_pre_ping`: were the server restarted under a running crawl, the crawl's lock would be gone, and it must
    not go on over a new connection as if nothing had happened.
    """
    from sqlalchemy import create_engine, event

    from storage.errors import DatabaseUnusable

    try:
        engine = create_engine(f"postgresql+psycopg://{url.partition('://')[2]}", connect_args=session_options(url))
    except ModuleNotFoundError as error:
        raise DatabaseUnusable(
            f"[storage] url asks for PostgreSQL, and {error.name} is missing: install `nieuwswacht[postgresql]`"
        ) from error
    event.listen(engine, "begin", _take_turn)
    return engine


def _take_turn(connection: Connection) -> None:
    if not connection.get_execution_options().get("read_only", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({keys(_WRITERS)[0]}, 0)")


def prepare_upgrade(connection: Connection) -> None:
    """Wait for whoever writes or upgrades now, and let the upgrade take the time it needs."""
    from storage.errors import DatabaseUnusable

    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise DatabaseUnusable(f"the database is in {encoding}; make one with `createdb --encoding UTF8`")
    for setting in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {setting} = 0")
    _take_turn(connection)


def keys(lock: str) -> tuple[int, int]:
    """A lock's two keys: of `crawl:ibestuur` one for the job and one for what it works on; without the latter 0."""
    job, _, subject = lock.partition(":")
    return _key(f"nieuwswacht {job}"), _key(subject) if subject else 0


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big", signed=True)
