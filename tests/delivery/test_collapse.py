"""What one reader is told of several changes to one article."""

from __future__ import annotations

import pytest

from alerts.compose import tellings_of
from alerts.entries import Entry
from alerts.selection import net_changes
from storage import tables
from tests.delivery.builders import World, text

OLD, MIDDLE, NEW = text("er 204,5 miljoen is"), text("er 205 miljoen is"), text("er 210 miljoen is")
OTHER, OTHER_TOO = text("het fietspad open is", coalition=False), text("het fietspad dicht is", coalition=False)


@pytest.fixture
def reader(world: World) -> int:
    return world.welcomed()


def told(world: World, reader: int) -> list[Entry]:
    """The entries of the next mail; afterwards nothing may be left to tell."""
    world.judge()
    with world.database.read() as session:
        subscription = session.get_one(tables.Subscription, reader)
        entries = [
            t.entry for t in tellings_of(session, net_changes(session, subscription, world.now)) if t.entry is not None
        ]
    world.digest()
    with world.database.read() as session:
        assert net_changes(session, session.get_one(tables.Subscription, reader), world.now) == []
    return entries


def known(world: World, body: str = OLD) -> int:
    """An article that was there before the reader's window."""
    article = world.publish(body)
    world.digest()
    return article


def test_an_edit_shows_the_text_before_and_after(world: World, reader: int) -> None:
    article = known(world)
    world.edit(article, NEW)
    [entry] = told(world, reader)
    assert (entry.change, entry.significance, entry.version) == ("edited", "major", 2)
    assert entry.before is not None
    assert (entry.before.blocks[0].text, entry.article.blocks[0].text) == (OLD, NEW)
    assert entry.diff is not None
    assert entry.diff.body


def test_an_edit_undone_before_the_mail_is_silence(world: World, reader: int) -> None:
    article = known(world)
    world.edit(article, NEW)
    world.edit(article, OLD, kind="reverted")
    assert told(world, reader) == []
    assert len(world.mails()) == 2  # the welcome and the article itself
    assert len(world.told(reader)) == 3


def test_two_edits_are_one_entry_with_the_version_between_counted(world: World, reader: int) -> None:
    article = known(world)
    world.edit(article, MIDDLE)
    world.edit(article, NEW)
    [entry] = told(world, reader)
    assert entry.before is not None
    assert (entry.before.blocks[0].text, entry.article.blocks[0].text, entry.versions_between) == (OLD, NEW, 1)


def test_new_and_edited_is_one_new_entry_with_the_latest_text(world: World, reader: int) -> None:
    article = world.publish(OLD)
    world.edit(article, NEW)
    [entry] = told(world, reader)
    assert (entry.change, entry.article.blocks[0].text, entry.diff) == ("new", NEW, None)


def test_gone_and_returned_is_silence(world: World, reader: int) -> None:
    article = known(world)
    world.happen(article, "gone")
    world.happen(article, "returned")
    assert told(world, reader) == []


def test_gone_is_told_and_its_return_in_the_next_mail(world: World, reader: int) -> None:
    article = known(world)
    world.happen(article, "gone")
    assert [entry.change for entry in told(world, reader)] == ["gone"]
    world.happen(article, "returned")
    assert [entry.change for entry in told(world, reader)] == ["returned"]


def test_returned_with_another_text_is_one_entry_with_both(world: World, reader: int) -> None:
    article = known(world)
    world.happen(article, "gone")
    told(world, reader)
    world.edit(article, NEW)
    world.happen(article, "returned")
    [entry] = told(world, reader)
    assert entry.change == "returned"
    assert entry.diff


def test_edited_and_gone_is_gone_and_keeps_the_edit(world: World, reader: int) -> None:
    article = known(world)
    world.edit(article, NEW)
    world.happen(article, "gone")
    [entry] = told(world, reader)
    assert (entry.change, entry.article.blocks[0].text) == ("gone", NEW)
    assert entry.diff


def test_moved_and_edited_is_one_entry_with_both(world: World, reader: int) -> None:
    article = known(world)
    world.happen(article, "moved", url="https://example.org/nieuw-adres")
    world.edit(article, NEW)
    [entry] = told(world, reader)
    assert (entry.change, entry.url) == ("edited", "https://example.org/nieuw-adres")
    assert entry.former_url == f"https://example.org/artikel-{article}"


