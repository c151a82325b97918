"""The unit, the container and the page that tells how to use them: tried as far as a machine without either can."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.demo.server import serve
from cli.main import cli
from tests.databases import sqlite_only
from tests.service.conftest import ROOT, Replica, wait_until

UNIT = ROOT / "docs" / "service" / "nieuwswacht.service"
PAGE = ROOT / "docs" / "how-to" / "run-as-a-service.md"
FENCED = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ANALYZE = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze: apt-get install systemd"
)


def setting(name: str) -> str:
    (value,) = re.findall(rf"^{name}=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE)
    return str(value)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists here: systemd looks for it."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text("utf-8").replace(setting("ExecStart").split()[0], "/bin/true"))
    return unit


@ANALYZE
def test_systemd_finds_nothing_wrong_with_the_unit(unit: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert (done.returncode, ours) == (0, [])


@ANALYZE
def test_the_unit_is_shut_in_as_far_as_a_program_that_fetches_and_mails_can_be(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold=15", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_unit_treats_each_exit_code_as_the_interface_means_it() -> None:
    assert setting("SuccessExitStatus").split() == ["130", "143"]
    assert setting("RestartPreventExitStatus").split() == ["2", "3", "7"]
    assert (setting("Restart"), setting("Type"), setting("KillMode")) == ("on-failure", "notify", "mixed")
    assert int(setting("TimeoutStopSec")) > 10, "its own ten seconds, and some"


def test_the_unit_starts_a_command_that_there_is() -> None:
    _parses(shlex.split(setting("ExecStart"))[1:])


def _parses(arguments: list[str]) -> None:
    command = cli.get_command(click.Context(cli), arguments[0])
    assert command is not None, arguments
    command.make_context(arguments[0], arguments[1:], parent=click.Context(cli))


# The container


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "service" / "Containerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines]


def test_the_container_gets_every_package_and_all_that_installing_them_needs() -> None:
    copied = {
        source
        for name, rest in instructions()
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = {*project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"], "pyproject.toml"}
    needed |= {project["project"]["readme"], *project["project"]["license-files"], "requirements.txt"}
    assert copied == needed
    assert [source for source in copied if not (ROOT / source).exists()] == []


def test_the_container_runs_the_service_as_nobody_in_particular_with_its_data_in_the_volume() -> None:
    last = instructions()[max(at for at, (name, _) in enumerate(instructions()) if name == "FROM") :]
    found = {name: rest for name, rest in last if name not in ("COPY", "RUN")}
    entry = [*_words(found["ENTRYPOINT"]), *_words(found["CMD"])]
    assert entry[0] == "nieuwswacht"
    _parses(entry[1:])
    assert (found["USER"], found["STOPSIGNAL"]) == ("nieuwswacht", "SIGTERM")
    assert found["VOLUME"] == found["WORKDIR"] == "/var/lib/nieuwswacht"
    assert "XDG_DATA_HOME=/var/lib" in found["ENV"].split()
    assert not re.search(r"PASSWORD|PING_URL", "".join(rest for _, rest in instructions()))


def _words(array: str) -> list[str]:
    return [str(word) for word in tomllib.loads(f"words = {array}")["words"]]


# The page


class Machine:
    """A folder that stands for a machine: what the page does to /etc, /opt, /usr/local and /var happens in there."""

    # What takes a package registry, another user, systemd or a container engine. `systemctl` starts and stops the
    # service here as its unit would.
    NOT_HERE = (
        "python3 -m venv",
        "/opt/nieuwswacht/bin/pip",
        "useradd",
        "chown",
        "podman",
        "journalctl",
        "systemctl daemon-reload",
    )

    def __init__(self, root: Path, settings: str, source: str) -> None:
        self.root, self.settings = root, settings
        self.environment = {**os.environ, "PATH": f"{root}/usr/local/bin:{os.environ['PATH']}"}
        self.service: subprocess.Popen[str] | None = None
        for folder in ("etc/systemd/system", "opt/nieuwswacht/bin", "usr/local/bin", "var/lib/nieuwswacht"):
            (root / folder).mkdir(parents=True)
        program = root / "opt/nieuwswacht/bin/nieuwswacht"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli.main "$@"\n')
        program.chmod(0o755)
        (root / "source.toml").write_text(source)
        self.done: list[str] = []

    def here(self, text: str) -> str:
        return re.sub(r"(?<![\w.])/(etc|opt|usr/local|var)/", rf"{self.root}/\1/", text)

    def type(self, line: str) -> None:
        if line.startswith(self.NOT_HERE):
            return
        self.done.append(line)
        if line.startswith("systemctl"):
            (self.start if "start" in line or "--now" in line else self.stop)()
        elif line.startswith("export "):
            name, _, value = self.here(line).removeprefix("export ").partition("=")
            self.environment[name] = value
        else:
            command = self.here(line.removeprefix("runuser -u nieuwswacht -- "))
            done = subprocess.run(
                ["sh", "-c", command],
                cwd=ROOT,
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, (line, done.stdout, done.stderr)
        if line.startswith("nieuwswacht init"):
            self.configure()

    def configure(self) -> None:
        """As the page says to, and for a site that is here."""
        written = self.here(self.settings)
        written = written.replace(
            "[crawl]", f'[crawl]\nseeds = ["{self.root}/source.toml"]\ndelay = 0\nallow_private_hosts = true'
        )
        (self.root / "etc/nieuwswacht/nieuwswacht.toml").write_text(written)

    def start(self) -> None:
        copied = (self.root / "etc/systemd/system/nieuwswacht.service").read_text("utf-8")
        (command,) = re.findall(r"^ExecStart=(.*)$", copied, re.MULTILINE)
        self.service = subprocess.Popen(
            shlex.split(self.here(command)), cwd=ROOT, env=self.environment, stderr=subprocess.PIPE, text=True
        )
        assert self.service.stderr is not None
        wait_until(
            lambda: self.service and self.service.stderr and '"on the timetable"' in self.service.stderr.readline(),
            "it",
        )

    def stop(self) -> None:
        assert self.service is not None
        self.service.send_signal(signal.SIGTERM)
        _, said = self.service.communicate(timeout=10)
        assert str(self.service.returncode) in setting("SuccessExitStatus").split(), said
        self.service = None


@pytest.fixture
def machine(replica: Replica, tmp_path: Path) -> Iterator[Machine]:
    (settings,) = [block for kind, block in FENCED.findall(PAGE.read_text("utf-8")) if kind == "toml"]
    with serve(replica) as site:
        made = Machine(tmp_path, settings, f'name = "proef"\nstart_urls = ["{site}/thema/data-en-ai/"]\n')
        yield made
        if made.service is not None:
            made.service.kill()
            made.service.communicate()


@sqlite_only
def test_the_page_works_line_by_line(machine: Machine) -> None:
    for kind, block in FENCED.findall(PAGE.read_text("utf-8")):
        if kind == "console":
            for line in block.splitlines():
                assert line.startswith("$ "), line
                machine.type(line.removeprefix("$ "))
    machine.stop()
    typed = re.findall(r"(?:^|-- )nieuwswacht (\w+)", "\n".join(machine.done), re.MULTILINE)
    assert typed == ["init", "config", "check", "crawl", "subscribe", "status"]
    assert (machine.root / "var/lib/nieuwswacht/nieuwswacht.db").exists()
    assert list((machine.root / "var/lib/nieuwswacht/outbox").glob("*.eml")), "the welcome"
