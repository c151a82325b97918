"""Writes the reference from what the code says of itself: commands, exit codes, configuration, addresses, figures.

    make docs

The JSON documents are noted by a test (tests/cli/test_json_reference.py), from what the commands really print.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import click
from starlette.routing import Route

from cli.app import common_options
from cli.config.layers import PREFIX
from cli.config.model import known_keys
from cli.config.template import toml
from cli.exits import Exit
from cli.main import cli
from web.app import ROUTES
from web.metrics import FIGURES

HERE = Path(__file__).parent
NOTE = "<!-- Made by `make docs` from the code; what is changed here is lost. -->"


def main() -> int:
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")
    return 0


def pages() -> dict[str, str]:
    """File name -> the page."""
    made = {"commands.md": _commands, "configuration.md": _configuration, "pages.md": _web_pages}
    return {name: "\n".join([NOTE, "", *lines()]) + "\n" for name, lines in made.items()}


def _commands() -> Iterator[str]:
    yield from ("# Commands", "", "Every command takes these, before or after its name:", "")
    yield from _table(("option", ""), _options(common_options(click.Command("any"))))
    yield from ("", "and `-h`, `--help`. What `--json` prints is under [JSON documents](json.md).")
    for words, command in _walk(cli, ()):
        yield from _command(words, command)
    yield from ("", "## Exit codes", "")
    yield from _table(("code", "what it means"), [(str(int(code)), code.meaning) for code in Exit])


def _walk(group: click.Group, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name in list(group.commands) or group.list_commands(click.Context(group)):  # as written, not by the alphabet
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield (*words, name), command
        if isinstance(command, click.Group):
            yield from _walk(command, (*words, name))


def _command(words: tuple[str, ...], command: click.Command) -> Iterator[str]:
    path = " ".join(("nieuwswacht", *words))
    usage = " ".join([path, *command.collect_usage_pieces(click.Context(command))])
    yield from ("", f"## {' '.join(words)}", "", f"`{usage}`", "", inspect.cleandoc(command.help or ""))
    shared = {str(option.name) for option in common_options(click.Command("any")).params}
    options = _options(command, shared)
    if options:
        yield ""
        yield from _table(("option", ""), options)
    example = (command.epilog or "").removeprefix("Example: ")
    yield from ("", "```console", f"$ {example}", "```")


def _options(command: click.Command, but: Collection[str] = ()) -> list[tuple[str, str]]:
    """Options of a command, without those named in `but`."""
    context = click.Context(command)
    records = [one.get_help_record(context) for one in command.params if str(one.name) not in but]
    return [(f"`{names}`", text) for names, text in filter(None, records)]


def _configuration() -> Iterator[str]:
    yield from (
        "# Configuration",
        "",
        "`nieuwswacht init` writes a file with all of these; `nieuwswacht config show --origin` says what holds. A key",
        "can also be set by its variable, or by a file that the variable with `_FILE` behind its name names. Source",
        "files are described under [Follow another site](../how-to/add-a-site.md#keys), watches under",
        "[Write a watch](../how-to/write-a-watch.md#keys).",
    )
    section = "-"
    for name, key in known_keys().items():
        of, _, last = name.rpartition(".")
        heading = "Above the sections" if not of else f"[{of}]"
        heading = f"[[{name}]]" if name == "watch" else heading
        if heading != section:
            section = heading
            yield from ("", f"## {heading}", "")
            yield from _table(("key", "what it is for", "what it may be", "default", "variable"), [])
        default = f"`{toml(key.default)}`" if not key.means.without else key.means.without
        means = key.means.text + ("; masked wherever it is shown" if key.mask else "")
        variable = f"`{PREFIX}{name.replace('.', '__').upper()}`"
        yield _row((f"`{last}`", _prose(means), _prose(key.allowed), default, variable))


def _web_pages() -> Iterator[str]:
    yield from ("# Pages", "", "What `nieuwswacht serve` answers.", "", "## Addresses", "")
    shown = [route for route in ROUTES if isinstance(route, Route) and "GET" in (route.methods or ())]
    rows = [(f"`{route.path.replace(':number', '')}`", _first(route.endpoint)) for route in shown]
    yield from _table(("address", "what is there"), rows)
    yield from ("", "## Figures at `/metrics`", "")
    figures = [(f"`{one.name}`", one.text, f"`{one.label}`" if one.label else "") for one in FIGURES]
    yield from _table(("name", "what it counts", "label"), figures)


def _prose(text: str) -> str:
    """Words between double quotes are values: shown as such, and no markup."""
    return re.sub(r'"[^"]*"', r"`\g<0>`", text)


def _first(endpoint: object) -> str:
    return (inspect.getdoc(endpoint) or "").partition("\n")[0]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield from (_row(head), "|" + "---|" * len(head))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    sys.exit(main())
