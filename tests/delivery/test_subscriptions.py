"""Who is told, from when, and until when."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.channels import FolderChannel
from alerts.outbox import send_waiting
from alerts.subscriptions import SubscriptionError, subscriptions, unsubscribe, valid_address
from storage import tables
from tests.delivery.builders import World, text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Jan.Jansen@Example.ORG", "Jan.Jansen@example.org"),
        ("  lezer+wacht@dienst.example.org ", "lezer+wacht@dienst.example.org"),
        ("josé@example.org", "josé@example.org"),
        ("post@súdwest.example", "post@xn--sdwest-pya.example"),
        ("beheer@localhost", "beheer@localhost"),
    ],
)
def test_a_plain_address_is_kept_with_its_domain_in_lower_case(given: str, kept: str) -> None:
    assert valid_address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "", "lezer", "lezer@", "@example.org", "lezer@example", "a b@example.org", "Lezer <lezer@example.org>",
        "lezer@example.org\nBcc: ander@example.org", "lezer@exa\tmple.org", "a@b@example.org", "lezer@-example.org",
        "lezer@example..org", ".lezer@example.org", "lezer.@example.org", "le\u202ezer@example.org",
        '"a b"@example.org',
        "een@example.org,twee@example.org", f"{'a' * 65}@example.org", f"a@{'b' * 64}.org", f"a@{'b.' * 130}org",
        "lezer@example.org;ls", "lezer@[127.0.0.1]", "lez\ud800er@example.org",
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_one_clean_sentence(given: str) -> None:
    with pytest.raises(SubscriptionError, match="is no e-mail address") as caught:
        valid_address(given)
    assert str(caught.value).isprintable()


def test_subscribing_twice_changes_nothing(world: World) -> None:
    assert world.subscribe().outcome == "created"
    world.publish(text("dit nieuw is"))
    again = world.subscribe("LEZER@example.org")
    assert (again.outcome, again.subscription.start_change_id) == ("unchanged", 0)
    with world.database.read() as session:
        assert len(subscriptions(session)) == 1


def test_another_rhythm_keeps_what_is_still_to_be_told(world: World) -> None:
    reader = world.welcomed(rhythm="weekly")
    world.publish(text("dit nieuw is"))
    assert world.subscribe(rhythm="immediately").outcome == "rhythm"
    assert [mail.entries for mail in world.digest()] == [1]
    assert len(world.told(reader)) == 1


def test_an_unknown_rhythm_is_refused_with_the_choices(world: World) -> None:
    with pytest.raises(SubscriptionError, match="immediately, daily or weekly"):
        world.subscribe(rhythm="hourly")


def test_changes_from_before_the_subscription_are_not_news(world: World) -> None:
    world.publish(text("dit oud is"))
    world.judge()
    world.welcomed()
    assert world.digest() == []


def test_changes_between_subscribing_and_the_welcome_are_news(world: World) -> None:
    world.subscribe()
    world.publish(text("dit nieuw is"))
    assert [(mail.kind, mail.entries) for mail in world.digest()] == [("welcome", 0), ("digest", 1)]


def test_subscribing_again_after_leaving_starts_anew(world: World) -> None:
    world.welcomed()
    with world.database.write() as session:
        unsubscribe(session, "lezer@example.org", "coalitie", world.now)
    world.publish(text("dit ongezien bleef"))
    assert world.digest() == []
    assert world.subscribe(rhythm="daily").outcome == "again"
    assert [mail.kind for mail in world.digest()] == ["welcome"]
    world.later(days=2)
    assert world.digest() == []


def test_leaving_one_watch_keeps_the_others(world: World) -> None:
    world.subscribe()
    world.subscribe(watch="anders")
    with world.database.write() as session:
        left = unsubscribe(session, "lezer@example.org", "anders", world.now)
        assert [subscription.watch for subscription in left] == ["anders"]
        assert unsubscribe(session, "lezer@example.org", "anders", world.now) == []
        assert [subscription.watch for subscription in subscriptions(session)] == ["coalitie"]
        assert len(subscriptions(session, ended=True)) == 2


def test_leaving_removes_what_waits_even_when_it_had_failed(world: World) -> None:
    world.subscribe()
    world.digest()
    with world.database.write() as session:
        session.get_one(tables.Mail, 1).state = "failed"
        unsubscribe(session, "lezer@example.org", None, world.now)
    assert world.mails() == []


def test_r79_a_mail_a_crash_left_half_sent_does_not_follow_a_reader_who_left_and_came_back(
    world: World, tmp_path: Path
) -> None:
    world.subscribe()
    world.digest()
    with world.database.write() as session:
        session.scalars(select(tables.Mail)).one().state = "sending"
        unsubscribe(session, "lezer@example.org", None, world.later())
    world.subscribe()
    channel = FolderChannel(tmp_path / "mails")
    assert send_waiting(world.database, channel, world.later(hours=1)).sent == 0
    world.digest()
    assert send_waiting(world.database, channel, world.now).sent == 1
    assert [mail.state for mail in world.mails()] == ["sent"]
