"""`history` and `changes`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import click

from cli import completion
from cli.app import App, command, json_option

_AGO = re.compile(r"(\d+)\s*(m|h|d|w)[a-z]*", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@command("history", epilog="Example: nieuwswacht history https://ibestuur.nl/artikel/een-stuk/")
@click.argument("target", help="The article's present URL, or a former one.")
@json_option
def history(app: App, target: str, as_json: bool) -> None:
    """List the versions of an article, oldest first."""
    from cli.show.documents import version_documents
    from storage.history import accepted_versions, find_article

    with app.database().read() as session:
        row = find_article(session, target)
        versions = version_documents(app, session, accepted_versions(session, row))
        title, url = row.title, row.url
    if as_json:
        app.print_json({"url": url, "versions": versions})
        return
    app.out.print(f"{title}\n{url}", style="bold")
    rows = [{**one, "seen": " - ".join(filter(None, one["seen_between"]))} for one in versions]
    app.print_table(("number", "seen", "change", "significance", "summary"), rows)


@command("changes", epilog="Example: nieuwswacht changes --since 7d --watch ai-coalitie")
@click.option("--since", metavar="T", help="A date, a date and time, or an age such as 12h, 7d, 2w.")
@click.option("--watch", metavar="W", shell_complete=completion.watches, help="Only what concerns this watch.")
@json_option
def changes(app: App, since: str | None, watch: str | None, as_json: bool) -> None:
    """List what changed, oldest first."""
    from cli.commands.subscriptions import chosen_watch
    from cli.show.documents import change_documents
    from storage.history import changes_since

    wanted = chosen_watch(app, watch) if watch else None
    moment = parse_since(since, app.clock()) if since else None
    with app.database().read() as session:
        rows = change_documents(app, session, changes_since(session, moment))
    rows = [row for row in rows if wanted is None or wanted in row["watches"]]
    if as_json:
        app.print_json(rows)
    elif rows:
        app.print_table(("detected", "change", "significance", "title", "summary", "url"), rows)
    else:
        app.say("Nothing changed" + (f" since {since}." if since else " yet."))


def parse_since(text: str, now: datetime) -> datetime:
    """A moment from a date, a date and time (UTC when it names no zone), or an age."""
    ago = _AGO.fullmatch(text.strip())
    if ago:
        return now - timedelta(**{_UNITS[ago[2].lower()]: int(ago[1])})
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.UsageError(
            f"--since takes 2025-01-08, 2025-01-08T13:00 or an age such as 7d, not '{text}'."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
