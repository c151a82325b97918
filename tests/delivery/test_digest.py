"""Which mails are written, when, and that they are written whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlalchemy import select

from alerts.digest import Compiled, compile_due, outcomes
from alerts.entries import Edition
from alerts.render import render
from storage import tables
from storage.database import Database
from tests.delivery.builders import World, text


def kinds(compiled: list[Compiled]) -> list[tuple[str, int]]:
    return [(mail.kind, mail.entries) for mail in compiled]


def parsed(mail: tables.Mail) -> EmailMessage:
    message = message_from_bytes(mail.message or b"", policy=default)
    assert isinstance(message, EmailMessage)
    return message


def words(mail: tables.Mail) -> str:
    part = parsed(mail).get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_the_first_mail_is_a_welcome_with_the_ten_newest_whatever_the_rhythm(world: World) -> None:
    for n in range(12):
        world.publish(text(f"bericht {n}"), tellable=False, title=f"Bericht {n}")
    world.publish(text("het fietspad open is", coalition=False), title="Iets anders")
    gone = world.publish(text("dit weg is"), title="Verdwenen")
    world.happen(gone, "gone")
    for rhythm in ("immediately", "daily", "weekly"):
        world.subscribe(f"{rhythm}@example.org", rhythm)
    assert kinds(world.digest()) == [("welcome", 0)] * 3
    told = words(world.mails()[0])
    assert [f"Bericht {n} " in told for n in range(12)] == [False] * 2 + [True] * 10
    assert "Iets anders" not in told
    assert "Verdwenen" not in told
    assert world.digest() == []


def test_what_a_first_crawl_finds_is_never_news(world: World) -> None:
    world.welcomed()
    world.publish(text("dit er al was"), tellable=False)
    assert world.digest() == []


def test_each_matching_change_is_told_once(world: World) -> None:
    reader = world.welcomed()
    article = world.publish(text("er 204 miljoen is"))
    assert kinds(world.digest()) == [("digest", 1)]
    assert world.digest() == []
    world.edit(article, text("er 210 miljoen is"))
    assert kinds(world.digest()) == [("digest", 1)]
    assert world.digest() == []
    assert len(world.told(reader)) == 2
    assert "204" in words(world.mails()[-1])


def test_a_daily_digest_waits_for_its_time_and_gathers(world: World) -> None:
    world.now = local("2025-01-08T12:00+01:00")
    world.welcomed(rhythm="daily")
    world.publish(text("een"))
    assert world.digest() == []
    world.publish(text("twee"))
    world.now = local("2025-01-09T07:20+01:00")
    assert kinds(world.digest()) == [("digest", 2)]
    world.publish(text("drie"))
    assert world.digest() == []


def test_a_quiet_day_has_no_mail_and_news_after_the_slot_waits_for_the_next(world: World) -> None:
    world.now = local("2025-01-08T12:00+01:00")
    world.welcomed(rhythm="daily")
    world.now = local("2025-01-09T07:40+01:00")
    assert world.digest() == []
    world.publish(text("een"))
    assert world.digest() == []
    world.now = local("2025-01-10T07:40+01:00")
    assert kinds(world.digest()) == [("digest", 1)]


def test_a_quiet_week_has_a_mail_that_says_so(world: World) -> None:
    world.now = local("2025-01-08T12:00+01:00")
    article = world.publish(text("er 204 miljoen is"))
    world.welcomed(rhythm="weekly")
    world.edit(article, text("er 210 miljoen is"))
    world.edit(article, text("er 204 miljoen is"), kind="reverted")
    world.now = local("2025-01-13T07:30+01:00")
    assert kinds(world.digest()) == [("quiet", 0)]
    assert world.digest() == []
    world.now = local("2025-01-20T07:30+01:00")
    assert kinds(world.digest()) == [("quiet", 0)]


def test_r78_a_machine_asleep_for_days_sends_one_digest_for_all_of_them(world: World) -> None:
    world.now = local("2025-01-08T12:00+01:00")
    world.welcomed(rhythm="daily")
    world.publish(text("een"))
    world.now = local("2025-01-11T09:00+01:00")
    world.publish(text("twee"))
    assert kinds(world.digest()) == [("digest", 2)]
    assert "3 dagen" in words(world.mails()[-1])
    assert world.digest() == []


def test_force_takes_every_rhythm_as_due_but_invents_nothing(world: World) -> None:
    for rhythm in ("immediately", "daily", "weekly"):
        world.welcomed(f"{rhythm}@example.org", rhythm)
    world.publish(text("een"))
    assert kinds(world.digest(force=True)) == [("digest", 1)] * 3
    assert kinds(world.digest(force=True)) == [("quiet", 0)]


def test_a_forced_digest_does_not_use_up_the_slot(world: World) -> None:
    world.now = local("2025-01-08T12:00+01:00")
    world.welcomed(rhythm="daily")
    world.publish(text("een"))
    assert kinds(world.digest(force=True)) == [("digest", 1)]
    world.publish(text("twee"))
    world.now = local("2025-01-09T07:30+01:00")
    assert kinds(world.digest()) == [("digest", 1)]


def test_a_forced_first_digest_welcomes_and_tells_what_came_since(world: World) -> None:
    world.subscribe(rhythm="weekly")
    assert kinds(world.digest(force=True)) == [("welcome", 0)]
    world.subscribe("ander@example.org", rhythm="weekly")
    world.publish(text("een"))
    assert kinds(world.digest(force=True)) == [("digest", 1), ("welcome", 0), ("digest", 1)]


def test_a_dry_run_shows_the_mail_and_stores_nothing(world: World) -> None:
    world.subscribe()
    world.publish(text("een"))
    shown = world.digest(dry_run=True)
    assert [(mail.kind, mail.state) for mail in shown] == [("welcome", "dry-run"), ("digest", "dry-run")]
    assert b"Subject: Nieuw: Artikel 1" in shown[1].message
    with world.database.read() as session:
        for table in (tables.Digest, tables.Told, tables.Mail, tables.Judgement, tables.Setting):
            assert session.scalars(select(table)).all() == []
        assert not session.get_one(tables.Subscription, 1).welcomed
    assert kinds(world.digest()) == [("welcome", 0), ("digest", 1)]


def test_a_mail_has_the_headers_a_reader_s_program_needs(world: World) -> None:
    world.subscribe()
    world.digest()
    [mail] = world.mails()
    message = parsed(mail)
    assert message["To"] == "lezer@example.org"
    assert message["Message-ID"] == mail.message_id
    assert message["Subject"] == mail.subject
    assert "afmelden@example.org" in message["List-Unsubscribe"]


def test_the_message_id_follows_from_installation_subscription_and_window(
    open_copy: Callable[[str], Database],
) -> None:
    def first_id(database: Database, installation: str) -> str:
        with database.write() as session:
            session.merge(tables.Setting(key="installation_id", value=installation))
        world = World(database)
        world.subscribe()
        return world.digest()[0].message_id

    assert first_id(open_copy("een"), "hier") == first_id(open_copy("twee"), "hier")
    assert first_id(open_copy("drie"), "hier") != first_id(open_copy("vier"), "elders")


def test_one_mail_that_cannot_be_made_holds_up_nobody_and_loses_nothing(world: World) -> None:
    for name in ("een", "twee", "drie"):
        world.welcomed(f"{name}@example.org")
    world.publish(text("dit nieuw is"))

    def fails_for_two(edition: Edition, sender: str, recipient: str, message_id: str, date: datetime) -> bytes:
        if recipient.startswith("twee"):
            raise ValueError("no words for it")
        return render(edition, sender, recipient, message_id, date)

    compiled = compile_due(world.database, world.context, world.later(), render=fails_for_two)
    assert [mail.state for mail in compiled] == ["waiting", "failed", "waiting"]
    assert "no words for it" in compiled[1].error
    assert (world.told(1), world.told(2), world.told(3)) == ([1], [], [1])
    assert world.notices() == {"digest:2": True}
    assert [mail.recipient for mail in world.digest()] == ["twee@example.org"]
    assert world.notices() == {"digest:2": False}


def test_a_crash_between_telling_and_mailing_leaves_nothing_half_told(world: World) -> None:
    reader = world.welcomed()
    world.publish(text("dit nieuw is"))

    class Killed(BaseException):
        pass

    def killed(*_arguments: object) -> bytes:
        raise Killed

    with pytest.raises(Killed):
        compile_due(world.database, world.context, world.later(), render=killed)
    assert world.told(reader) == []
    assert len(world.mails()) == 1
    assert kinds(world.digest()) == [("digest", 1)]


def test_r77_two_digests_started_together_write_one_mail(world: World, open_copy: Callable[[str], Database]) -> None:
    world.welcomed(rhythm="daily")
    world.publish(text("dit nieuw is"))
    world.later(days=1)
    start = threading.Barrier(2)
    written: list[Compiled] = []

    def run(database: Database) -> None:
        start.wait()
        written.extend(compile_due(database, world.context, world.now))

    threads = [threading.Thread(target=run, args=(database,)) for database in (world.database, open_copy("archive"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds(written) == [("digest", 1)]
    assert len(world.mails()) == 2


def test_a_window_that_is_taken_although_its_news_is_untold_is_reported(world: World) -> None:
    world.welcomed()
    world.publish(text("dit nieuw is"))
    with world.database.write() as session:
        session.add(tables.Digest(subscription_id=1, kind="digest", window="immediately digest 1", created=world.now))
    assert [mail.state for mail in world.digest()] == ["failed"]
    assert world.notices() == {"digest:1": True}


def test_a_watch_without_configuration_waits_and_is_reported(world: World) -> None:
    world.subscribe(watch="onbekend")
    assert world.digest() == []
    assert world.notices() == {"watch:onbekend": True}


def test_the_health_line_names_what_still_cannot_be_read(world: World) -> None:
    world.welcomed()
    article = world.publish(text("dit nieuw is"))
    world.fail(f"https://example.org/artikel-{article}", "https://example.org/thema")
    world.digest()
    told = words(world.mails()[-1])
    assert "2 pagina" in told
    assert "https://example.org/thema" in told
    with world.database.write() as session:
        session.get_one(tables.Article, article).last_checked = world.later()
        session.add(tables.Crawl(kind="crawl", started=world.now, outcome="finished"))
    world.publish(text("dit ook nieuw is"))
    world.digest()
    assert "konden niet" not in words(world.mails()[-1])


def test_results_say_what_became_of_each_mail(world: World) -> None:
    for name in ("een", "twee", "drie"):
        world.subscribe(f"{name}@example.org")
    compiled = world.digest()
    with world.database.write() as session:
        session.get_one(tables.Mail, 1).state = "sent"
        session.get_one(tables.Mail, 2).state = "failed"
    with world.database.read() as session:
        results = outcomes(session, compiled)
    assert [result["state"] for result in results] == ["sent", "failed", "waiting"]
    assert results[0] == {
        "watch": "coalitie", "recipient": "een@example.org", "entries": 0, "kind": "welcome", "state": "sent",
        "message_id": compiled[0].message_id,
    }  # fmt: skip
