"""The exit codes that scripts and service managers rely on: one list, which the reference prints."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a command ended with; `meaning` as the reference says it."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Exit:
        one = int.__new__(cls, code)
        one._value_ = code
        one.meaning = meaning
        return one

    DONE = 0, "done"
    PROBLEM = 1, "unexpected failure, an unknown target, or `status` or `check` found something wrong"
    USAGE = 2, "the command line was not understood"
    CONFIGURATION = 3, "the configuration, a source file or a watch cannot be used"
    SOME_UNREAD = 4, "done, but some pages could not be read"
    SOURCE_BROKEN = 5, "a source is broken: no seed could be read, or its layout is no longer understood"
    NOT_ACCEPTED = 6, "mail was not accepted; it waits in the outbox"
    BUSY = 7, "another crawl or digest is at work"
    DATABASE = 8, "the database cannot be used: a newer schema, damage, or a full disk"
    INTERRUPTED = 130, "stopped by Ctrl-C, in good order"
    TERMINATED = 143, "stopped by SIGTERM, in good order"
