"""One digest at a time on one archive, and one crawl at a time of one source, across processes.

On SQLite a lock is a file beside the archive, on PostgreSQL an advisory lock of a session: both end with the process
that holds them, however it ends. One machine with one file crawls everything under one lock; on a server each source
has its own, so that several workers share the sources.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.errors import DatabaseUnusable, LockHeld
from storage.postgresql import address, keys, session_options

if TYPE_CHECKING:  # the service holds its lock without loading SQLAlchemy
    import psycopg

    from storage.database import Database

_LOOK_AGAIN = 0.1  # seconds


@contextmanager
def held(database: Database, job: str, *, wait: float = 0) -> Iterator[None]:
    """Hold the lock of `job` ("digest", "run", …); LockHeld after `wait` seconds. It dies with the process."""
    with held_at(lock_place(database), job, wait=wait):
        yield


@contextmanager
def crawling(
    database: Database, sources: Iterable[str], *, besides: Collection[str] = (), wait: float = 0
) -> Iterator[None]:
    """Nobody else crawls these sources, or settles what crawls found in them. Names of hosts may stand among them.

    `besides`: what the caller holds already.
    """
    place = lock_place(database)
    with ExitStack() as locks:
        if isinstance(place, str):
            jobs = [f"crawl:{source}" for source in sorted(set(sources) - set(besides))]
            if jobs:
                locks.enter_context(_held_on_server(place, jobs, wait=wait))
        elif not besides:
            locks.enter_context(held_at(place, "crawl", wait=wait))
        yield


@contextmanager
def held_at(place: Path | str, job: str, *, wait: float = 0, shared: bool = False) -> Iterator[None]:
    """The same for an archive's file, which need not exist yet, or a server's address.

    `shared`, on a server only: others may share it, but nobody hold it alone.
    """
    if isinstance(place, str):
        with _held_on_server(place, [job], wait=wait, shared=shared):
            yield
        return
    from filelock import FileLock, Timeout

    lock = FileLock(place.with_name(f"{place.name}.{job}.lock"))
    try:
        lock.acquire(timeout=wait)
    except Timeout as error:
        raise _taken(job) from error
    except OSError as error:
        cause = f"{error.strerror}; free some space, or check the owner and mode of its folder"
        raise DatabaseUnusable(f"the lock {lock.lock_file} beside the archive cannot be made: {cause}") from error
    try:
        yield
    finally:
        lock.release()


def is_held(database: Database, job: str) -> bool:
    """Whether some process holds this lock, for "crawl" of any source.

    On SQLite looking takes it for an instant, so whoever starts a job waits a moment.
    """
    place = lock_place(database)
    if isinstance(place, str):
        with _session(place) as session:
            query = (
                "SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database WHERE granted AND"
                " locktype = 'advisory' AND classid::bigint = %s AND objsubid = 2 AND datname = current_database()"
            )
            return session.execute(query, (keys(job)[0] % 2**32,)).fetchone() is not None
    try:
        with held_at(place, job):
            return False
    except LockHeld:
        return True


def lock_place(database: Database) -> Path | str:
    """Where an archive's locks are: beside its file, or on its server."""
    return database.path if database.path is not None else address(database.url)


@contextmanager
def _held_on_server(server: str, jobs: Collection[str], *, wait: float, shared: bool = False) -> Iterator[None]:
    """In a session of its own, which works at nothing else and so is not ended by any other limit."""
    function = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
    patience = time.monotonic() + wait
    with _session(server) as session:
        try:
            for job in jobs:
                while not _first(session, f"SELECT {function}(%s, %s)", keys(job)):
                    if time.monotonic() >= patience:
                        raise _taken(job)
                    time.sleep(_LOOK_AGAIN)
            yield
        finally:
            _let_go(session)


@contextmanager
def _session(server: str) -> Iterator[psycopg.Connection[Any]]:
    import psycopg

    from storage.causes import cause_of

    try:
        connection = psycopg.connect(server, autocommit=True, **session_options(server, idle_session_timeout="0"))
    except psycopg.Error as error:
        raise DatabaseUnusable(f"the database server: {cause_of(error) or error}") from error
    try:
        yield connection
    finally:
        connection.close()


def _let_go(session: psycopg.Connection[Any]) -> None:
    """By word: a busy server hears only later that a session has ended, and would refuse who comes next."""
    import psycopg

    with suppress(psycopg.Error):
        session.execute("SELECT pg_advisory_unlock_all()")


def _first(session: psycopg.Connection[Any], query: str, values: tuple[int, int]) -> Any:
    row = session.execute(query.encode(), values).fetchone()
    return row[0] if row else None


def _taken(job: str) -> LockHeld:
    what, _, source = job.partition(":")
    at_work = f"another {what}{f' of {source}' if source else ''} is at work on this archive"
    return LockHeld(f"{at_work}; wait for it to end, or see `nieuwswacht status`")
