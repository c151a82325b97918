"""What each command of ours may need, imported and made ready once for all those that tests start; see tests/nursery.py."""

from __future__ import annotations

import gc
from importlib import import_module
from pkgutil import walk_packages

from sqlalchemy.orm import configure_mappers

NOT_BEFORE = ("storage.migrations.", "cli.worker.")  # an environment for Alembic, and what PostgreSQL needs

for package in ("cli", "alerts", "crawler", "storage"):
    for module in walk_packages(import_module(package).__path__, f"{package}."):
        if not module.name.startswith(NOT_BEFORE):
            import_module(module.name)
configure_mappers()  # what the first statement of each process would do: up to half of a short command
gc.freeze()
