"""The service in small: a site of seventeen articles where everything happens at once, three readers and an operator.

Its processes run commands of ours as `run` does, with the site in the place of the network and a clock of the test's.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from cli import main
from cli.app import App
from cli.demo.article import ReplicaArticle
from cli.demo.content import articles, later_articles
from cli.demo.model import Replica
from cli.service.children import Children, Ended
from cli.service.plan import Plan
from cli.service.service import Service
from storage import database
from tests.crawl.offline import Offline
from tests.databases import copied_url, fresh_url
from tests.delivery.processes import in_a_process

# The daily mail of 07:30 in the Netherlands lies between the restart and the last look at what is owed.
START = datetime(2026, 3, 4, 6, 20, tzinfo=UTC)
RESTART, LATER = START + timedelta(minutes=5), START + timedelta(minutes=15)
WELL = (0, 4)  # exit codes; 4 says that one page could not be read
READERS = {"een@example.org": "immediately", "twee@example.org": "daily"}
NEWCOMER = "drie@example.org"
OPERATOR = "beheer@example.org"
SEEDS = ("/thema/data-en-ai/", "/sitemap.xml")

ARTICLES = 16  # and one that is added
EDITED = "ained-en-nl-aic-gaan-samen-verder-als-aic4nl"
REVERTED = "regionale-ai-hubs-krijgen-eigen-budget"
GONE = "nl-aic-vraagt-kabinet-om-haast-met-ai-fabriek"
RETURNED = "zet-uitvoerders-aan-tafel-bij-de-ai-coalitie"
MOVED = "ained-fellowship-grants-trekken-veertien-onderzoekers"
SUSPECT = "coalitieakkoord-rept-nauwelijks-over-algoritmes"
AWAY_ONCE = "wat-gemeenten-leerden-in-drie-jaar-elsa-labs"

_CONFIG = """
[storage]
url = "{url}"
[crawl]
seeds = ["source.toml"]
[mail]
{mail}
sender = "Wacht <wacht@example.org>"
[operator]
email = "{operator}"
[[watch]]
name = "ai-coalitie"
any = ["de", "het"]
"""


Run = list[tuple[str, int]]  # commands with their exit codes


class SmallService:
    """An installation in `folder`; `prepare` gives it a past, `copy` puts it elsewhere to be disturbed there."""

    def __init__(self, folder: Path, replica: Replica, url: str, mail: str = 'folder = "mails"') -> None:
        self.folder, self.replica, self.url = folder, replica, url
        start_urls = json.dumps([replica.base_url + path for path in SEEDS])
        (folder / "source.toml").write_text(f'name = "proef"\ntitle = "Proef"\nstart_urls = {start_urls}\n')
        (folder / "nieuwswacht.toml").write_text(_CONFIG.format(url=url, mail=mail, operator=OPERATOR))

    def copy(self, folder: Path, mail: str = 'folder = "mails"') -> SmallService:
        folder.mkdir()
        if (self.folder / "mails").exists():
            shutil.copytree(self.folder / "mails", folder / "mails")
        return SmallService(folder, self.replica, copied_url(self.url, folder), mail)

    def run(
        self,
        now: datetime,
        disturb: Callable[[], object] = lambda: None,
        *,
        later: datetime | None = None,
        patch: pytest.MonkeyPatch | None = None,
    ) -> Run:
        """As `run` does after its start: put right what was left, crawl, write and send what is due; and `later` again.

        `disturb` is called first. Without a `patch` to undo it with, this process is changed for good.
        """
        commands = _InThisProcess(self, now, patch or pytest.MonkeyPatch())
        disturb()
        planned = commands.run(["run", "--plan"], 0)
        if planned.code == 0:
            service = Service(Plan.from_json(planned.output), commands, clock=lambda: now)
            service.turn()
            service.crawl()
            if later is not None:
                commands.now = later
                service.turn()
        return commands.ended

    def begin(self, now: datetime, *, later: datetime | None = None) -> None:
        """A run that nothing disturbs, in a process of its own."""
        ended = in_a_process(lambda: self.run(now, later=later))
        assert all(code in WELL for _, code in ended.said), ended.said

    def command(self, now: datetime, *command: str) -> None:
        ended = in_a_process(lambda: _InThisProcess(self, now, pytest.MonkeyPatch()).run(command, 0).code)
        assert ended.said == 0, command


# Kept by address, with the statements it has compiled: they cost a process more than all else it does.
_engine = cache(database._engine)


class _InThisProcess(Children):
    """Runs the service's commands here."""

    def __init__(self, place: SmallService, now: datetime, patch: pytest.MonkeyPatch) -> None:
        super().__init__(["--config", str(place.folder / "nieuwswacht.toml"), "-q"])
        self.now, self.ended = now, Run()
        patch.setattr(database, "_engine", _engine)
        Offline(place.folder, place.replica, patch, *SEEDS).database.close()
        patch.setattr(main, "App", lambda: App(clock=lambda: self.now))

    def run(self, command: Sequence[str], deadline: float) -> Ended:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            code = main.run([*self.options, *command])
        self.ended.append((" ".join(command[:2]), code))
        return Ended(code, printed.getvalue())


def prepare(folder: Path) -> SmallService:
    """A past of two days, and a present in which everything has happened that a crawl can find."""
    place = _begun(folder, articles(ARTICLES))
    replica = place.replica
    replica.edit(REVERTED, title="Regionale AI-hubs krijgen toch geen eigen budget")
    replica.remove(RETURNED, status=410)
    replica.set_fault("404", GONE)
    place.begin(START - timedelta(days=1), later=LATER - timedelta(days=1))
    place.command(LATER - timedelta(days=1), "subscribe", NEWCOMER, "--every", "immediately")
    replica.add(later_articles()[0])
    replica.edit(EDITED, lambda article: article.replace_text("204,5 miljoen", "210 miljoen"))
    replica.edit(REVERTED, title=_title_of(REVERTED))
    replica.restore(RETURNED)
    replica.move(MOVED, f"{MOVED}-2")
    replica.set_fault("404", AWAY_ONCE)
    replica.edit(SUSPECT, lambda article: article.blocks.__setitem__(slice(None), article.blocks[:1]))
    return place


def prepare_site_text(folder: Path) -> SmallService:
    """A present in which the site puts a text of its own into each article, while an editor edits one."""
    place = _begun(folder, articles(12))
    place.begin(START - timedelta(days=1), later=LATER - timedelta(days=1))
    place.replica.configure(callout="Deze zomer verschijnt iBestuur ook op papier, voor wie daar vóór juni om vraagt.")
    place.replica.edit(EDITED, lambda article: article.replace_text("204,5 miljoen", "210 miljoen"))
    return place


def _title_of(slug: str) -> str:
    return next(article.title for article in articles(ARTICLES) if article.slug == slug)


def _begun(folder: Path, published: list[ReplicaArticle]) -> SmallService:
    replica = Replica(published)
    place = SmallService(folder, replica, fresh_url(folder))
    with pytest.MonkeyPatch.context() as patch:
        # In this process: what it imports and compiles, all further ones then find.
        place.run(START - timedelta(days=2), patch=patch)
    for reader, rhythm in READERS.items():
        place.command(START - timedelta(days=2), "subscribe", reader, "--every", rhythm)
    return place
