"""A digest as a post in a chat."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from alerts.entries import Edition
from alerts.render import render_post

from .articles import AGENDA, FACTORY, NOW, edition, told
from .cases import CASES, mixed_day, several_changes


def post(made: Edition, room: int = 4000) -> tuple[str, str]:
    message = message_from_bytes(render_post(made, room, "<1@example.org>", NOW), policy=default)
    return str(message["Subject"]), "\n".join(message.get_content().splitlines())


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("room", [900, 4000])
def test_a_post_keeps_to_its_room_and_names_or_counts_everything(case: str, room: int) -> None:
    made = CASES[case]()
    subject, text = post(made, room)
    assert subject
    assert len(text) <= room
    if len(made.entries) == 1:
        assert made.entries[0].article.title.split()[0] in text + subject


def test_what_does_not_fit_is_counted() -> None:
    many = edition(*[told("new", AGENDA) for _ in range(300)])
    _, text = post(many, 900)
    named = text.count(f"Nieuw artikel: {AGENDA.title}\n")
    assert named > 3
    assert f"En nog {300 - named} artikelen." in text


def test_every_title_is_named_where_a_long_post_may_be_made() -> None:
    _, text = post(edition(*[told("new", AGENDA) for _ in range(300)]), 60_000)
    assert text.count(f"Nieuw artikel: {AGENDA.title}\n") == 300


def test_a_post_says_what_was_and_what_is() -> None:
    _, text = post(several_changes())
    assert "Was: Voor het gezamenlijke programma is een budget van 204,5 miljoen euro beschikbaar." in text
    assert "Nu: Voor het gezamenlijke programma is een budget van 210 miljoen euro beschikbaar." in text


def test_nobody_in_a_room_is_handed_the_key_to_its_subscription() -> None:
    made = mixed_day()
    _, text = post(made)
    assert made.unsubscribe_url not in text
    assert made.preferences_url not in text
    assert "afmelden" not in text.lower()


def test_each_article_has_an_address_on_a_line_of_its_own() -> None:
    _, text = post(edition(told("new", AGENDA), told("new", FACTORY)))
    assert {AGENDA.url, FACTORY.url} <= set(text.splitlines())
