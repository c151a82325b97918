"""Everything that has to be right for news to reach a reader, tried one by one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from alerts.channels import ChannelError
from alerts.subscriptions import subscriptions
from cli.context import mail_channel
from cli.service.children import Children
from storage.errors import DatabaseUnusable
from storage.integrity import damage, free_space

if TYPE_CHECKING:
    from cli.app import App
    from crawler.seeds import Source
    from storage.database import Database

PAGE_DEADLINE = 150.0  # seconds for one page: robots.txt, the page, and two repetitions
ESSENTIAL = ("title", "published")


@dataclass(frozen=True)
class Finding:
    """`next_step` is what to do about it; empty when it is ok."""

    check: str
    state: Literal["ok", "warning", "failed"]
    detail: str
    next_step: str = ""


def all_checks(app: App, inspect: Callable[[str, str, str], dict[str, Any]]) -> Iterator[Finding]:
    """`inspect(kind, source, url)` fetches and reads one page elsewhere, see `cli.service.inspection`."""
    yield _configuration(app)
    yield _contact(app)
    yield from _archive(app)
    for source in app.sources:
        yield from _source(source, inspect, pause=app.config.crawl.delay)
    yield _mail(app)
    yield _operator(app)
    yield _watches(app)


def in_children(app: App) -> Callable[[str, str, str], dict[str, Any]]:
    """Inspects each page in a process of its own."""
    children = Children([*(["--config", app.config_file] if app.config_file else []), "-q"])

    def inspect(kind: str, source: str, url: str) -> dict[str, Any]:
        ended = children.run(["check", f"--{kind}", source, url], PAGE_DEADLINE)
        try:
            found: dict[str, Any] = json.loads(ended.output if ended else "")
        except ValueError:
            return {"trouble": f"looking at it {ended}", "articles": [], "found": [], "missing": []}
        return found

    return inspect


def _configuration(app: App) -> Finding:
    config = app.config
    if config.warnings:
        return Finding(
            "configuration", "warning", "; ".join(warning.message for warning in config.warnings), "See there."
        )
    return Finding("configuration", "ok", str(config.file) if config.file else "built-in defaults, no file")


def _contact(app: App) -> Finding:
    contact = app.config.crawl.contact
    if contact:
        return Finding("contact", "ok", contact)
    return Finding(
        "contact", "warning", "empty: the watched site cannot reach whoever crawls it", "Fill in [crawl] contact."
    )


def _archive(app: App) -> Iterator[Finding]:
    try:
        database = app.database(create=False)
        wrong = damage(database)
    except DatabaseUnusable as error:
        if "no database" in str(error):
            yield Finding("database", "warning", "there is none yet", "`nieuwswacht crawl` makes it.")
        else:
            yield Finding("database", "failed", str(error), "Until then nothing is stored or sent.")
        return
    if wrong:
        yield Finding("database", "failed", f"damaged: {wrong}", "Restore a backup: `nieuwswacht restore FILE`.")
    else:
        yield Finding("database", "ok", str(database.path or "on a server"))
    yield _space(database, app.config.storage.min_free_bytes)


def _space(database: Database, least: int) -> Finding:
    free = free_space(database)
    if free is None:
        return Finding("disk", "ok", "the database server minds its own")
    detail = f"{free / 1e9:.1f} GB free"
    if free < least:
        detail = f"only {free / 1e6:,.0f} MB free: no crawl starts below {least / 1e6:,.0f} MB, mails still leave"
        return Finding("disk", "failed", detail, "Free some space, or lower [storage] min_free_bytes.")
    if free < 2 * least:
        return Finding("disk", "warning", f"only {detail}", "Free some space before crawls cannot start any more.")
    return Finding("disk", "ok", detail)


def _source(source: Source, inspect: Callable[[str, str, str], dict[str, Any]], *, pause: float) -> Iterator[Finding]:
    article, troubled = "", False
    for seed in source.start_urls:
        seen = inspect("seed", source.name, seed)
        troubled = troubled or bool(seen["trouble"])
        if seen["trouble"]:
            yield Finding(f"seed {source.name}", "failed", f"{seed}: {seen['trouble']}", "Open it in a browser.")
        else:
            yield Finding(f"seed {source.name}", "ok", seed)
        article = article or next(iter(seen["articles"]), "")
        time.sleep(pause)
    if article:
        yield _fields(source, inspect("article", source.name, article), article)
    elif not troubled:
        yield Finding(
            f"article {source.name}", "warning", "the seeds name none directly", "Try `nieuwswacht extract URL`."
        )


def _fields(source: Source, seen: dict[str, Any], url: str) -> Finding:
    name, look = f"article {source.name}", f"See `nieuwswacht extract {url}`."
    if seen["trouble"]:
        return Finding(name, "failed", f"{url}: {seen['trouble']}", look)
    if seen["missing"]:
        state: Literal["warning", "failed"] = "failed" if set(ESSENTIAL) & set(seen["missing"]) else "warning"
        return Finding(name, state, f"{url}: no {', '.join(seen['missing'])} found", look)
    return Finding(name, "ok", f"{url}: {', '.join(seen['found'])} found")


def _mail(app: App) -> Finding:
    mail = app.config.mail
    where = f"folder {mail.folder}" if mail.channel == "folder" else f"{mail.host}:{mail.port} ({mail.security})"
    try:
        mail_channel(app).check()
    except ChannelError as error:
        return Finding("mail", "failed", f"{where}: {error}", "Correct [mail]; what was written waits in the outbox.")
    return Finding("mail", "ok", where)


def _operator(app: App) -> Finding:
    if app.config.operator.email:
        return Finding("operator", "ok", app.config.operator.email)
    return Finding("operator", "warning", "nobody is mailed about trouble", "Fill in [operator] email.")


def _watches(app: App) -> Finding:
    names = [watch.name for watch in app.watches]
    try:
        with app.database(create=False).read() as session:
            followed = {reader.watch for reader in subscriptions(session)}
    except DatabaseUnusable:
        followed = set()
    if lost := sorted(followed - set(names)):
        detail = f"somebody follows {', '.join(lost)}, which is not configured"
        return Finding("watches", "failed", detail, "Put the watch back, or `nieuwswacht unsubscribe` its readers.")
    if not followed:
        return Finding(
            "watches", "warning", f"{', '.join(names)}: nobody follows them", "`nieuwswacht subscribe ADDRESS`."
        )
    return Finding("watches", "ok", ", ".join(names))
