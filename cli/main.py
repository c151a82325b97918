"""The command `nieuwswacht`: which commands there are, and what an error means for the exit code."""

from __future__ import annotations

import gc
import importlib
import logging
import sys
from typing import Any

import click

from cli import logs
from cli.app import App, common_options, make_app
from cli.exits import Exit

# Command -> (module, one line for the overview); modules are imported when their command runs.
COMMANDS = {
    "init": ("setup", "Write a commented nieuwswacht.toml."),
    "config": ("setup", "See the configuration that holds."),
    "check": ("check", "Check configuration, archive, seeds, layout and mail server."),
    "crawl": ("crawl", "Crawl once: seeds, new articles, and known articles that are due."),
    "recrawl": ("crawl", "Fetch articles, themes or everything now, due or not."),
    "digest": ("digest", "Write and send the mails that are due."),
    "run": ("run", "Run the service: crawls and digests on the timetable."),
    "worker": ("worker", "Share the crawls and digests of one archive with other workers."),
    "serve": ("serve", "Show the web pages, on 127.0.0.1 by default."),
    "status": ("status", "Did we look, did we find, did we tell, when next?"),
    "why": ("why", "Why this was, or was not, mailed."),
    "articles": ("articles", "List the articles in the archive."),
    "show": ("articles", "Show one article, or an earlier version of it."),
    "history": ("history", "List the versions of an article."),
    "diff": ("compare", "Compare two versions of an article, or two files."),
    "changes": ("history", "List what changed."),
    "search": ("articles", "Search all versions of all articles."),
    "extract": ("compare", "Show what would be read from a page."),
    "subscribe": ("subscriptions", "Let an address follow a watch."),
    "unsubscribe": ("subscriptions", "Stop the mails to an address."),
    "subscriptions": ("subscriptions", "List who is told what."),
    "watches": ("watches", "List the watches."),
    "watch": ("watches", "Try a watch on a text."),
    "outbox": ("outbox", "See what waits to be sent; try again."),
    "quarantine": ("quarantine", "Look at and settle suspect versions."),
    "reextract": ("quarantine", "Read every stored page again with the present extractor."),
    "backup": ("keeping", "Write a consistent copy of the archive while it is in use."),
    "restore": ("keeping", "Put a copy in the archive's place; sending starts paused."),
    "resume": ("keeping", "Let mails leave again after a restore."),
    "copy": ("copy", "Copy the archive into an empty database, of another kind too."),
    "prune": ("keeping", "Forget old records; never articles or versions."),
    "demo": ("demo", "See the whole job on a bundled site, offline, in a minute."),
}


class LazyGroup(click.Group):
    """Imports a command's module when it is wanted: `--help` must not wait for Scrapy."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"cli.commands.{COMMANDS[name][0]}")
        found: click.Command = getattr(module, name)
        return found

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(context, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{near[0]}'?", context) from error


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: nieuwswacht init && nieuwswacht crawl && nieuwswacht subscribe u@example.org",
)
@common_options
@click.version_option(package_name="nieuwswacht", prog_name="nieuwswacht")
@click.pass_context
def cli(context: click.Context, /, **options: Any) -> None:
    """Watches iBestuur for news about the Dutch AI coalition, keeps every version, and mails what an editor changed."""
    make_app(context, options["config_file"], options["quiet"], options["verbose"], options["log_format"])


def main() -> None:
    # Imports leave hardly any garbage: looking for it as often as Python does costs a fifth of their time.
    gc.set_threshold(100_000, 20, 20)
    logs.take_over_stderr()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code, one of `Exit`."""
    app = App()
    try:
        result = cli.main(arguments, prog_name="nieuwswacht", standalone_mode=False, obj=app)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        _complain_of_usage(error, app, arguments)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        app.complain("Stopped.")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left (`| head`); nothing more to say to it.
        sys.stderr.close()
        return 0
    except Exception as error:
        return _report(error, app)
    finally:
        app.close()
    return result if isinstance(result, int) else 0


def _report(error: Exception, app: App) -> int:
    code = _exit_code(error)
    if code is not None:
        app.complain(f"nieuwswacht: {error}")
        return code
    if app.verbosity > 0:
        logging.getLogger("cli").error("unexpected", exc_info=error)
    app.complain(
        f"nieuwswacht: unexpected: {type(error).__name__}: {error}. Nothing half-done was stored;"
        " run the command again with -v for the details."
    )
    return Exit.PROBLEM


def _complain_of_usage(error: click.ClickException, app: App, arguments: list[str]) -> None:
    """With the usage line, for people. Options that were not read to their end may have asked for a log."""
    asked = " ".join(arguments).replace("=", " ")
    if app.log_format == "json" or "--log-format json" in asked:
        app.log_format = "json"
        app.complain(error.format_message())
    else:
        error.show()


def _exit_code(error: Exception) -> int | None:
    """The promised code of a known kind of failure. By name, so that nothing is imported just to be compared with."""
    codes = {
        "ConfigError": Exit.CONFIGURATION,
        "SourceError": Exit.CONFIGURATION,
        "WatchError": Exit.CONFIGURATION,
        "DatabaseUnusable": Exit.DATABASE,
        "LockHeld": Exit.BUSY,
        "UnknownTarget": Exit.PROBLEM,
        "SubscriptionError": Exit.USAGE,
        "TargetRefused": Exit.USAGE,
    }
    return next((codes[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in codes), None)


if __name__ == "__main__":
    main()
