"""`subscribe`, `unsubscribe`, `subscriptions` with `export` and `erase`."""

from __future__ import annotations

import sys

import click

from cli import completion
from cli.app import App, command, command_group, json_option, subcommand

_RHYTHMS = click.Choice(["immediately", "daily", "weekly"])


@command("subscribe", epilog="Example: nieuwswacht subscribe lezer@example.org --every daily")
@click.argument("address", help="A mailbox, a chat room or a webhook; - reads it from standard input.")
@click.option(
    "--watch",
    default="",
    metavar="W",
    shell_complete=completion.watches,
    help="The watch to follow; default: the only or packaged one.",
)
@click.option("--every", type=_RHYTHMS, default="immediately", show_default=True, help="How often mails may come.")
def subscribe(app: App, address: str, watch: str, every: str) -> None:
    """Let an address follow a watch. Doing it again changes the rhythm.

    ADDRESS is an e-mail address, or the URL of a chat room or webhook as Apprise writes them: ntfys://host/topic,
    slack://…, matrixs://…, jsons://…. With - it is read from standard input, so that no shell remembers its secrets.
    """
    from alerts.posts import is_post
    from alerts.subscriptions import subscribe as add

    name = chosen_watch(app, watch)
    address = (sys.stdin.readline() if address == "-" else address).strip()
    post_url = address if is_post(address) else ""
    if post_url:
        _check_post(post_url)
    with app.database().write() as session:
        done = add(session, address, name, every, app.clock(), post_url=post_url)
        shown = done.subscription.address
    words = {
        "created": "now follows", "unchanged": "already follows", "rhythm": "now follows, with another rhythm,",
        "resumed": "is believed again and follows", "again": "follows again",
    }  # fmt: skip
    app.say(f"{shown} {words[done.outcome]} '{name}' ({every}).")
    if done.outcome in ("created", "again"):
        app.say(
            "The first mail, a welcome, leaves with the next `nieuwswacht digest`."
            " `nieuwswacht run` crawls and sends on the timetable."
        )


@command("unsubscribe", epilog="Example: nieuwswacht unsubscribe lezer@example.org")
@click.argument("address", help="As `subscriptions` shows it.")
@click.option(
    "--watch", default=None, metavar="W", shell_complete=completion.watches, help="Only this watch; default: all."
)
def unsubscribe(app: App, address: str, watch: str | None) -> int:
    """Stop what an address gets, at once."""
    from alerts.posts import reader_name
    from alerts.subscriptions import unsubscribe as end

    with app.database().write() as session:
        ended = [subscription.watch for subscription in end(session, address, watch, app.clock())]
    address = reader_name(address)
    if not ended:
        app.say(f"{address} follows {'nothing' if watch is None else repr(watch) + ' not'}; nothing was changed.")
        return 1
    app.say(f"{address} no longer follows {', '.join(ended)}.")
    return 0


@command_group("subscriptions", epilog="Example: nieuwswacht subscriptions --json")
@json_option
def subscriptions(app: App, as_json: bool) -> None:
    """List who is told what, and how often."""
    from alerts.subscriptions import subscriptions as listed

    with app.database().read() as session:
        rows = [
            {
                "address": one.address,
                "watch": one.watch,
                "every": one.rhythm,
                "state": one.state,
                "since": app.utc(one.created),
                "last_digest": app.utc(one.last_digest),
            }
            for one in listed(session)
        ]
    if as_json:
        app.print_json(rows)
    elif rows:
        app.print_table(("address", "watch", "every", "state", "since"), rows)
    else:
        app.say("Nobody is subscribed; `nieuwswacht subscribe ADDRESS` changes that.")


@subcommand(subscriptions, "export", epilog="Example: nieuwswacht subscriptions export lezer@example.org > lezer.json")
@click.argument("address", help="As `subscriptions` shows it.")
def export(app: App, address: str) -> None:
    """Print all that is kept about an address, as JSON."""
    from alerts.posts import reader_name
    from alerts.privacy import kept_about

    with app.database().read() as session:
        document = kept_about(session, address)
    if not document["subscriptions"] and not document["mails"]:
        raise click.ClickException(f"nothing is kept about {reader_name(address)}")
    app.print_json(document)


@subcommand(subscriptions, "erase", epilog="Example: nieuwswacht subscriptions erase lezer@example.org")
@click.argument("address", help="As `subscriptions` shows it.")
def erase(app: App, address: str) -> None:
    """End the subscriptions of an address and forget it, for good."""
    from alerts.posts import reader_name
    from alerts.privacy import forget

    name = reader_name(address)
    with app.database().write() as session:
        count = forget(session, address, app.clock())
    if not count:
        raise click.ClickException(f"nothing is kept about {name}")
    app.say(f"{name} is forgotten: {count} subscription(s) ended and made anonymous.")


def _check_post(url: str) -> None:
    from alerts.channels.post import post_problem
    from alerts.subscriptions import SubscriptionError

    if problem := post_problem(url):
        raise SubscriptionError(problem)


def chosen_watch(app: App, name: str) -> str:
    """The named watch, or the one meant when none is named."""
    names = [watch.name for watch in app.watches]
    if name and name not in names:
        raise click.UsageError(f"there is no watch '{name}'; there are: {', '.join(names)}.")
    return name or ("ai-coalitie" if "ai-coalitie" in names else names[0])
