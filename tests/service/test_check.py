"""`check` tries what news has to pass, and says what to do about the first thing that is wrong."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cli.demo.model import Replica
from cli.service import checks
from cli.service.checks import Finding, all_checks
from tests.databases import execute, fresh_url, sqlite_only
from tests.delivery.builders import World
from tests.service.conftest import Installation

Install = Callable[..., Installation]
FINE = {"trouble": "", "articles": ["https://example.org/artikel/een/"], "found": ["title"], "missing": []}


def findings(place: Installation, **pages: Mapping[str, Any]) -> dict[str, Finding]:
    """With pages as `seed` and `article` say, without fetching any."""
    app = place.app()
    found = {
        finding.check: finding
        for finding in all_checks(app, lambda kind, _source, _url: {**FINE, **pages.get(kind, {})})
    }
    app.close()
    return found


def states(place: Installation, **pages: Mapping[str, Any]) -> dict[str, str]:
    return {name: finding.state for name, finding in findings(place, **pages).items()}


@pytest.fixture
def place(installed: Install) -> Installation:
    return installed(crawl={"contact": "beheer@example.org"}, operator={"email": "beheer@example.org"})


def test_a_healthy_installation_passes_on_real_pages(installed: Install, site: str) -> None:
    place = installed(site, crawl={"contact": "beheer@example.org"}, operator={"email": "beheer@example.org"})
    World(place.database()).subscribe()
    code, printed = place.run("check", "--json")
    found = json.loads(printed)
    assert [one["check"] for one in found if one["state"] != "ok"] == []
    assert code == 0
    details = {one["check"]: one["detail"] for one in found}
    assert "title, lead, published, authors, theme, type, tags found" in details["article proef"]


def test_a_seed_that_cannot_be_read_fails_with_its_cause(installed: Install, replica: Replica, site: str) -> None:
    replica.set_fault("403")
    place = installed(site)
    code, screen = place.run("check")
    assert code == 1
    assert "failed  seed proef: " in screen
    assert "blocked" in screen
    assert "warning contact: " in screen


@sqlite_only
def test_a_fresh_installation_has_warnings_and_no_failure(installed: Install) -> None:
    place = installed()
    (place.folder / "archive.db").unlink()
    assert states(place) == {
        "configuration": "ok", "contact": "warning", "database": "warning", "seed proef": "ok", "article proef": "ok",
        "mail": "ok", "operator": "warning", "watches": "warning",
    }  # fmt: skip


@sqlite_only
def test_r84_a_damaged_archive_is_named_and_a_backup_advised(place: Installation) -> None:
    world = World(place.database())
    for number in range(40):
        world.publish(f"Stuk {number} over AIC4NL. " * 200)
    world.database.close()
    file = place.folder / "archive.db"
    with sqlite3.connect(file) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'versions'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\x55" * size
    file.write_bytes(content)
    finding = findings(place)["database"]
    assert finding.state == "failed"
    assert "damaged" in finding.detail


def test_r84_an_archive_of_a_newer_version_is_named_by_check_and_the_next_step_with_it(place: Installation) -> None:
    place.database().close()
    execute(fresh_url(place.folder), "UPDATE alembic_version SET version_num = '9999'")
    finding = findings(place)["database"]
    assert finding.state == "failed"
    assert "newer" in finding.detail
    assert "upgrade nieuwswacht" in finding.detail


@sqlite_only
@pytest.mark.parametrize(("free", "state"), [(499_999_999, "failed"), (999_999_999, "warning"), (10**9, "ok")])
def test_r82_a_disk_with_little_room_is_named_before_and_when_it_keeps_crawls_from_starting(
    place: Installation, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    place.configure(storage={"min_free_bytes": 500_000_000})
    place.database().close()
    monkeypatch.setattr(checks, "free_space", lambda _database: free)
    finding = findings(place)["disk"]
    assert finding.state == state
    assert ("min_free_bytes" in finding.next_step) == (state == "failed")


@pytest.mark.parametrize(("missing", "state"), [(["tags"], "warning"), (["title", "tags"], "failed")])
def test_a_field_that_is_not_found_is_named(place: Installation, missing: list[str], state: str) -> None:
    finding = findings(place, article={"missing": missing})["article proef"]
    assert finding.state == state
    assert ", ".join(missing) in finding.detail
    assert "nieuwswacht extract" in finding.next_step


def test_mail_that_cannot_leave_fails(place: Installation) -> None:
    (place.folder / "outbox").write_text("in the way of the folder")
    assert states(place)["mail"] == "failed"


def test_a_watch_that_is_followed_but_gone_fails(place: Installation) -> None:
    World(place.database()).subscribe(watch="vergeten")
    finding = findings(place)["watches"]
    assert finding.state == "failed"
    assert "vergeten" in finding.detail


def test_each_thing_that_is_not_right_comes_with_a_next_step(installed: Install, tmp_path: Path) -> None:
    found = findings(installed(), seed={"trouble": "dns"}, article={"trouble": "no_title"})
    assert all(finding.next_step for finding in found.values() if finding.state != "ok")
