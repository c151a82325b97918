"""`status`."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from cli.app import App, command, harmless, json_option

NEEDS_A_PERSON = 1


@command("status", epilog="Example: nieuwswacht status || mail -s 'nieuwswacht' beheer@example.org")
@json_option
def status(app: App, as_json: bool) -> int:
    """Did we look, did we find, did we tell, when next?

    Exit code 1 when something needs a person, 0 when all is well. With --json the keys are: looked, found, told, next,
    notices and problems (sentences; empty when all is well).
    """
    from storage.errors import DatabaseUnusable

    try:
        document = document_of(app)
    except DatabaseUnusable as error:
        from cli.service.overview import NOTHING

        document = {**copy.deepcopy(NOTHING), "problems": [f"{error}."]}
    if as_json:
        app.print_json(document)
    else:
        _print(app, document)
    return NEEDS_A_PERSON if document["problems"] else 0


def document_of(app: App) -> dict[str, Any]:
    """What `status --json` prints. Raises DatabaseUnusable."""
    from cli.context import times as times_of
    from cli.service import overview
    from storage.locks import is_held

    database, now, times = app.database(create=False), app.clock(), times_of(app)
    crawling, serving = is_held(database, "crawl"), is_held(database, "run")
    with database.read() as session:
        document = {
            "looked": overview.looked(session, app.utc, now, crawling=crawling),
            "found": overview.found(session, now),
            "told": overview.told(session, app.utc),
            "next": overview.coming(session, app.utc, times, now, serving=serving),
            "notices": overview.notices(session, app.utc),
        }
        document["problems"] = overview.problems(session, document, times, now)
    return document


def _print(app: App, document: dict[str, Any]) -> None:
    for title, lines in (
        ("Did we look?", _looked(app, document["looked"])),
        ("Did we find?", _found(document["found"])),
        ("Did we tell?", _told(app, document["told"])),
        ("When next?", _next(app, document["next"])),
    ):
        app.out.print(title, style="bold")
        for line in lines:
            app.out.print(harmless(f"  {line}"))
    app.out.print("Needs a person" if document["problems"] else "Nothing needs a person.", style="bold")
    for problem in document["problems"]:
        app.out.print(harmless(f"  {problem}"))


def _looked(app: App, looked: dict[str, Any]) -> list[str]:
    crawl = looked["last_crawl"]
    if crawl is None:
        return ["no crawl yet"]
    when = "now" if looked["crawling"] else _local(app, crawl["finished"])
    lines = [f"last crawl: {when}, {crawl['outcome']} ({crawl['requests']} requests, {crawl['failed']} pages unread)"]
    for source in looked["sources"]:
        line = f"{source['name']}: {source['state']}, last good {_local(app, source['last_good'])}"
        line += f", since {_local(app, source['since'])}: {source['reason']}" if source["reason"] else ""
        line += f"; resting until {_local(app, source['resting_until'])}" if source["resting_until"] else ""
        lines.append(line)
    return lines


def _found(found: dict[str, Any]) -> list[str]:
    return [
        f"{found['articles']} articles, {found['gone']} of them gone",
        f"{found['changes_24_hours']} changes in 24 hours, {found['changes_7_days']} in 7 days",
        f"{found['quarantine']} versions in quarantine",
    ]


def _told(app: App, told: dict[str, Any]) -> list[str]:
    digest = told["last_digest"]
    last = f"{digest['kind']}, {_local(app, digest['created'])}, {digest['entries']} entries" if digest else "none yet"
    paused = f"; paused after refusals: {', '.join(told['paused'])}" if told["paused"] else ""
    return [
        f"last digest: {last}",
        f"{told['subscriptions']} subscriptions{paused}",
        f"{told['waiting']} mails waiting, {told['failed']} failed"
        + (", sending paused" if told["sending_paused"] else ""),
    ]


def _next(app: App, coming: dict[str, Any]) -> list[str]:
    if coming["service"] != "running":
        return ["the service is not running; start it with `nieuwswacht run`"]
    return [f"{name}: {_local(app, coming[name])}" for name in ("crawl", "daily", "weekly")]


def _local(app: App, moment: str | None) -> str:
    return app.local(datetime.fromisoformat(moment) if moment else None)
