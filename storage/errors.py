"""What can go wrong with the archive, as a person should read it."""


class DatabaseUnusable(Exception):  # noqa: N818 - a state, read aloud in messages
    """The database cannot be opened or written: newer schema, corrupt, read-only, disk full. Exit code 8."""


class LockHeld(Exception):  # noqa: N818
    """Another crawl or digest is at work on the same database. Exit code 7."""
