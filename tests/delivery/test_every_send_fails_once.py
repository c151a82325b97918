"""P2: whatever becomes of whichever send, each reader gets each mail; twice only where the server had taken it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.delivery.smtp_server import ScriptedServer
from tests.delivery.steps import Steps, hung_up, killed, watch_conversation
from tests.delivery.trials import Trials

FAULTS = [
    ("CONNECT", "drop"), ("CONNECT", "421 4.3.2 not now"),
    ("MAIL", "450 4.3.0 later"), ("MAIL", "421 4.3.2 closing"), ("MAIL", "drop"),
    ("RCPT", "450 4.2.0 greylisted"), ("RCPT", "421 4.3.2 closing"), ("RCPT", "drop"),
    ("DATA", "451 4.3.0 later"), ("DATA", "421 4.3.2 closing"), ("DATA", "drop"), ("DATA", "drop inside"),
    ("END", "451 4.3.0 later"), ("END", "421 4.3.2 closing"), ("END", "drop"), ("END", "store and drop"),
]  # fmt: skip
SENT_OR_NOT = (0, 6)  # a connection that ends between two mails is opened again at once
# Each process has a limit of its own.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(7200)]
HOWS = {"fails": (hung_up, SENT_OR_NOT), "dies": (killed, None)}


def test_whatever_the_server_does_at_whichever_send_each_mail_arrives(
    trials: Trials, server: ScriptedServer, every_step: bool
) -> None:
    server.commands.clear()
    trials.count(lambda _steps, _place: None)
    sends = {command: server.commands.count(command) for command, _ in FAULTS}
    assert sends["END"] == 4
    wrong = []
    for at, (command, answer) in enumerate(FAULTS):
        for number in range(1, sends[command] + 1) if every_step else [at % sends[command] + 1]:
            server.script[command].extend(["ok"] * (number - 1) + [answer])
            repeats = int(answer == "store and drop")
            wrong += trials.disturb(f"{command} {number}: {answer}", codes=SENT_OR_NOT, repeats=repeats)
    assert wrong == []


@pytest.mark.parametrize("how", HOWS)
def test_wherever_the_conversation_with_the_server_ends_each_mail_arrives(
    how: str, trials: Trials, numbers: Callable[[Steps, int], range]
) -> None:
    fail, codes = HOWS[how]
    counted, wrong = trials.count(lambda steps, _place: watch_conversation(steps)), []
    assert counted.names.count("answer to text") == 4
    for number in numbers(counted, 17):
        name = counted.names[number - 1]
        wrong += trials.disturb(
            f"{number} {how}: {name}",
            lambda _place, number=number: watch_conversation(Steps(number, fail)),
            codes=codes,
            repeats=int(name == "answer to text"),
        )
    assert wrong == []
