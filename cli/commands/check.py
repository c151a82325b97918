"""`check`. Its hidden options inspect one page, in a process of its own."""

from __future__ import annotations

import click

from cli.app import App, command, harmless, json_option
from cli.exits import Exit

_STYLES = {"ok": "green", "warning": "yellow", "failed": "red"}


@command("check", epilog="Example: nieuwswacht check --json")
@click.option("--seed", nargs=2, hidden=True)
@click.option("--article", nargs=2, hidden=True)
@json_option
def check(app: App, seed: tuple[str, str] | None, article: tuple[str, str] | None, as_json: bool) -> int:
    """Check configuration, archive, disk, seeds, one real article of each source, and the mail server.

    Sends and stores nothing. Exit code 1 when something failed; warnings leave it at 0. With --json: a list of
    {"check", "state": "ok" | "warning" | "failed", "detail", "next_step"}.
    """
    if seed or article:
        return _inspect(app, seed, article)
    from rich.text import Text

    from cli.service.checks import all_checks, in_children

    findings = []
    for finding in all_checks(app, in_children(app)):
        findings.append(finding)
        if not as_json:  # one by one: a slow site should not leave an empty screen
            line = Text(f"{finding.state:<8}", style=_STYLES[finding.state])
            line.append(harmless(f"{finding.check}: {finding.detail}"), style="default")
            app.out.print(line)
            if finding.next_step:
                app.out.print(harmless(f"        {finding.next_step}"))
    if as_json:
        app.print_json([vars(finding) for finding in findings])
    return Exit.PROBLEM if any(finding.state == "failed" for finding in findings) else Exit.DONE


def _inspect(app: App, seed: tuple[str, str] | None, article: tuple[str, str] | None) -> int:
    from cli.context import fetch_options
    from cli.service.inspection import inspect_article, inspect_seed

    name, url = seed or article or ("", "")
    source = next(source for source in app.sources if source.name == name)
    inspect = inspect_seed if seed else inspect_article
    app.print_json(inspect(source, url, fetch_options(app)))
    return 0
