"""Bringing an archive into another database, of either kind: every row with its id, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from storage.base import Base
from storage.database import Database, sqlite_path
from storage.errors import DatabaseUnusable

_BATCH = 500  # rows: some megabytes where they are widest
Progress = Callable[[int, int], None]


def copy_archive(before: Session, target: Database, progress: Progress = lambda _done, _total: None) -> dict[str, int]:
    """Table -> rows copied. Raises DatabaseUnusable: the target is not empty, a row does not fit, a count differs.

    `before` is one view of the archive, or its write lock where nothing may be written meanwhile. One transaction
    fills the target, so that after a failure or a signal it holds nothing and the same command starts again.
    `progress` hears how many rows are there, of how many.
    """
    expected = row_counts(before)
    done, total = 0, sum(expected.values())
    with target.write() as after:
        require_empty(after)
        for table in Base.metadata.sorted_tables:
            for batch in _batches(before, table):
                try:
                    after.execute(insert(table), batch)
                except DataError as error:
                    raise DatabaseUnusable(f"a row of {table.name} does not fit: {error.orig}") from error
                done += len(batch)
                progress(done, total)
            _continue_numbering(after, table)
        copied = row_counts(after)
        if copied != expected:
            raise DatabaseUnusable(f"the copy differs from what was copied and was undone: {copied}, not {expected}")
        after.execute(text("ANALYZE"))  # or the first queries would be planned for empty tables
    return copied


def require_empty(session: Session) -> None:
    """Raises DatabaseUnusable when there is a row in any table."""
    if occupied := [name for name, count in row_counts(session).items() if count]:
        raise DatabaseUnusable(
            f"the database to fill is not empty ({', '.join(occupied)}); name an empty one, nothing was changed"
        )


def same_place(one: str, other: str) -> bool:
    """Whether two URLs name one archive, as far as their spelling tells."""
    paths = sqlite_path(one), sqlite_path(other)
    return one == other if None in paths else len({path.resolve() for path in paths if path}) == 1


def row_counts(session: Session) -> dict[str, int]:
    """Table -> number of rows."""
    return {
        table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in Base.metadata.sorted_tables
    }


def _batches(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    # A row that rests on another of its own table, as a snapshot on its dictionary, comes after it.
    own = [
        column.is_not(None) for column in table.columns if any(key.column.table is table for key in column.foreign_keys)
    ]
    rows = session.execute(select(table).order_by(*own, *table.primary_key).execution_options(yield_per=_BATCH))
    for batch in rows.mappings().partitions():
        yield [dict(row) for row in batch]


def _continue_numbering(session: Session, table: Table) -> None:
    """SQLite takes the next number by itself; a server's sequence has not heard of ids that were given."""
    if session.get_bind().dialect.name == "sqlite" or "id" not in table.columns:
        return
    newest = f"(SELECT max(id) FROM {table.name})"  # noqa: S608 - a name of our own
    session.execute(
        text(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), coalesce({newest}, 1), {newest} IS NOT NULL)"
        )
    )
