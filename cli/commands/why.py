"""`why`."""

from __future__ import annotations

import click

from cli.app import App, command, harmless


@command("why", epilog="Example: nieuwswacht why https://ibestuur.nl/artikel/een-stuk/")
@click.argument("target", metavar="TARGET_OR_ADDRESS", help="An article's URL, or a reader's address.")
def why(app: App, target: str) -> None:
    """Why an article was, or was not, mailed; or what an address got, and what it still gets."""
    from alerts.posts import is_post
    from cli.context import times
    from cli.show.why import why_article, why_reader

    room = is_post(target) and not target.lower().startswith(("http:", "https:"))
    explain = why_reader if room or ("@" in target and "/" not in target) else why_article
    with app.database(create=False).read() as session:
        for line in explain(app, session, times(app), target):
            click.echo(harmless(line))
