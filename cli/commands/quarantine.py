"""`quarantine` and `reextract`: what a person settles, and what a better extractor reads again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.app import App, command, command_group, json_option, subcommand

if TYPE_CHECKING:
    from alerts.verdicts import Verdict

_SAID = {"accepted": "accepted", "quietly": "kept without telling anyone", "rejected": "rejected"}


@command_group("quarantine", epilog="Example: nieuwswacht quarantine accept --all")
@json_option
def quarantine(app: App, as_json: bool) -> None:
    """Look at versions that are kept but not told, because the page, not the article, seems to have changed."""
    from alerts.diff import diff_articles, summarise
    from storage import tables
    from storage.acceptance import open_quarantine
    from storage.article import Article

    with app.database().read() as session:
        rows = []
        for version, article in open_quarantine(session):
            before = session.get_one(tables.Version, article.current_id)
            diff = diff_articles(Article.from_dict(before.data), Article.from_dict(version.data))
            rows.append(
                {
                    "url": article.url,
                    "title": article.title,
                    "reason": version.reason,
                    "seen": app.utc(version.seen_at),
                    "fields": list(diff.facets),
                    "summary": summarise(diff, app.config.language),
                }
            )
    if as_json:
        app.print_json(rows)
    elif rows:
        app.print_table(("seen", "title", "reason", "summary", "url"), rows)
        app.say("`nieuwswacht quarantine accept URL` tells a version; `reject` leaves the last good one.")
    else:
        app.say("Nothing is in quarantine.")


@subcommand(quarantine, "accept", epilog="Example: nieuwswacht quarantine accept --all")
@click.argument("targets", nargs=-1, metavar="TARGET...", help="URLs of articles.")
@click.option("--all", "everything", is_flag=True, help="All that is in quarantine.")
@click.option("--quietly", is_flag=True, help="Keep as the present version, but tell nobody.")
def accept(app: App, targets: tuple[str, ...], everything: bool, quietly: bool) -> None:
    """An editor did it: make these the present versions, and tell readers in the next digest."""
    _settle(app, targets, everything, "quietly" if quietly else "accepted")


@subcommand(quarantine, "reject", epilog="Example: nieuwswacht quarantine reject https://ibestuur.nl/artikel/een-stuk/")
@click.argument("targets", nargs=-1, metavar="TARGET...", help="URLs of articles.")
@click.option("--all", "everything", is_flag=True, help="All that is in quarantine.")
def reject(app: App, targets: tuple[str, ...], everything: bool) -> None:
    """The page was wrong: the last good version stays, and readers hear nothing."""
    _settle(app, targets, everything, "rejected")


def _settle(app: App, targets: tuple[str, ...], everything: bool, verdict: Verdict) -> None:
    if bool(targets) == everything:
        raise click.UsageError("name one or more articles, or --all; `nieuwswacht quarantine` lists them.")
    from alerts.verdicts import decide
    from storage.acceptance import open_quarantine, quarantined_sources
    from storage.history import UnknownTarget, find_article
    from storage.locks import crawling

    database, now = app.database(), app.clock()
    with database.read() as session:
        sources = quarantined_sources(session)
    with crawling(database, sources, wait=5), database.write() as session:
        wanted = None if everything else {find_article(session, target).id: target for target in targets}
        waiting = {article.id: version for version, article in open_quarantine(session)}
        for article_id, target in (wanted or {}).items():
            if article_id not in waiting:
                raise UnknownTarget(f"{target} has nothing in quarantine; `nieuwswacht quarantine` lists what has")
        chosen = [version for article_id, version in waiting.items() if wanted is None or article_id in wanted]
        decide(session, chosen, verdict, app.watches, now, language=app.config.language)
    app.say(f"{len(chosen)} version(s) {_SAID[verdict]}.")


@command("reextract", epilog="Example: nieuwswacht reextract --json")
@json_option
def reextract(app: App, as_json: bool) -> None:
    """Read every stored latest page again with the present extractor.

    What that changes is recorded in the histories and never becomes news.
    """
    from cli.jobs.reextract import reextract as run

    done = run(app.database(), app.sources)
    if as_json:
        app.print_json({"read": done.read, "changed": done.changed, "unreadable": done.unreadable})
    else:
        app.out.print(f"{done.read} read again, {done.changed} read differently now, {done.unreadable} not readable")
