"""`init` and `config show`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.app import App, command, command_group, json_option, subcommand


@command("init", epilog="Example: nieuwswacht init && nieuwswacht check")
@click.argument(
    "path", default="nieuwswacht.toml", type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)
def init(app: App, path: Path) -> None:
    """Write a commented nieuwswacht.toml; never over an existing one."""
    from cli.config import write_init

    written = write_init(path)
    app.say(
        f"Wrote {written}.\nNext: put your address under [crawl] contact, then run `nieuwswacht check`,"
        " and `nieuwswacht crawl` for the first crawl."
    )


@command_group("config", epilog="Example: nieuwswacht config show --origin", needs_subcommand=True)
def config(_app: App) -> None:
    """See the configuration that holds."""


@subcommand(config, "show", epilog="Example: nieuwswacht config show --origin")
@click.option("--origin", is_flag=True, help="Say where each value comes from.")
@click.option("--meaning", is_flag=True, help="Say what each key is for.")
@json_option
def show(app: App, origin: bool, meaning: bool, as_json: bool) -> None:
    """Print every key and its value; secrets are masked."""
    from cli.config.model import known_keys

    settings = app.config
    rows = []
    for key, known in known_keys().items():
        section, _, name = key.rpartition(".")
        holder = getattr(settings, section) if section else settings
        value = holder.shown()[name]
        plain = value if isinstance(value, (bool, int, float, str)) else _spelled(value)
        rows.append(
            {
                "key": key,
                "value": plain,
                "origin": settings.origin(key),
                "meaning": known.means.text,
                "allowed": known.allowed,
            }
        )
    if as_json:
        app.print_json(rows)
    else:
        asked = {"key": True, "value": True, "origin": origin, "meaning": meaning}
        app.print_table(tuple(column for column, wanted in asked.items() if wanted), rows)


def _spelled(value: object) -> str | list[str]:
    if isinstance(value, tuple):
        return [str(item.get("name", item)) if isinstance(item, dict) else str(item) for item in value]
    return str(value)
