"""What a database's errors mean to the person who has to do something about them."""

from __future__ import annotations

from typing import Any

_OTHER_TABLES = (
    "its tables are not those of this nieuwswacht: something else, or a version that was never released, made them;"
    " restore a backup, or move the file away and begin anew"
)
# SQLite tells them apart by text alone, PostgreSQL while no session stands yet.
_SIGNS = {
    "disk is full": "the disk is full; free some space, then run the command again: nothing was half-stored",
    "database or disk is full": "the disk is full; free some space, then run the command again",
    "disk I/O error": "the disk could not be read or written; check it, then run `nieuwswacht check`",
    "malformed": "the file is damaged; restore a backup with `nieuwswacht restore FILE`",
    "file is not a database": "the file is not a nieuwswacht database, or it is damaged; restore a backup",
    "readonly": "it cannot be written; check the owner and mode of the file and its folder",
    "unable to open": "it cannot be opened; check that the folder exists and may be written",
    "no such column": _OTHER_TABLES,
    "no such table": _OTHER_TABLES,
    "database is locked": "another process held it for more than 10 seconds; run the command again",
    "authentication failed": "the server refuses the log-in; check user name and password in [storage] url",
    "no password supplied": "the server asks for a password; put one in [storage] url, or in ~/.pgpass",
    "pg_hba.conf": "the server takes no log-in of this user from this machine; its pg_hba.conf says who may",
    "does not exist": "there is no such database or user on the server; make them with `createuser` and `createdb`",
    "too many clients": "the server has no connection left; raise max_connections, or run fewer workers",
    "remaining connection slots": "the server has no connection left; raise max_connections, or run fewer workers",
    "is starting up": "the server is still starting; run the command again in a moment",
    "is shutting down": "the server is shutting down; run the command again when it is back",
    "could not translate host name": "the server's name in [storage] url is not known",
    "failed to resolve host": "the server's name in [storage] url is not known",
    "the connection is closed": "the server ended the connection; run the command again",
    "the connection is lost": "the server ended the connection; run the command again",
    "connection to server": "the server does not answer; check that it runs, and host and port in [storage] url",
    "connection failed": "the server does not answer; check that it runs, and host and port in [storage] url",
    "connection timeout expired": "the server does not answer; check host and port in [storage] url",
    "server closed the connection": "the server ended the connection; run the command again",
}
# https://www.postgresql.org/docs/15/errcodes-appendix.html; the text beside them may be in any language.
_STATES = {
    "53100": "the server's disk is full; free some space there, then run the command again: nothing was half-stored",
    "53200": "the server is out of memory; run the command again when it has some",
    "53300": "the server has no connection left; raise max_connections, or run fewer workers",
    "25006": "the server only lets us read (a standby?); [storage] url must name the one that may be written",
    "42501": "the server does not let this user do that; the user must own the database, or be given the right",
    "55P03": "another process held it for more than two minutes; run the command again",
    "42P01": _OTHER_TABLES,
    "42703": _OTHER_TABLES,
    "57014": "the server ended a statement that took too long; run the command again when it is less busy",
    "57P01": "the server ended the connection; run the command again",
    "57P02": "the server ended the connection after a crash of its own; run the command again",
    "57P03": "the server is still starting; run the command again in a moment",
    "25P03": "the server ended a transaction that stood still; run the command again",
    "58030": "the server's disk could not be read or written; look at the server's log",
    "XX001": "the server found damaged data; look at its log, and restore a backup with `pg_restore`",
    "XX002": "the server found a damaged index; look at its log, then `REINDEX DATABASE`",
}


def cause_of(error: BaseException | None) -> str | None:
    """One sentence with the next step; None for what is a fault of ours."""
    state: Any = getattr(error, "sqlstate", None)
    if state:
        return _STATES.get(state) or (_STATES["57P01"] if state.startswith("08") else None)
    message = str(error)
    return next((cause for sign, cause in _SIGNS.items() if sign in message), None)
