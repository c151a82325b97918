"""A service that really runs: its processes, its signals, its mails."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable

import psutil
from sqlalchemy import select

from cli.demo.edits import demo_edits
from cli.demo.model import Replica
from cli.service.children import Children, Ended
from storage import tables
from tests.databases import SERVER, sqlite_only
from tests.service.conftest import PATIENCE, ROOT, Installation, crawled, crawls_of, stop, wait_until
from tests.service.ping_server import PingServer

Install = Callable[..., Installation]


def outcomes(place: Installation) -> list[str]:
    if not SERVER and not (place.folder / "archive.db").exists():
        return []  # opening it now would race the service to making it
    database = place.database()
    with database.read() as session:
        found = list(session.scalars(select(tables.Crawl.outcome).order_by(tables.Crawl.id)))
    database.close()
    return found


def test_it_mails_an_edit_pings_logs_one_document_a_line_and_stops_when_asked(
    installed: Install, replica: Replica, site: str, switch: PingServer
) -> None:
    place = installed(site, operator={"ping_url": switch.url})
    place.run("subscribe", "lezer@example.org", "--log-format", "json")
    service = place.start("run", "--log-format", "json")
    wait_until(lambda: crawled(place)() and place.mails(), "the first crawl and the welcome")
    edits = demo_edits(replica)
    wait_until(lambda: len(place.mails()) > 1, "the digest")
    told = "".join(place.mails()).replace("=\n", "")
    assert edits[0].url.rstrip("/").rpartition("/")[2] in told
    assert switch.asked[:2] == ["/geheim-4711/start", "/geheim-4711"]

    assert place.start("run", "--log-format", "json").wait(PATIENCE) == 7
    assert any("another run is at work" in event["event"] for event in place.log())
    code, screen = place.run("status", "--json")
    assert json.loads(screen)["next"]["service"] == "running"
    assert code == 0, screen

    assert stop(service) == 143
    assert place.log()[-1]["event"] == "stopped"
    assert "geheim" not in place.stderr()
    assert json.loads(place.run("status", "--json")[1])["next"]["service"] == "stopped"


def test_asked_to_stop_amid_a_crawl_it_takes_the_crawl_along(installed: Install, replica: Replica, site: str) -> None:
    replica.configure(latency=15.0)
    place = installed(site)
    service = place.start("run", "--log-format", "json")
    wait_until(lambda: "running" in outcomes(place), "a crawl at work")
    crawl = crawls_of(service)[0]
    assert stop(service, signal.SIGINT) == 130
    assert not crawl.is_running() or crawl.status() == psutil.STATUS_ZOMBIE


def test_killed_it_takes_its_crawl_along_and_the_next_one_settles_and_goes_on(
    installed: Install, replica: Replica, site: str
) -> None:
    replica.configure(latency=15.0)
    place = installed(site)
    service = place.start("run", "--log-format", "json")
    wait_until(lambda: "running" in outcomes(place), "a crawl at work")
    crawl = crawls_of(service)[0]
    service.kill()
    service.wait()
    psutil.wait_procs([crawl], timeout=10)
    assert not crawl.is_running()
    replica.configure(latency=0.0)
    successor = place.start("run", "--log-format", "json")
    wait_until(crawled(place), "a crawl of the next service")
    assert outcomes(place)[:2] == ["interrupted", "finished"]
    assert stop(successor) == 143


def test_a_killed_crawl_is_noticed_and_the_service_stays_up(installed: Install, replica: Replica, site: str) -> None:
    replica.configure(latency=15.0)
    place = installed(site)
    service = place.start("run", "--log-format", "json")
    wait_until(lambda: "running" in outcomes(place), "a crawl at work")
    crawls_of(service)[0].kill()
    wait_until(lambda: any("killed by SIGKILL" in str(event.get("cause")) for event in place.log()), "word of it")
    replica.configure(latency=0.0)
    wait_until(crawled(place), "the crawl after it")
    assert stop(service) == 143
    assert outcomes(place)[:2] == ["interrupted", "finished"]


def test_an_unusable_configuration_ends_it_at_once_with_a_sentence(installed: Install) -> None:
    place = installed(schedule={"crawl": "sometimes"})
    assert place.start("run").wait(PATIENCE) == 3
    assert "[schedule] crawl" in place.stderr()


@sqlite_only
def test_an_unusable_archive_ends_it_at_once_with_a_sentence(installed: Install) -> None:
    place = installed()
    (place.folder / "archive.db").write_bytes(b"no database " * 100)
    assert place.start("run").wait(PATIENCE) == 8
    assert "not a nieuwswacht database" in place.stderr()


def test_its_own_process_loads_neither_scrapy_nor_sqlalchemy_nor_pydantic() -> None:
    code = (
        "import sys, cli.main, cli.commands.run, cli.service.service, cli.service.plan, storage.locks, structlog;"
        "print(sorted({'scrapy', 'sqlalchemy', 'pydantic', 'jinja2', 'lxml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_r04_a_job_that_takes_too_long_is_ended(installed: Install) -> None:
    place = installed()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/artikel/stil/"
        children = Children(["--config", str(place.config)], grace=0.5)
        ended = children.run(["extract", url], deadline=4)
    assert ended is not None
    assert ended.overdue
    assert "too long" in str(ended)


def test_a_job_does_nothing_for_a_service_that_is_gone() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli.service.child", "1", "watches"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 137
    assert done.stdout == ""


def test_after_a_stop_no_job_is_started() -> None:
    children = Children()
    children.stop()
    assert children.run(["watches"], deadline=60) is None


def test_how_a_job_ended_is_said_in_words() -> None:
    assert str(Ended(-9)) == "killed by SIGKILL"
    assert str(Ended(8)) == "ended with exit code 8"
