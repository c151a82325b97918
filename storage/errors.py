"""What can go wrong with the archive, as a person should read it."""


class DatabaseUnusable(Exception):
    """The database cannot be opened or written: newer schema, corrupt, read-only, disk full. Exit code 8."""


class LockHeld(Exception):
    """Another crawl or digest is at work on the same database. Exit code 7."""
