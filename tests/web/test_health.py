"""What machines ask."""

from __future__ import annotations

import json
import re
from typing import Any

from storage import tables
from tests.databases import sqlite_only
from tests.delivery.builders import World, text
from tests.web.visiting import Visitor, shown, site_of

STATUS: dict[str, Any] = {
    "looked": {"crawling": False}, "found": {"articles": 1}, "next": {"crawl": None},
    "told": {"paused": ["geheim@example.org"], "waiting": 2},
    "notices": [{"text": "The mail to geheim@example.org was refused."}],
    "problems": ["The mail to geheim@example.org was refused."],
}  # fmt: skip


def test_the_process_and_the_archive_answer(visitor: Visitor) -> None:
    assert visitor.get("/healthz").text == visitor.get("/readyz").text == "ok\n"


@sqlite_only
def test_a_damaged_archive_is_not_ready_but_the_process_is(world: World, visitor: Visitor) -> None:
    path = world.database.path
    assert path is not None
    world.database.close()
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        if name.exists():
            name.write_bytes(b"not a database" * 500)
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/readyz").status_code == 503
    answer = visitor.get("/")
    assert answer.status_code == 503
    assert "Even niet beschikbaar" in shown(answer)
    assert str(path) not in answer.text


def test_the_status_names_no_reader(world: World) -> None:
    answer = Visitor(site_of(world, status=lambda: STATUS)).get("/status.json")
    document = json.loads(answer.text)
    assert document["looked"] == STATUS["looked"]
    assert document["told"] == {"paused": 1, "waiting": 2}
    assert (document["notices"], document["problems"]) == (1, 1)
    assert "geheim" not in answer.text


def test_the_figures_are_in_the_format_of_prometheus(world: World, visitor: Visitor) -> None:
    article = world.publish(text("iets is"))
    world.happen(article, "gone")
    world.welcomed()
    with world.database.write() as session:
        source = session.query(tables.Source).one()
        source.name, source.last_good = 'a "b" \\ c', world.now
    world.fail("x", "y")
    answer = visitor.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    sample = re.compile(r'nieuwswacht_[a-z_]+(\{[a-z]+="(\\.|[^"\\])*"\})? \d+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in lines)
    assert answer.text.endswith("\n")
    moment = int(world.now.timestamp())
    for expected in (
        f"nieuwswacht_last_crawl_timestamp_seconds {moment}",
        f'nieuwswacht_source_last_good_timestamp_seconds{{source="a \\"b\\" \\\\ c"}} {moment}',
        'nieuwswacht_articles{state="gone"} 1',
        'nieuwswacht_changes{kind="new"} 1',
        'nieuwswacht_mails{state="sent"} 1',
        'nieuwswacht_subscriptions{state="active"} 1',
        "nieuwswacht_quarantine 0",
        'nieuwswacht_last_crawl_failures{cause="timeout"} 2',
    ):
        assert expected in lines
    assert "lezer@example.org" not in answer.text
