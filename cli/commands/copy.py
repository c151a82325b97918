"""`copy`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli.app import App, command, json_option

if TYPE_CHECKING:
    from storage.database import Database


@command("copy", epilog="Example: nieuwswacht copy --to postgresql://wacht@127.0.0.1/nieuwswacht")
@click.option("--to", "url", required=True, metavar="URL", help="An empty database, named as [storage] url would.")
@json_option
def copy(app: App, url: str, as_json: bool) -> None:
    """Copy the whole archive into an empty database: from SQLite to PostgreSQL, or back.

    The archive itself stays as it is. While it is copied it can be read, but nothing crawls, digests or writes, so
    that the copy lacks nothing. Put the new URL into [storage] afterwards.
    """
    from cli.config.checks import mask_url, storage_url
    from cli.show.progress import progress
    from storage.copying import copy_archive, require_empty, same_place
    from storage.database import open_database

    try:
        address = storage_url(url)
    except ValueError as error:
        raise click.UsageError(f"--to {error}.") from None
    archive = app.database(create=False)
    if same_place(archive.url, address):
        raise click.UsageError("--to names the archive that is to be copied.")
    target = open_database(address)
    try:
        with target.read() as session:
            require_empty(session)  # before anybody has to wait
        with _nobody_at_work(archive), archive.write() as session, progress(app, "Copying rows") as advance:
            rows = copy_archive(session, target, advance)
    finally:
        target.close()
    if as_json:
        app.print_json({"to": mask_url(address), "rows": rows})
    else:
        app.say(f'Copied {sum(rows.values())} rows. With [storage] url = "{mask_url(address)}" the copy is in use.')


@contextmanager
def _nobody_at_work(archive: Database) -> Iterator[None]:
    from storage.locks import crawling, held
    from storage.sources import source_names

    with archive.read() as session:
        names = source_names(session)
    with held(archive, "run"), held(archive, "digest"), crawling(archive, names):
        yield
