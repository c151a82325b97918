"""What every command shares: the configuration, the archive, the clock, and where output goes."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli import completion, logs
from cli.script import as_typed

if TYPE_CHECKING:
    from rich.console import Console

    from alerts.watch import Watch
    from cli.config.model import Config
    from crawler.seeds import Source
    from storage.database import Database

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass
class App:
    """One invocation. Everything heavy is made on first use, so that `--help` pays for none of it."""

    config_file: str | None = None
    verbosity: int = 0
    log_format: str = "text"
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _opened: list[Database] = field(default_factory=list)

    @cached_property
    def config(self) -> Config:
        from cli.config import load

        config = load(self.config_file, os.environ)
        logs.hide(*config.secrets())
        for warning in config.warnings:
            self.say(f"Warning: {warning.message}")
        return config

    @cached_property
    def sources(self) -> list[Source]:
        from crawler.seeds import load_sources

        return load_sources(self.config.crawl.seeds or None)

    @cached_property
    def watches(self) -> list[Watch]:
        from alerts.watch import combine

        return combine(list(self.config.watch))

    def database(self, *, create: bool = True) -> Database:
        from storage.database import open_database

        database = open_database(self.config.storage.url, create=create)
        self._opened.append(database)
        return database

    def close(self) -> None:
        """Close what was opened: SQLite then folds its log into the one file that people copy."""
        for database in self._opened:
            database.close()

    @cached_property
    def out(self) -> Console:
        """Data for people; plain and unwrapped when it is not a terminal."""
        return _console(stderr=False)

    @cached_property
    def err(self) -> Console:
        """Messages and progress."""
        return _console(stderr=True)

    def say(self, message: str) -> None:
        """A message that `-q` silences."""
        if self.verbosity >= 0:
            self.complain(message, "info")

    def complain(self, message: str, level: str = "error") -> None:
        """A message that nothing silences; among JSON log lines it is one of them."""
        as_line = self.log_format == "json"
        click.echo(logs.message_line(message, level) if as_line else logs.shown(as_typed(message)), err=True)

    @property
    def animated(self) -> bool:
        """Whether progress may be drawn on stderr: for people at a terminal who did not ask for silence."""
        return self.verbosity >= 0 and self.log_format != "json" and self.err.is_terminal

    def print_table(self, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
        """Rows for people: a table on a terminal, tab-separated lines off it."""
        if not sys.stdout.isatty():
            for row in rows:
                click.echo("\t".join(harmless(_cell(row[column])) for column in columns))
            return
        from rich.table import Table

        table = Table(*(column.replace("_", " ") for column in columns), box=None, header_style="bold", pad_edge=False)
        for row in rows:
            table.add_row(*(harmless(_cell(row[column])) for column in columns))
        self.out.print(table)

    def utc(self, moment: datetime | None) -> str | None:
        """ISO 8601 in UTC, as every JSON document has it."""
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None

    def local(self, moment: datetime | None) -> str:
        """For people: on the clock of the configured time zone."""
        return moment.astimezone(self.config.zone).strftime("%Y-%m-%d %H:%M") if moment else "never"

    def print_json(self, document: object) -> None:
        """The one JSON document of a `--json` command."""
        indent = 2 if sys.stdout.isatty() else None
        click.echo(json.dumps(document, ensure_ascii=False, indent=indent))


def harmless(text: str) -> str:
    """Without control characters: what a page says must not steer the terminal."""
    return _CONTROL.sub("", text)


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    # Off a terminal a table may be as wide as it likes: it goes to a file or another program.
    return Console(stderr=stderr, soft_wrap=not stream.isatty(), highlight=False, markup=False, emoji=False)


def common_options(command: Command) -> Command:
    """`--config`, `-q`, `-v` and `--log-format`, accepted before and after the command's name."""
    for option in (
        click.option("--log-format", type=click.Choice(["text", "json"]), help="Log lines for people or for programs."),
        click.option("-v", "--verbose", count=True, help="Say more; twice: everything."),
        click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
        click.option(
            "--config", "config_file", metavar="FILE", shell_complete=completion.files, help="Configuration file."
        ),
    ):
        command = option(command)
    return command


def make_app(context: click.Context, config_file: str | None, quiet: bool, verbose: int, log_format: str | None) -> App:
    """The invocation's App, each option taken from where it was given last."""
    app: App = context.ensure_object(App)
    app.config_file = config_file or app.config_file
    app.verbosity = -1 if quiet else verbose or app.verbosity
    app.log_format = log_format or app.log_format
    logs.configure(app.verbosity, app.log_format)
    return app


def command(name: str, **attributes: Any) -> Callable[[Callable[..., int | None]], click.Command]:
    """A command whose function receives the App first, the common options handled, and returns its exit code."""

    def decorate(function: Callable[..., int | None]) -> click.Command:
        @click.pass_context
        def run(
            context: click.Context,
            /,
            config_file: str | None,
            quiet: bool,
            verbose: int,
            log_format: str | None,
            **values: Any,
        ) -> int | None:
            return function(make_app(context, config_file, quiet, verbose, log_format), **values)

        run.__doc__ = function.__doc__
        run.__click_params__ = list(getattr(function, "__click_params__", []))  # type: ignore[attr-defined]
        return click.command(name, cls=click.Command, **attributes)(common_options(run))

    return decorate


def command_group(
    name: str, *, needs_subcommand: bool = False, **attributes: Any
) -> Callable[[Callable[..., int | None]], click.Group]:
    """A command that has subcommands; without one it runs itself, unless it `needs_subcommand`."""

    def decorate(function: Callable[..., int | None]) -> click.Group:
        @click.pass_context
        def run(
            context: click.Context,
            /,
            config_file: str | None,
            quiet: bool,
            verbose: int,
            log_format: str | None,
            **values: Any,
        ) -> int | None:
            app = make_app(context, config_file, quiet, verbose, log_format)
            return function(app, **values) if context.invoked_subcommand is None else None

        run.__doc__ = function.__doc__
        run.__click_params__ = list(getattr(function, "__click_params__", []))  # type: ignore[attr-defined]
        settings: dict[str, Any] = {"invoke_without_command": not needs_subcommand, **attributes}
        return click.group(name, cls=click.Group, **settings)(common_options(run))

    return decorate


def subcommand(
    group: click.Group, name: str, **attributes: Any
) -> Callable[[Callable[..., int | None]], click.Command]:
    def decorate(function: Callable[..., int | None]) -> click.Command:
        made = command(name, **attributes)(function)
        group.add_command(made)
        return made

    return decorate


def json_option(function: Command) -> Command:
    option: Any = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    decorated: Command = option(function)
    return decorated
