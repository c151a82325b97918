"""The monitors that are compared, each behind the same three steps: set up, check, tell."""

from __future__ import annotations

import json
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from bench.mailbox import urls_in
from bench.measure import Cost, run

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path.home() / ".cache" / "nieuwswacht-bench"
_INSTALL_LIMIT = 900


class Unavailable(Exception):
    """It cannot be installed here; the message says why."""


class Monitor(ABC):
    name: str
    told = ""  # a word on the lines of its mails that name a change
    fine: tuple[int, ...] = (0,)  # exit codes that are no error

    def __init__(self, folder: Path, base: str, urls: Sequence[str], smtp_port: int) -> None:
        self.folder, self.base, self.urls, self.smtp_port = folder, base, urls, smtp_port
        folder.mkdir(parents=True)

    @classmethod
    def version(cls) -> str:
        return "this checkout"

    @abstractmethod
    def set_up(self) -> None:
        """Write its configuration: these pages, mails by SMTP."""

    @abstractmethod
    def check(self) -> Cost:
        """Look at every page once and mail what changed."""

    def later(self) -> None:  # noqa: B027 - most do nothing
        """What it would do by itself while time passes."""

    def alerts(self, texts: list[str]) -> set[str]:
        """The articles that these mails tell of."""
        return {url for url in urls_in(texts, marked=self.told) if url in set(self.urls)}


class Ours(Monitor):
    """`nieuwswacht crawl`, then `nieuwswacht digest`: it is given the sitemap, and finds the articles itself."""

    name = "nieuwswacht"
    fine = (0, 4)  # 4: some pages could not be read

    def set_up(self) -> None:
        (self.folder / "source.toml").write_text(f'name = "site"\nstart_urls = ["{self.base}/sitemap.xml"]\n')
        (self.folder / "nieuwswacht.toml").write_text(
            '[storage]\nurl = "sqlite:///nieuwswacht.db"\n'
            '[crawl]\nseeds = ["source.toml"]\ndelay = 0\nconcurrency = 8\nallow_private_hosts = true\n'
            f'[mail]\nchannel = "smtp"\nhost = "127.0.0.1"\nport = {self.smtp_port}\nsecurity = "none"\n'
            '[[watch]]\nname = "alles"\n[[watch.any]]\nterms = ["de", "het", "een"]\n'
        )

    def check(self) -> Cost:
        self.crawled = self.command("crawl", "--json")
        return add(self.crawled, self.command("digest", "--json"))

    def welcome(self) -> None:
        """A reader, whose first mail is a welcome."""
        self.command("subscribe", "lezer@example.org", "--watch", "alles")
        self.command("digest")

    def later(self) -> None:
        self.command("outbox", "retry")

    def alerts(self, texts: list[str]) -> set[str]:
        """Without the pages that a mail says could not be read: that is no news, and says so."""
        return super().alerts([text.partition("niet worden gelezen")[0] for text in texts])

    def command(self, *arguments: str) -> Cost:
        config = str(self.folder / "nieuwswacht.toml")
        return run([sys.executable, "-m", "cli.main", "--config", config, *arguments], ROOT)


class Installed(Monitor):
    """From the package registry, in an environment of its own outside the checkout."""

    package: str
    command_name: str

    @classmethod
    def _python(cls) -> Path:
        return CACHE / cls.package / "bin" / "python"

    @classmethod
    def install(cls) -> None:
        """Raises Unavailable."""
        if (CACHE / cls.package / "bin" / cls.command_name).exists():
            return
        CACHE.mkdir(parents=True, exist_ok=True)
        steps = [
            [sys.executable, "-m", "venv", str(CACHE / cls.package)],
            [str(cls._python()), "-m", "pip", "install", "--quiet", cls.package],
        ]
        for step in steps:
            try:
                done = subprocess.run(step, capture_output=True, text=True, timeout=_INSTALL_LIMIT)
            except subprocess.TimeoutExpired:
                raise Unavailable(f"not installed within {_INSTALL_LIMIT} s") from None
            if done.returncode:
                raise Unavailable((done.stderr.strip().splitlines() or ["no reason given"])[-1][:160])

    @classmethod
    def version(cls) -> str:
        code = f"from importlib.metadata import version; print(version({cls.package!r}))"
        return subprocess.run([cls._python(), "-c", code], capture_output=True, text=True).stdout.strip()

    def program(self) -> str:
        return str(CACHE / self.package / "bin" / self.command_name)

    def write_jobs(self, name: str) -> None:
        (self.folder / name).write_text("---\n".join(f"url: {url}\n" for url in self.urls))

    def write_config(self, name: str, smtp: dict[str, object]) -> None:
        mail = {"enabled": True, "from": "b@example.org", "to": "lezer@example.org", "html": False, "method": "smtp"}
        smtp = {"host": "127.0.0.1", "port": self.smtp_port, "starttls": False, "auth": False, **smtp}
        shown = {"new": False, "error": True, "unchanged": False}
        config = {"display": shown, "report": {"stdout": {"enabled": False}, "email": {**mail, "smtp": smtp}}}
        (self.folder / name).write_text(json.dumps(config))  # JSON is YAML


class Urlwatch(Installed):
    name = package = command_name = "urlwatch"
    told = "CHANGED"

    def set_up(self) -> None:
        self.write_jobs("urls.yaml")
        self.write_config("config.yaml", {})

    def check(self) -> Cost:
        files = ("--urls", "urls.yaml", "--config", "config.yaml", "--cache", "cache.db", "--hooks", "none.py")
        return run([self.program(), *files], self.folder)


class Webchanges(Installed):
    name = package = command_name = "webchanges"
    told = "CHANGED"

    def set_up(self) -> None:
        self.write_jobs("jobs.yaml")
        self.write_config("config.yaml", {"user": "", "insecure_password": ""})

    def check(self) -> Cost:
        files = ("--jobs", "jobs.yaml", "--config", "config.yaml", "--database", "cache.db", "--hooks", "none.py")
        return run([self.program(), *files], self.folder)


def add(one: Cost, other: Cost) -> Cost:
    """Two commands, one after the other."""
    failed = one if one.code else other
    return Cost(
        one.cpu + other.cpu, max(one.rss, other.rss), one.wall + other.wall, failed.code, failed.out, failed.err
    )
