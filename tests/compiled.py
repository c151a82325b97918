"""What SQLAlchemy compiled for one archive serves the next: tests open thousands, each with an engine of its own.

The same statement is compiled anew for each dialect, and each engine has one. In tests all engines of a kind take that of
the first one that reached its database; it knows what the driver and the server can do, and nothing of any archive.
"""

from __future__ import annotations

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

from storage import database

_own_engine = database._engine
_DIALECTS: dict[str, Dialect] = {}
_COMPILED: LRUCache[object, object] = LRUCache(3000)


def share_what_is_compiled() -> None:
    database._engine = _engine


def _engine(url: str) -> Engine:
    engine = _own_engine(url)
    engine.update_execution_options(compiled_cache=_COMPILED)
    if engine.name in _DIALECTS:
        engine.dialect = _DIALECTS[engine.name]
    else:
        event.listen(engine, "engine_connect", _keep_dialect)
    return engine


def _keep_dialect(connection: Connection) -> None:
    _DIALECTS.setdefault(connection.dialect.name, connection.dialect)
