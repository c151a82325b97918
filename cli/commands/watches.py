"""`watches` and `watch test`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cli import completion
from cli.app import App, command, command_group, json_option, subcommand


@command("watches", epilog="Example: nieuwswacht watches --json")
@json_option
def watches(app: App, as_json: bool) -> None:
    """List the watches and their terms."""
    rows = [
        {
            "name": watch.name,
            "title": watch.title,
            "any": [term.name for term in watch.any],
            "all": [term.name for term in watch.all],
            "none": [term.name for term in watch.none],
        }
        for watch in app.watches
    ]
    if as_json:
        app.print_json(rows)
        return
    for row in rows:
        app.out.print(f"{row['name']}: {row['title']}")
        for kind in ("any", "all", "none"):
            if row[kind]:
                app.out.print(f"  {kind}: {', '.join(row[kind])}")


@command_group("watch", epilog="Example: nieuwswacht watch test artikel.txt", needs_subcommand=True)
def watch(_app: App) -> None:
    """Try a watch on a text."""


@subcommand(watch, "test", epilog='Example: nieuwswacht watch test "AIC4NL opent een vestiging in Breda."')
@click.argument(
    "text",
    metavar="FILE_OR_TEXT",
    shell_complete=completion.files,
    help="A page, a plain text, or the words themselves.",
)
@json_option
def test(app: App, text: str, as_json: bool) -> None:
    """Which watches match this text, and why. An HTML file is read as an article first."""
    from alerts.watch import match, match_text
    from cli.files import article_of_html, looks_like_html

    body = _text_of(text)
    verdicts = []
    for watch in app.watches:
        verdict = match(watch, article_of_html(body)) if looks_like_html(body) else match_text(watch, body)
        verdicts.append((watch, verdict))
    if as_json:
        app.print_json(
            [
                {
                    "watch": one.name,
                    "matches": found.matches,
                    "because": [reason.to_dict() for reason in found.because],
                    "ruled_out": [reason.to_dict() for reason in found.ruled_out],
                }
                for one, found in verdicts
            ]
        )
        return
    for one, found in verdicts:
        app.out.print(f"{one.name}: {'matches' if found.matches else 'does not match'}")
        for reason in found.because:
            app.out.print(f"  {reason}")
        for reason in found.ruled_out:
            app.out.print(f"  not counted: {reason}")


def _text_of(argument: str) -> str:
    if argument == "-":
        return sys.stdin.read()
    try:
        path = Path(argument)
        if path.is_file():
            return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        pass  # longer than a file name may be: it is the text itself
    return argument
