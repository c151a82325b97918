from __future__ import annotations

import pytest

from cli.demo.content import articles, later_articles
from cli.demo.edits import demo_edits
from cli.demo.model import Replica
from cli.demo.truth import truth

from .fixtures import LABS, MERGER, REGISTER, get, page, replica

__all__ = ["replica"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_removed_article_is_gone_with_its_status_and_can_return(replica: Replica, status: int) -> None:
    path = f"/artikel/{LABS}/"
    replica.remove(LABS, status)
    assert get(replica, path).status == status
    assert all(LABS not in each["url"] for each in truth(replica))
    replica.restore(LABS)
    assert get(replica, path).status == 200


def test_a_moved_article_redirects_from_every_address_it_had(replica: Replica) -> None:
    replica.move(LABS, "tweede-adres")
    replica.move("tweede-adres", "derde-adres")
    for slug in (LABS, "tweede-adres"):
        answer = get(replica, f"/artikel/{slug}/")
        assert (answer.status, answer.headers["Location"]) == (301, replica.url("derde-adres"))
    replica.set_era("2026")
    assert get(replica, f"/artikel/{LABS}/").headers["Location"] == replica.url("derde-adres")


def test_an_article_can_move_without_a_redirect_and_move_back(replica: Replica) -> None:
    replica.move(LABS, "elders", redirect=False)
    assert get(replica, f"/artikel/{LABS}/").status == 404
    replica.move("elders", LABS)
    assert get(replica, f"/artikel/{LABS}/").status == 200
    assert get(replica, "/artikel/elders/").headers["Location"] == replica.url(LABS)


def test_swapped_articles_stand_at_each_others_address(replica: Replica) -> None:
    titles = replica.article(LABS).title, replica.article(REGISTER).title
    replica.swap(LABS, REGISTER)
    assert (replica.article(REGISTER).title, replica.article(LABS).title) == titles
    assert titles[1] in page(replica, LABS)


def test_an_edit_is_told_by_the_truth_and_by_the_time_of_change(replica: Replica) -> None:
    replica.edit(LABS, lambda article: article.add_block("Een nieuwe alinea."), tags=["zorg"])
    edited = replica.article(LABS)
    assert edited.modified is not None
    assert edited.modified > edited.published
    told = next(each for each in truth(replica) if LABS in each["url"])
    assert told["blocks"][-1]["text"] == "Een nieuwe alinea."
    assert told["tags"] == ["zorg"]


def test_an_edit_that_fails_changes_nothing(replica: Replica) -> None:
    before = truth(replica)
    with pytest.raises(ValueError, match="0 times"):
        replica.edit(LABS, lambda article: article.replace_text("staat er niet", "x"))
    assert truth(replica) == before


def test_articles_handed_out_are_copies(replica: Replica) -> None:
    before = truth(replica)
    replica.article(LABS).blocks.clear()
    replica.articles()[0].tags.clear()
    assert truth(replica) == before


def test_what_is_there_cannot_be_added_or_moved_onto(replica: Replica) -> None:
    with pytest.raises(ValueError, match="already"):
        replica.add(replica.article(LABS))
    with pytest.raises(ValueError, match="already"):
        replica.move(LABS, MERGER)


def test_an_unknown_switch_era_or_fault_is_refused(replica: Replica) -> None:
    with pytest.raises(TypeError):
        replica.configure(kleur="rood")
    with pytest.raises(ValueError, match="era is one of"):
        replica.set_era("1999")
    with pytest.raises(ValueError, match="a fault is one of"):
        replica.set_fault("aardbeving")


def test_the_demo_makes_six_edits_all_to_coalition_articles() -> None:
    replica = Replica(articles(40))
    before = {each["url"]: each for each in truth(replica)}
    done = demo_edits(replica)
    after = {each["url"]: each for each in truth(replica)}

    assert [edit.change for edit in done] == ["new", "edited", "edited", "edited", "edited", "gone"]
    assert after.keys() - before.keys() == {done[0].url}
    assert before.keys() - after.keys() == {done[5].url}
    assert {url for url in before.keys() & after.keys() if before[url] != after[url]} == {
        edit.url for edit in done[1:5]
    }
    assert all({**before, **after}[edit.url]["coalition"] for edit in done)
    assert after[done[0].url]["title"] == later_articles()[0].title

    differing = [
        {key for key in after[edit.url] if after[edit.url][key] != before[edit.url][key]} for edit in done[1:5]
    ]
    assert differing == [{"blocks"}, {"title"}, {"blocks"}, {"blocks"}]
    assert "210 miljoen euro" in str(after[done[1].url]["blocks"])
    assert "204,5" not in str(after[done[1].url]["blocks"])
    moved = [sorted(block["text"] for block in each[done[3].url]["blocks"]) for each in (before, after)]
    assert moved[0] == moved[1]
    assert "ontwikkelling" not in str(after[done[4].url]["blocks"])
    assert get(replica, done[5].url.removeprefix(replica.base_url)).status == 410
