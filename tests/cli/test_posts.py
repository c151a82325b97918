"""Chat rooms and webhooks at the command line: subscribed by their URL, known by their name ever after."""

from __future__ import annotations

import io
import re

import pytest

from tests.cli.conftest import Run
from tests.delivery.post_server import PostServer

SECRET = "geheim-4f2a"


def test_a_webhook_is_subscribed_told_listed_and_ended_and_nothing_shows_its_secrets(
    run: Run,
) -> None:
    with PostServer() as server:
        url = f"json://{server.host}/haak/{SECRET}"
        done = [run("subscribe", url)]
        (name,) = re.findall(r"json@[0-9a-f]{8}", done[0].err)
        done += [run("subscribe", url, "--every", "immediately"), run("-vv", "digest", "--json")]
        told = {one["recipient"]: one["state"] for one in done[-1].json["digests"]}
        assert told == {"lezer@example.org": "sent", name: "sent"}
        assert run("digest", "--json").json == {"digests": []}
        done += [run("why", name), run("why", url), run("subscriptions", "--json"), run("outbox", "--json")]
        done += [run("status", "--json"), run("subscriptions", "export", url), run("unsubscribe", name)]
        assert run("subscribe", url).code == 0
        done += [run("unsubscribe", url), run("unsubscribe", url)]
    assert [one.code for one in done[-2:]] == [0, 1]
    assert done[3].out == done[4].out != ""
    assert [one["address"] for one in done[5].json] == [name, "lezer@example.org"]
    assert [post["title"].split(":")[0] for post in server.accepted] == ["Welkom"]
    assert SECRET not in " ".join(one.out + one.err for one in done)


def test_an_address_can_be_read_where_no_shell_remembers_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"ntfys://ntfy.example.org/{SECRET}\n"))
    done = run("subscribe", "-", "--every", "daily")
    assert (done.code, SECRET in done.err) == (0, False)
    assert "ntfys@" in run("subscriptions").out


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"onbekend://host/{SECRET}", "knows no service"),
        (f"mailto://naam:{SECRET}@example.org", "channel of their own"),
        (f"ntfy://host/{SECRET}/tweede", "several rooms"),
        (f"slack://{SECRET}", "knows no service"),
    ],
)
def test_an_address_that_cannot_be_posted_to_is_refused_in_a_sentence(run: Run, url: str, why: str) -> None:
    done = run("subscribe", url)
    assert (done.code, done.out) == (2, "")
    assert why in done.err
    assert SECRET not in done.err
