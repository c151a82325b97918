"""`run`. Its hidden options are what the service starts as processes of their own."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import click

from cli.app import App, command

if TYPE_CHECKING:
    from cli.service.children import Children, Ended
    from cli.signals import StopSignals

PLAN_DEADLINE = 3600.0


@command("run", epilog="Example: nieuwswacht run --log-format json")
@click.option("--plan", "as_plan", is_flag=True, hidden=True)
@click.option("--turn", "as_turn", is_flag=True, hidden=True)
@click.option("--note", "notes", multiple=True, hidden=True)
def run(app: App, as_plan: bool, as_turn: bool, notes: tuple[str, ...]) -> int:
    """Run the service until SIGTERM or Ctrl-C: crawls and digests on the timetable of [schedule].

    Each crawl is a process of its own. What was missed while the service was down is made up for at its start; mail
    that was not accepted is offered again. One service an archive: a second one leaves with exit code 7.
    """
    if as_plan:
        from cli.service.plan import make_plan

        click.echo(make_plan(app).to_json())
        return 0
    if as_turn:
        from cli.service.turn import turn

        code, document = turn(app, dict(note.partition("=")[::2] for note in notes))
        app.print_json(document)
        return code
    return _serve(app)


def _serve(app: App) -> int:
    from cli import logs
    from cli.service.children import Children, common_options
    from cli.service.plan import Plan
    from cli.service.service import Service
    from cli.signals import StopSignals
    from storage.locks import held_at

    # A service that says nothing for a year looks like one that is dead.
    logs.configure(max(app.verbosity, 1) if app.verbosity >= 0 else app.verbosity, app.log_format)
    logging.getLogger("apscheduler").setLevel(logging.DEBUG if app.verbosity > 1 else logging.ERROR)
    children = Children(common_options(app))
    with StopSignals() as signals:
        planned, number = _planned(children, signals)
        if number:
            return 128 + number
        if planned is None or planned.code != 0:
            return planned.code if planned is not None and planned.code > 0 else 1
        plan = Plan.from_json(planned.output)
        logs.hide(plan.ping_url)
        with held_at(plan.lock_place, "run", wait=2):
            number = Service(plan, children).serve(signals)
    logging.getLogger("service").info("stopped")
    return 128 + number


def _planned(children: Children, signals: StopSignals) -> tuple[Ended | None, int]:
    """How the planning ended, or the signal that ended it: an upgrade of the archive may take minutes."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as aside:
        planning = aside.submit(children.run, ["run", "--plan"], PLAN_DEADLINE)
        while not planning.done():
            if number := signals.wait(0.05):
                children.stop()
                return None, number
        return planning.result(), 0
