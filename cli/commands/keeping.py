"""`backup`, `restore`, `resume`, `prune`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.app import App, command, json_option

_FILE = click.Path(dir_okay=False, path_type=Path)


@command("backup", epilog="Example: nieuwswacht backup /var/backups/nieuwswacht.db")
@click.argument("file", type=_FILE, help="Where the copy goes.")
def backup(app: App, file: Path) -> None:
    """Write a consistent copy of the archive, while it is in use."""
    from storage.backup import backup as copy

    size = copy(app.database(create=False), file)
    app.say(f"Wrote {file} ({size / 1e6:.1f} MB).")


@command("restore", epilog="Example: nieuwswacht restore /var/backups/nieuwswacht.db")
@click.argument("file", type=_FILE, help="A copy that `backup` made.")
def restore(app: App, file: Path) -> None:
    """Put a copy in the archive's place, or on a server into an empty database. Sending is paused until `resume`.

    The copy may not know what readers were told since it was made; a look before `resume` shows what would leave.
    """
    from alerts.installation import SENDING_PAUSED, put_setting
    from storage.backup import restore as put_back
    from storage.backup import restore_to_server
    from storage.database import open_database, sqlite_path
    from storage.locks import held_at, lock_place

    path = sqlite_path(app.config.storage.url)
    place = path or lock_place(app.database())
    aside = None
    with held_at(place, "run"), held_at(place, "crawl"), held_at(place, "digest"):
        if path is None:
            restore_to_server(file, app.database())
        else:
            aside = put_back(file, path, app.clock())
        with open_database(app.config.storage.url).write() as session:
            put_setting(session, SENDING_PAUSED, "restored")
    app.say(
        f"Restored {path or 'the archive'} from {file}." + (f" The archive that was there is {aside}." if aside else "")
    )
    app.say("Sending is paused. See what would leave with `nieuwswacht digest --dry-run`, then `nieuwswacht resume`.")


@command("resume", epilog="Example: nieuwswacht resume")
def resume(app: App) -> None:
    """Let mails leave again after a restore."""
    from alerts.installation import SENDING_PAUSED, put_setting, setting

    with app.database().write() as session:
        paused = bool(setting(session, SENDING_PAUSED))
        put_setting(session, SENDING_PAUSED, "")
    app.say("Mails leave again with the next `nieuwswacht digest`." if paused else "Sending was not paused.")


@command("prune", epilog="Example: nieuwswacht prune --json")
@json_option
def prune(app: App, as_json: bool) -> None:
    """Forget what has had its time: old failures, bodies of sent mails, addresses of those who left.

    Articles, their versions and what readers were told are never pruned.
    """
    from storage.retention import prune as forget

    pruned = forget(app.database(), app.clock()).to_dict()
    if as_json:
        app.print_json(pruned)
    else:
        for name, count in pruned.items():
            app.out.print(f"{count:>6} {name.replace('_', ' ')}")
