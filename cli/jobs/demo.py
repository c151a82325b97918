"""The whole main job against a bundled replica of the site: what a crawl finds, what a reader gets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.demo.content import articles
from cli.demo.edits import DemoEdit, demo_edits
from cli.demo.model import Replica
from cli.demo.server import serve
from cli.script import typed

if TYPE_CHECKING:
    from cli.app import App

_MARK = "nieuwswacht-demo"
_READER = "lezer@example.org"
_STEPS = 6
_CONFIG = """\
[storage]
url = "sqlite:///nieuwswacht.db"
min_free_bytes = 0
[crawl]
seeds = ["source.toml"]
contact = "demo@example.org"
delay = 0
allow_private_hosts = true
gone_after_hours = 0
[mail]
channel = "folder"
folder = "mails"
[web]
base_url = "http://127.0.0.1:8000"
"""


class DemoFailed(Exception):
    """A step of the demo did not do what it shows."""


def run_demo(app: App, folder: Path) -> None:
    """Raises DemoFailed when the digest does not tell exactly the edits that were made."""
    _empty(folder)
    replica = Replica(articles())
    replica.set_noise(1)
    with serve(replica) as url, _steps(app) as step:
        (folder / "nieuwswacht.toml").write_text(_CONFIG, encoding="utf-8")
        seeds = [f"{url}/thema/data-en-ai/", f"{url}/feed/", f"{url}/sitemap.xml"]
        (folder / "source.toml").write_text(
            f'name = "replica"\ntitle = "iBestuur (replica)"\nstart_urls = {json.dumps(seeds)}\n', encoding="utf-8"
        )
        step("First crawl: the starting point")
        first = _run(folder, "crawl", "--json")
        step("A reader subscribes and is welcomed")
        _run(folder, "subscribe", _READER, "--every", "immediately")
        _run(folder, "digest", "--json")
        step("Second crawl: other noise on every page, nothing changed")
        second = _run(folder, "crawl", "--json")
        step("The editors get to work")
        made = demo_edits(replica)
        step("Third crawl")
        third = _run(folder, "crawl", "--json")
        step("The digest")
        digest = _run(folder, "digest", "--json")
    _check(first, second, third, digest, made)
    _report(app, folder, first, made)


def _report(app: App, folder: Path, first: dict[str, Any], made: list[DemoEdit]) -> None:
    mails = sorted((folder / "mails").glob("*.eml"), key=lambda mail: mail.stat().st_mtime)
    app.out.print(f"Crawled {first['new']} articles; then, on a site that answers with other noise each time,")
    app.out.print("found exactly what its editors did:")
    for edit in made:
        app.out.print(f"  {edit.change:<7} {edit.title}\n          {edit.text}")
    app.out.print("\nThe digest that the reader got (open it in a mail client):")
    app.out.print(f"  {mails[-1].resolve()}")
    command, config = typed(), f"--config {folder / 'nieuwswacht.toml'}"
    app.out.print("\nLook at the archive in a browser, where the links in the mail lead too:")
    app.out.print(f"  {command} serve {config}")
    app.out.print(f"or on the command line:\n  {command} changes {config}")
    app.out.print(f"To watch the live site:\n  {command} init")


def _check(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any], digest: dict[str, Any], made: list[DemoEdit]
) -> None:
    if not first["baseline"] or first["failed"]:
        raise DemoFailed(f"the first crawl: {first}")
    if any(second[name] for name in ("new", "edited", "moved", "gone", "returned", "quarantined", "failed")):
        raise DemoFailed(f"the second crawl saw a change where there was none: {second}")
    found = Counter((entry["url"], entry["change"]) for entry in third["articles"])
    if found != Counter((edit.url, edit.change) for edit in made):
        raise DemoFailed(f"the third crawl found {dict(found)}")
    if [(one["kind"], one["entries"], one["state"]) for one in digest["digests"]] != [("digest", len(made), "sent")]:
        raise DemoFailed(f"the digest: {digest}")


def _run(folder: Path, *arguments: str) -> dict[str, Any]:
    """One command as a user gives it, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NIEUWSWACHT_")}
    command = [sys.executable, "-m", "cli.main", "--config", "nieuwswacht.toml", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)  # noqa: S603
    if done.returncode != 0:
        raise DemoFailed(f"`nieuwswacht {' '.join(arguments)}` ended with {done.returncode}: {done.stderr.strip()}")
    document: dict[str, Any] = json.loads(done.stdout) if done.stdout.strip() else {}
    return document


def _empty(folder: Path) -> None:
    """Only what an earlier demo made is removed: anything else in the folder stops the demo."""
    mark = folder / _MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise DemoFailed(f"{folder} holds other files; name an empty folder with --folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mark.write_text("Made by `nieuwswacht demo`, which empties this folder.\n", encoding="utf-8")


@contextmanager
def _steps(app: App) -> Iterator[Any]:
    """A progress bar on a terminal, a line a step elsewhere."""
    if not app.animated:
        count = iter(range(1, _STEPS + 1))
        yield lambda text: app.say(f"[{next(count)}/{_STEPS}] {text}")
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=app.err) as bar:
        task = bar.add_task("", total=_STEPS)
        begun = False

        def step(text: str) -> None:
            nonlocal begun
            bar.update(task, description=text, advance=1 if begun else 0)
            begun = True

        yield step
        bar.update(task, description="Done", completed=_STEPS)
