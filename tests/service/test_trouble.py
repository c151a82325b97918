"""A site that breaks under a service at work: who hears of it, how often, and of its end."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Callable
from itertools import groupby

import pytest

from cli.demo.edits import demo_edits
from cli.demo.model import Replica
from tests.service.conftest import Installation, crawled, stop, wait_until
from tests.service.ping_server import PingServer

Install = Callable[..., Installation]
OPERATOR, READER = "beheer@example.org", "lezer@example.org"


def mails_to(place: Installation, recipient: str) -> list[tuple[str, str]]:
    """Subject and text, in the order they were written."""
    parsed = [email.message_from_string(mail, policy=email.policy.default) for mail in place.mails()]
    mine = sorted((mail for mail in parsed if mail["To"] == recipient), key=lambda mail: mail["Date"].datetime)
    return [(str(mail["Subject"]), mail.get_body(("plain",)).get_content()) for mail in mine]


def crawls(place: Installation) -> int:
    return [event["event"] for event in place.log()].count("crawl")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_break_is_one_mail_to_the_operator_its_end_another_and_readers_lose_nothing(
    installed: Install, replica: Replica, site: str, switch: PingServer
) -> None:
    place = installed(site, operator={"email": OPERATOR, "ping_url": switch.url})
    place.run("subscribe", READER, "--log-format", "json")
    service = place.start("run", "--log-format", "json")
    wait_until(lambda: crawled(place)() and mails_to(place, READER), "the first crawl and the welcome")
    assert place.run("status", "--json", "--log-format", "json")[0] == 0

    def told_in(title: str) -> list[str]:
        return [text for _, text in mails_to(place, READER)[1:] if title in " ".join(text.split())]

    replica.set_fault("consent_wall")
    edits = [edit for edit in demo_edits(replica) if edit.change != "gone"]
    wait_until(lambda: mails_to(place, OPERATOR), "word of the break")
    broken = crawls(place)
    wait_until(crawled(place, broken + 1), "one more crawl")
    assert [subject.split()[0] for subject, _ in mails_to(place, OPERATOR)] == ["[storing]"]
    code, screen = place.run("status", "--json", "--log-format", "json")
    assert code == 1
    assert "proef" in " ".join(json.loads(screen)["problems"])
    assert len(mails_to(place, READER)) == 1, "nothing of the wall is told"

    replica.clear_faults()
    wait_until(lambda: len(mails_to(place, OPERATOR)) > 1, "word of its end")
    wait_until(lambda: all(told_in(edit.title) for edit in edits), "what the editors did meanwhile")
    well = crawls(place)
    wait_until(crawled(place, well + 1), "one more crawl")
    assert place.run("status", "--json", "--log-format", "json")[0] == 0
    assert stop(service) == 143

    assert [subject.split()[0] for subject, _ in mails_to(place, OPERATOR)] == ["[storing]", "[hersteld]"]
    assert {edit.text: len(told_in(edit.title)) for edit in edits} == dict.fromkeys((edit.text for edit in edits), 1)
    assert "gecontroleerd" in told_in(edits[0].title)[0], "the health line"
    ended = [asked.removeprefix("/geheim-4711") for asked in switch.asked if not asked.endswith("/start")]
    assert [signal for signal, _ in groupby(ended)] == ["", "/fail", ""], "well, not well, well again"
