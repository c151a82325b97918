"""`serve`."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING

import click

from cli.app import App, command

if TYPE_CHECKING:
    from storage.database import Database
    from web.site import Site

log = logging.getLogger("serve")
_ANY = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


@command("serve", epilog="Example: nieuwswacht serve --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, metavar="N", help="Port to listen on."
)
@click.option("--operator-link", is_flag=True, help="Print a link that opens the operator's pages, and stop.")
@click.option(
    "--new-key", is_flag=True, help="Sign with a new key: ends operator links, keeps links in mails; then stop."
)
def serve(app: App, host: str, port: int, operator_link: bool, new_key: bool) -> None:
    """Show the web pages until Ctrl-C: overview, articles, sources, search, subscribing.

    Anybody who can reach the address can read them. For others than yourself, put a web server with https in front
    and set [web] base_url to the address it is known by.
    """
    if new_key:
        from alerts.tokens import new_key as sign_anew

        with app.database().write() as session:
            sign_anew(session)
        app.say("Signing with a new key. Operator links and open forms end; links in mails stay good.")
    elif operator_link:
        _print_operator_link(app, host, port)
    else:
        _serve(app, host, port)


def _print_operator_link(app: App, host: str, port: int) -> None:
    from alerts.tokens import make_token

    with app.database().write() as session:
        token = make_token(session, "operator", "operator", app.clock())
    base_url = app.config.web.base_url or f"http://{_named(host)}:{port}"
    click.echo(f"{base_url}/beheer/{token}")
    app.say("Good for twelve hours, for whoever has it.")


def _serve(app: App, host: str, port: int) -> None:
    import uvicorn

    from cli import logs
    from web.app import make_app

    if host in _ANY and not app.config.web.base_url:
        app.say("[web] base_url is not set, so only requests for localhost are answered, wherever they come from.")
    logs.configure(max(app.verbosity, 1) if app.verbosity >= 0 else app.verbosity, app.log_format)
    site = _site(app, app.database())
    pages = make_app(site, [] if host in _ANY else [host])
    listening = _listening(host, port)
    here = f"http://{_named(host)}:{listening.getsockname()[1]}"
    known = f", known as {site.base_url}/," if site.base_url not in ("", here) else ""
    app.say(f"The pages are at {here}/{known} until Ctrl-C.")
    settings = uvicorn.Config(
        pages,
        access_log=False,  # addresses of pages are keys to subscriptions
        log_config=None,
        log_level="warning",
        server_header=False,
        limit_concurrency=200,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(settings)
    server.run([listening])
    if server.started:
        # Only a signal ends it. It is raised again when all is closed, and the loop, closing too, may swallow it.
        raise KeyboardInterrupt


def _listening(host: str, port: int) -> socket.socket:
    """Taken before anything is said: uvicorn would end with the exit code for a wrong configuration."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {host}, port {port}: {error.strerror or error}; --host and --port choose another address"
        ) from error


def _site(app: App, database: Database) -> Site:
    from functools import partial

    from cli.commands.status import document_of
    from web.site import Site

    config = app.config
    return Site(
        database=database,
        watches=app.watches,
        source_title=", ".join(source.title for source in app.sources),
        sender=config.mail.sender,
        language=config.language,
        timezone=config.timezone,
        base_url=config.web.base_url,
        clock=app.clock,
        send=partial(_send, app, database),
        status=partial(document_of, app),
    )


def _send(app: App, database: Database) -> None:
    """Send a confirmation at once; while another process sends, or the server is away, it waits for the next turn."""
    from alerts.outbox import send_waiting
    from cli.context import mail_channel
    from storage.errors import LockHeld
    from storage.locks import held

    try:
        with held(database, "digest", wait=30):
            send_waiting(database, mail_channel(app), app.clock())
    except LockHeld:
        log.info("another process is sending; the confirmation leaves with its next turn")


def _named(host: str) -> str:
    if host in _ANY:
        return "localhost"
    return f"[{host}]" if ":" in host else host
