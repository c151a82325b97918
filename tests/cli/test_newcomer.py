"""From nothing to a subscribed mailbox: each command says which comes next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.server import serve

from .conftest import Done, command


def test_each_command_of_a_newcomer_is_told_by_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(Replica(articles(6))) as site:
        _go(site, tmp_path, monkeypatch)


def told(done: Done) -> list[str]:
    """The commands that this one's messages name."""
    assert done.code == 0, done.err
    return re.findall(r"`nieuwswacht ([a-z]+)", done.err)


def _go(site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "source.toml").write_text(f'name = "proef"\nstart_urls = ["{site}/thema/data-en-ai/"]\n')
    for key, value in {
        "CRAWL__SEEDS": '["source.toml"]',
        "CRAWL__DELAY": "0",
        "CRAWL__ALLOW_PRIVATE_HOSTS": "true",
        "STORAGE__URL": f"sqlite:///{tmp_path}/archive.db",
        "MAIL__FOLDER": str(tmp_path / "outbox"),
        "STORAGE__MIN_FREE_BYTES": "0",
    }.items():
        monkeypatch.setenv(f"NIEUWSWACHT_{key}", value)

    assert "crawl" in told(command(tmp_path, "init"))
    assert told(command(tmp_path, "crawl")) == ["subscribe"]
    after = told(command(tmp_path, "subscribe", "minister@example.org", "--every", "daily"))
    assert after == ["digest", "run"]
    assert told(command(tmp_path, "digest")) == []
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1
    # Who crawls again knows the way.
    assert told(command(tmp_path, "crawl")) == []
