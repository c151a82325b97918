"""One crawl and one digest at a time on one archive, across processes."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from storage.errors import LockHeld

if TYPE_CHECKING:  # the service holds its lock without loading SQLAlchemy
    from storage.database import Database


@contextmanager
def held(database: Database, job: str, *, wait: float = 0) -> Iterator[None]:
    """Hold the lock of `job` ("crawl", "digest" or "run"); LockHeld after `wait` seconds. It dies with the process."""
    with held_at(lock_stem(database), job, wait=wait):
        yield


@contextmanager
def held_at(archive: Path, job: str, *, wait: float = 0) -> Iterator[None]:
    """The same for an archive's file, which need not exist yet."""
    lock = FileLock(archive.with_name(f"{archive.name}.{job}.lock"))
    try:
        lock.acquire(timeout=wait)
    except Timeout as error:
        raise LockHeld(
            f"another {job} is at work on this archive; wait for it to end, or see `nieuwswacht status`"
        ) from error
    try:
        yield
    finally:
        lock.release()


def is_held(database: Database, job: str) -> bool:
    """Whether some process holds this lock. Looking takes it for an instant, so whoever starts a job waits a moment."""
    try:
        with held(database, job):
            return False
    except LockHeld:
        return True


def lock_stem(database: Database) -> Path:
    """What an archive's locks are named after; the same for every process of one machine."""
    if database.path is not None:
        return database.path
    name = hashlib.blake2b(database.url.encode(), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"nieuwswacht-{name}"
