"""An installation in a folder, and services that really run there."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

from cli.app import App
from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.server import serve
from storage.database import Database, open_database
from tests.databases import fresh_url
from tests.nursery import Child
from tests.service.ping_server import PingServer

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0  # seconds until a test gives up waiting; on a busy machine a process starts slowly


def wait_until(true: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


class Installation:
    """A configuration in `folder`, watching `site`; commands and services run as their user runs them."""

    def __init__(self, folder: Path, site: str = "http://127.0.0.1:9", **sections: dict[str, object]) -> None:
        self.folder, self.config = folder, folder / "nieuwswacht.toml"
        self.started: list[subprocess.Popen[str]] = []
        (folder / "source.toml").write_text(f'name = "proef"\nstart_urls = ["{site}/thema/data-en-ai/"]\n')
        self.configure(**sections)

    def configure(self, **sections: dict[str, object]) -> None:
        defaults: dict[str, dict[str, object]] = {
            "storage": {"url": fresh_url(self.folder), "min_free_bytes": 0},
            "crawl": {"seeds": ["source.toml"], "delay": 0, "timeout": 20, "allow_private_hosts": True},
            "schedule": {"crawl": "every 2 seconds"},
            "mail": {"folder": "outbox", "sender": "Wacht <wacht@example.org>"},
            "operator": {},
        }
        lines = []
        for name, values in defaults.items():
            lines.append(f"[{name}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in (values | sections.get(name, {})).items()]
        lines += ["[[watch]]", 'name = "coalitie"', 'any = ["AIC4NL"]']
        self.config.write_text("\n".join(lines) + "\n")
        self.config.chmod(0o600)

    def app(self, clock: datetime | None = None) -> App:
        app = App(config_file=str(self.config))
        if clock is not None:
            app.clock = lambda: clock
        return app

    def database(self) -> Database:
        return open_database(fresh_url(self.folder))

    def start(self, *command: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", *command, "--config", str(self.config)],
            stdout=subprocess.PIPE, stderr=(self.folder / "stderr").open("a"), text=True, cwd=ROOT,
        )  # fmt: skip
        self.started.append(process)
        return process

    def run(self, *command: str) -> tuple[int, str]:
        """Exit code and stdout."""
        (self.folder / "stderr").touch()
        child = Child(*command, "--config", str(self.config), cwd=ROOT, stderr=self.folder / "stderr")
        output, _ = child.communicate(60)
        return child.wait(0), output

    def stderr(self) -> str:
        file = self.folder / "stderr"
        return file.read_text() if file.exists() else ""

    def log(self) -> list[dict[str, Any]]:
        """The lines of a JSON log; fails when a line is anything else."""
        return [json.loads(line) for line in self.stderr().splitlines()]

    def mails(self) -> list[str]:
        return [file.read_text() for file in sorted((self.folder / "outbox").glob("*.eml"))]

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def crawled(place: Installation, times: int = 1) -> Callable[[], bool]:
    """Whether the service of this place has logged so many crawls."""
    return lambda: [event["event"] for event in place.log()].count("crawl") >= times


def crawls_of(service: subprocess.Popen[str]) -> list[psutil.Process]:
    """The processes of its crawls at work."""
    with suppress(psutil.NoSuchProcess):
        return [child for child in psutil.Process(service.pid).children() if _is_crawl(child)]
    return []


def _is_crawl(process: psutil.Process) -> bool:
    try:
        return "crawl" in process.cmdline()
    except psutil.Error:
        return False


def stop(service: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> int:
    """Ask it to end; its exit code, had within ten seconds."""
    service.send_signal(number)
    return service.wait(10)


@pytest.fixture
def replica() -> Replica:
    return Replica(articles())


@pytest.fixture
def site(replica: Replica) -> Iterator[str]:
    with serve(replica) as url:
        yield url


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    made: list[Installation] = []

    def install(*arguments: Any, **sections: Any) -> Installation:
        folder = tmp_path / f"installation-{len(made)}"
        folder.mkdir()
        made.append(Installation(folder, *arguments, **sections))
        return made[-1]

    yield install
    for installation in made:
        installation.end()


@pytest.fixture
def switch() -> Iterator[PingServer]:
    with PingServer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()
