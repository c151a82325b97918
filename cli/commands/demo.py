"""`demo`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.app import App, command


@command("demo", epilog="Example: nieuwswacht demo --folder /tmp/nieuwswacht-demo")
@click.option(
    "--folder", default="demo", show_default=True, type=click.Path(file_okay=False, path_type=Path),
    help="Where the archive and the mails of the demo go; emptied first.",
)  # fmt: skip
def demo(app: App, folder: Path) -> int:
    """See the whole job in a minute, offline: crawl a bundled site, edit it, recrawl, send a digest."""
    from cli.jobs.demo import DemoFailed, run_demo

    try:
        run_demo(app, folder)
    except DemoFailed as error:
        app.say(f"The demo went wrong: {error}")
        return 1
    return 0
