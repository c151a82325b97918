"""Mails as .eml files, for trying out and for those who send them by other means."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from email import message_from_bytes
from email.policy import default
from hashlib import blake2b
from pathlib import Path

from alerts.channels.answers import Unreachable
from alerts.channels.channel import Channel

_UNSAFE = re.compile(r"[^A-Za-z0-9.@_-]+")


class FolderChannel(Channel):
    """One file per Message-ID: sending a mail again writes the same file, so nothing is ever there twice."""

    name = "folder"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: bytes, recipient: str) -> None:  # noqa: ARG002 - the message names its recipient itself
        target = self.folder / f"{_name(message)}.eml"
        # One sender at a time: what a killed one left of this mail is in the way of nobody but its repeat.
        unfinished = target.with_suffix(".tmp")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
            _sync_folder(self.folder)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink()
            raise Unreachable(
                f"the folder {self.folder} cannot be written: {error.strerror}", needs_person=True
            ) from error

    def check(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe = self.folder / f".check.{os.getpid()}.tmp"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise Unreachable(
                f"the folder {self.folder} cannot be written: {error.strerror}", needs_person=True
            ) from error


def _name(message: bytes) -> str:
    """From the Message-ID; a hash of the bytes where there is none, so that no two mails share a file."""
    identity = str(message_from_bytes(message, policy=default)["Message-ID"] or "").strip("<> ")
    return _UNSAFE.sub("_", identity).strip(".")[:150] or blake2b(message, digest_size=16).hexdigest()


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power failure, where folders can be synced."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
