"""What Tab may offer where the names are this installation's own: its watches, its sources, its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from cli.app import App

Completer = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def files(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The shell knows them."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(begun, type="file")]


def _names(of: Callable[[App], Iterable[str]]) -> Completer:
    def complete(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        app: App = context.find_root().obj
        app.config_file, app.verbosity = _config_file(context), -1
        with suppress(Exception):  # a message about the configuration would land in the middle of what is being typed
            return [CompletionItem(name) for name in of(app) if name.startswith(begun)]
        return []

    return complete


def _config_file(context: click.Context | None) -> str | None:
    """Given after the command's name, or before it."""
    while context is not None:
        if context.params.get("config_file"):
            return str(context.params["config_file"])
        context = context.parent
    return None


watches = _names(lambda app: [watch.name for watch in app.watches])
sources = _names(lambda app: [source.name for source in app.sources])
