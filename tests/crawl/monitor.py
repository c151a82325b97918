"""The monitor as its user runs it: a configuration file, and commands in child processes."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.demo.model import Replica
from tests.databases import fresh_url
from tests.nursery import Child

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    """How a command ended. `document` is what it printed with --json, None when it printed nothing."""

    code: int
    document: Any
    stderr: str

    @property
    def changes(self) -> dict[str, int]:
        """The counts of a crawl's report that are not zero."""
        names = ("new", "edited", "moved", "gone", "returned", "quarantined", "failed")
        return {name: self.document[name] for name in names if self.document[name]}


class Monitor:
    """An installation in `folder` that watches one source starting at `seeds`; `crawl` overrides its settings."""

    def __init__(
        self, folder: Path, *seeds: str, source: str = "", min_free: int = 0, mails: str = "", **crawl: object
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "source.toml").write_text(f'name = "proef"\nstart_urls = {json.dumps(list(seeds))}\n{source}')
        settings = {
            "seeds": ["source.toml"], "delay": 0, "concurrency": 8, "timeout": 5, "allow_private_hosts": True,
            "gone_after_hours": 0, **crawl,
        }  # fmt: skip
        lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        (folder / "nieuwswacht.toml").write_text(
            f'[storage]\nurl = "{self.url}"\nmin_free_bytes = {min_free}\n[crawl]\n'
            + "\n".join(lines)
            + "\n"
            + (f'[mail]\nfolder = "{mails}"\n' if mails else "")
        )

    @property
    def url(self) -> str:
        """Of its archive."""
        return fresh_url(self.folder, "nieuwswacht")

    def start(self, *arguments: str) -> Child:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("NIEUWSWACHT_")}
        return Child("--config", str(self.folder / "nieuwswacht.toml"), *arguments, cwd=ROOT, env=environment)

    def run(self, *arguments: str) -> Done:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=90)
        return Done(process.returncode, json.loads(out) if out.strip() else None, err)

    def crawl(self, *arguments: str) -> Done:
        return self.run("crawl", "--json", *arguments)

    def crawl_until(self, replica: Replica, answers: int, how: signal.Signals) -> Child:
        """A crawl that gets the signal once the site has answered so often."""
        replica.forget_requests()
        process = self.start("crawl", "--json")
        while process.poll() is None and len(replica.log) < answers:
            time.sleep(0.01)
        process.send_signal(how)
        process.communicate(timeout=20)
        return process

    def recrawl(self, *arguments: str) -> Done:
        return self.run("recrawl", "--json", *arguments)

    def articles(self) -> list[dict[str, Any]]:
        return list(self.run("articles", "--json").document)

    def show(self, target: str) -> dict[str, Any]:
        return dict(self.run("show", target, "--json").document)
