"""A lock is free the moment its holder is done, however busy the server is."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.errors import LockHeld
from storage.locks import crawling, held
from tests.databases import fresh_url, opened


def test_who_comes_right_after_the_holder_is_not_turned_away(tmp_path: Path) -> None:
    with opened(fresh_url(tmp_path)) as database:
        for _ in range(50):
            with crawling(database, ["een", "twee", "127.0.0.1"]), held(database, "digest"):
                pass


def test_who_was_turned_away_holds_nothing(tmp_path: Path) -> None:
    with opened(fresh_url(tmp_path)) as database:
        with crawling(database, ["twee"]):
            for _ in range(10):
                with pytest.raises(LockHeld), crawling(database, ["een", "twee"]):
                    pass
        for _ in range(10):
            with crawling(database, ["een", "twee"]):
                pass
