"""Progress on stderr, for people who watch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.app import App

Advance = Callable[[int, int], None]


@contextmanager
def progress(app: App, description: str) -> Iterator[Advance]:
    """A bar with the remaining time, gone when the block ends; `advance(done, total)` moves it.

    Off a terminal, with `-q`, and among JSON log lines there is none.
    """
    if not app.animated:
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=app.err, transient=True) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
