"""`worker`."""

from __future__ import annotations

import logging

import click

from cli.app import App, command


@command("worker", epilog="Example: nieuwswacht worker --crawls 4 --log-format json")
@click.option(
    "--crawls", type=click.IntRange(1, 50), default=2, show_default=True, metavar="N", help="Sources crawled at once."
)
def worker(app: App, crawls: int) -> int:
    """Share the work on one archive with other workers, on this machine and others, until SIGTERM or Ctrl-C.

    For an archive on PostgreSQL. Each source is crawled by one worker at a time, and so is each host; one of the
    workers keeps the timetable of [schedule]. What a worker that is lost had begun, another does again.
    """
    import asyncio

    from cli import logs
    from cli.config.errors import ConfigError
    from cli.service.children import Children, common_options
    from cli.service.plan import make_plan
    from cli.signals import StopSignals
    from storage.postgresql import is_server

    if not is_server(app.config.storage.url):
        raise ConfigError(
            "[storage] url names a file, and workers share an archive on PostgreSQL: `nieuwswacht copy` moves it there;"
            " `nieuwswacht run` serves one machine."
        )
    try:
        from cli.worker.worker import work
    except ModuleNotFoundError as error:
        raise ConfigError(f"a worker needs {error.name}: install `nieuwswacht[worker]`.") from error
    logs.configure(max(app.verbosity, 1) if app.verbosity >= 0 else app.verbosity, app.log_format)
    for library in ("apscheduler", "procrastinate", "psycopg"):
        logging.getLogger(library).setLevel(logging.DEBUG if app.verbosity > 1 else logging.ERROR)
    database, plan = app.database(), make_plan(app)
    with StopSignals() as signals:
        number = asyncio.run(work(database, app.sources, plan, Children(common_options(app)), crawls, signals))
    logging.getLogger("worker").info("stopped")
    return 128 + number if number else 1
