"""The queue that workers share: procrastinate's, in a schema of its own beside the archive."""

from __future__ import annotations

import procrastinate
import psycopg
from procrastinate.schema import SchemaManager

from storage.locks import held_at
from storage.postgresql import address, session_options

# A newer procrastinate gets a new queue instead of migrations of this one: what it holds is made again in no time.
SCHEMA = "nieuwswacht_jobs_" + "_".join(procrastinate.__version__.split(".")[:2])
_CONNECTIONS = 5  # one listens, the others ask and answer in turn


def queue_at(url: str) -> procrastinate.App:
    """The queue beside the archive at `url`, made when it is not there yet. Raises DatabaseUnusable."""
    with held_at(address(url), "queue", wait=60), psycopg.connect(address(url), **session_options(url)) as session:
        if session.execute("SELECT to_regclass(%s)", (f"{SCHEMA}.procrastinate_jobs",)).fetchone() == (None,):
            session.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}".encode())
            session.execute(f"SET LOCAL search_path TO {SCHEMA}".encode())
            session.execute(SchemaManager.get_schema())
    connector = procrastinate.PsycopgConnector(
        conninfo=address(url), kwargs=session_options(url, search_path=SCHEMA), min_size=1, max_size=_CONNECTIONS
    )
    return procrastinate.App(connector=connector)