def test_moved_there_and_back_is_silence(world: World, reader: int) -> None:
    article = known(world)
    world.happen(article, "moved", url="https://example.org/nieuw-adres")
    world.happen(article, "moved", url=f"https://example.org/artikel-{article}")
    assert told(world, reader) == []


def test_moved_twice_names_the_address_the_reader_knew(world: World, reader: int) -> None:
    article = known(world)
    world.happen(article, "moved", url="https://example.org/tussen")
    world.happen(article, "moved", url="https://example.org/nu")
    [entry] = told(world, reader)
    assert (entry.change, entry.url) == ("moved", "https://example.org/nu")
    assert entry.former_url == f"https://example.org/artikel-{article}"


def test_published_and_withdrawn_between_two_mails_is_told_as_gone(world: World, reader: int) -> None:
    article = world.publish(OLD)
    world.happen(article, "gone")
    assert [entry.change for entry in told(world, reader)] == ["gone"]


def test_back_to_a_text_of_before_the_last_mail_is_a_revert(world: World, reader: int) -> None:
    article = known(world)
    world.edit(article, NEW)
    told(world, reader)
    world.edit(article, OLD, kind="reverted")
    [entry] = told(world, reader)
    assert (entry.change, entry.version) == ("reverted", 3)


def test_a_text_the_reader_never_saw_is_no_revert_to_him(world: World, reader: int) -> None:
    article = known(world)
    world.edit(article, MIDDLE)
    world.edit(article, NEW)
    world.edit(article, MIDDLE, kind="reverted")
    [entry] = told(world, reader)
    assert (entry.change, entry.article.blocks[0].text, entry.versions_between) == ("edited", MIDDLE, 2)


def test_an_edit_that_removes_the_subject_is_told(world: World, reader: int) -> None:
    article = known(world)
    world.edit(article, OTHER)
    [entry] = told(world, reader)
    assert (entry.change, entry.became_relevant) == ("edited", False)


def test_an_edit_that_brings_the_subject_in_is_told_as_new_to_the_watch(world: World, reader: int) -> None:
    article = known(world, OTHER)
    world.edit(article, NEW)
    [entry] = told(world, reader)
    assert entry.became_relevant
    assert entry.diff


def test_edits_of_other_articles_are_not_told(world: World, reader: int) -> None:
    article = known(world, OTHER)
    world.edit(article, OTHER_TOO)
    assert told(world, reader) == []


def test_an_edit_between_two_that_matter_is_part_of_the_comparison(world: World, reader: int) -> None:
    article = known(world)
    for body in (OTHER, OTHER_TOO, NEW):
        world.edit(article, body)
    [entry] = told(world, reader)
    assert entry.before is not None
    assert (entry.before.blocks[0].text, entry.article.blocks[0].text, entry.versions_between) == (OLD, NEW, 2)
    assert not entry.became_relevant


def test_a_subject_that_came_and_went_between_two_mails_is_silence(world: World, reader: int) -> None:
    article = known(world, OTHER)
    world.edit(article, NEW)
    world.edit(article, OTHER_TOO)
    assert told(world, reader) == []


def test_what_a_better_extractor_reads_is_in_no_comparison(world: World, reader: int) -> None:
    article = known(world)
    world.edit(article, MIDDLE)
    world.edit(article, MIDDLE + " Voettekst.", tellable=False)
    world.edit(article, NEW + " Voettekst.")
    entries = told(world, reader)
    shown = [(e.before.blocks[0].text, e.article.blocks[0].text) for e in entries if e.before is not None]
    assert shown == [(OLD, MIDDLE), (MIDDLE + " Voettekst.", NEW + " Voettekst.")]


def test_entries_come_major_new_minor_moved_gone_returned(world: World, reader: int) -> None:
    articles = [known(world, text(f"onderwerp {n} van belang is")) for n in range(4)]
    back = known(world)
    world.happen(back, "gone")
    world.digest()
    world.happen(back, "returned")
    world.happen(articles[0], "gone")
    world.happen(articles[1], "moved", url="https://example.org/elders")
    world.edit(articles[2], text("onderwerp 2 van belangg is"))
    world.publish(text("dit nieuw is"))
    world.edit(articles[3], text("onderwerp 3 niet van belang is"))
    entries = told(world, reader)
    assert [entry.change for entry in entries] == ["edited", "new", "edited", "moved", "gone", "returned"]
    assert [entries[0].significance, entries[2].significance] == ["major", "minor"]
