"""`crawl` and `recrawl`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from cli import completion
from cli.app import App, command, json_option

if TYPE_CHECKING:
    from cli.jobs.crawl import CrawlContext, Crawled
    from crawler.seeds import Source


@command("crawl", epilog="Example: nieuwswacht crawl --source ibestuur --json")
@click.option(
    "--source",
    "names",
    multiple=True,
    metavar="NAME",
    shell_complete=completion.sources,
    help="Only this source; may be given again.",
)
@json_option
def crawl(app: App, names: tuple[str, ...], as_json: bool) -> int:
    """Crawl once: seeds, new articles, and the known articles that are due.

    A source's first crawl is a starting point: nothing in it is told as new.
    """
    from cli.jobs.crawl import Task
    from cli.jobs.crawl import crawl as run_crawl

    tasks = [Task(source, source.start_urls) for source in chosen_sources(app, names)]
    with watched(app) as context:
        crawled = run_crawl(app.database(), tasks, context)
    code = tell(app, crawled, as_json)
    if crawled.report.baseline and not as_json and not _somebody_follows(app):
        app.say("Next: `nieuwswacht subscribe ADDRESS --every daily`; nobody follows anything yet.")
    return code


@command(
    "recrawl",
    epilog="Example: nieuwswacht recrawl https://ibestuur.nl/artikel/een-stuk/ --dry-run",
)
@click.argument("targets", nargs=-1, metavar="TARGET...", help="An article's URL, or a theme's name or URL.")
@click.option("--all", "everything", is_flag=True, help="Every seed and every known article.")
@click.option("--dry-run", is_flag=True, help="Print what would change; store nothing.")
@json_option
def recrawl(app: App, targets: tuple[str, ...], everything: bool, dry_run: bool, as_json: bool) -> int:
    """Fetch these now, due or not.

    TARGET is an article's present or former URL, or a theme's name or URL: its listings and all its articles.
    """
    if bool(targets) == everything:
        raise click.UsageError("name one or more targets, or --all; `nieuwswacht articles` lists the known articles.")
    from cli.jobs.crawl import crawl as run_crawl
    from cli.jobs.dryrun import rehearsal, with_diffs
    from cli.jobs.targets import tasks_for

    database = app.database()
    tasks = tasks_for(database, app.sources, targets)
    if not dry_run:
        with watched(app) as context:
            crawled = run_crawl(database, tasks, context, kind="recrawl")
        return tell(app, crawled, as_json)
    with rehearsal(database) as copy, watched(app) as context:
        # What fills up meanwhile is the copy's disk, and nothing is lost with it.
        crawled = run_crawl(copy, tasks, replace(context, min_free=0), kind="recrawl")
        with_diffs(copy, crawled.report)
    return tell(app, crawled, as_json, dry_run=True)


def chosen_sources(app: App, names: tuple[str, ...]) -> list[Source]:
    known = {source.name: source for source in app.sources}
    for name in names:
        if name not in known:
            raise click.UsageError(f"there is no source '{name}'; there are: {', '.join(known)}.")
    return [known[name] for name in names] if names else list(known.values())


def _somebody_follows(app: App) -> bool:
    from alerts.subscriptions import subscriptions

    with app.database().read() as session:
        return bool(subscriptions(session))


@contextmanager
def watched(app: App) -> Iterator[CrawlContext]:
    """A crawl's context, and its progress on stderr while it runs."""
    from cli.context import crawl_context
    from cli.show.progress import progress

    with progress(app, "Reading pages") as advance:
        yield crawl_context(app, advance)


def tell(app: App, crawled: Crawled, as_json: bool, *, dry_run: bool = False) -> int:
    """Print the report, and on stderr what needs attention; the exit code."""
    from cli.show.crawl import explain_failures, print_report

    if as_json:
        app.print_json(dict(vars(crawled.report)))
    else:
        print_report(app, crawled.report, dry_run=dry_run)
    explain_failures(app, crawled)
    return crawled.exit_code
