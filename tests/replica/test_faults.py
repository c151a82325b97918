from __future__ import annotations

import pytest

from cli.demo.model import STATUS_FAULTS, WALLS, Replica
from cli.demo.taxonomy import ERAS

from .fixtures import LABS, MERGER, get, links, page, replica, texts

__all__ = ["replica"]
PATH = f"/artikel/{LABS}/"


@pytest.mark.parametrize("kind", WALLS)
@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("noise", [None, 2])
def test_a_wall_answers_200_without_the_articles_text(replica: Replica, kind: str, era: str, noise: int | None) -> None:
    replica.configure(era=era, noise=noise)
    last = replica.article(LABS).blocks[-1].text
    whole = page(replica, LABS)
    replica.set_fault(kind, LABS)
    answer = get(replica, replica.article(LABS).path(era))
    assert answer.status == 200
    assert last in whole
    assert last not in answer.body.decode()
    assert "\x01" not in answer.body.decode()


def test_each_wall_looks_its_part(replica: Replica) -> None:
    marks = {
        "soft_404": "Pagina niet gevonden",
        "consent_wall": "toestemming",
        "login_wall": "Log in of registreer",
        "bot_wall": "Just a moment",
        "maintenance": "onderhoud",
    }
    for kind, mark in marks.items():
        replica.set_fault(kind, LABS)
        assert mark in page(replica, LABS)
    replica.set_fault("empty", LABS)
    assert page(replica, LABS) == ""


def test_a_truncated_page_ends_in_the_middle_of_the_body(replica: Replica) -> None:
    blocks = replica.article(MERGER).blocks
    replica.set_fault("truncated", MERGER)
    shown = page(replica, MERGER)
    assert blocks[0].text in texts(shown)
    assert blocks[-1].text not in shown
    assert "</html>" not in shown


def test_the_wrong_article_is_a_whole_article(replica: Replica) -> None:
    replica.set_fault("wrong_article", LABS)
    shown = texts(page(replica, LABS))
    assert replica.article(LABS).title not in shown[:40]
    assert any(each.title in shown and each.lead in shown for each in replica.articles() if each.slug != LABS)


@pytest.mark.parametrize("status", STATUS_FAULTS)
def test_a_status_fault_answers_with_its_status_and_retry_after(replica: Replica, status: str) -> None:
    replica.set_fault(status, LABS, retry_after="120")
    answer = get(replica, PATH)
    assert (answer.status, answer.headers["Retry-After"]) == (int(status), "120")
    assert get(replica, f"/artikel/{MERGER}/").status == 200


def test_a_fault_everywhere_spares_robots_txt_unless_it_is_named(replica: Replica) -> None:
    replica.set_fault("503")
    assert get(replica, "/").status == 503
    assert get(replica, "/feed/").status == 503
    assert get(replica, "/robots.txt").status == 200
    replica.set_fault("500", "/robots.txt")
    assert get(replica, "/robots.txt").status == 500


def test_faults_are_set_by_slug_path_or_whole_url(replica: Replica) -> None:
    replica.set_fault("404", [LABS, f"/artikel/{MERGER}/", "http://127.0.0.1:80/thema/data-en-ai/"])
    for path in (PATH, f"/artikel/{MERGER}/", "/thema/data-en-ai/"):
        assert get(replica, path).status == 404
    assert get(replica, "/thema/digitale-toekomst-eu/").status == 200


def test_a_fault_can_pass_after_a_number_of_times(replica: Replica) -> None:
    replica.set_fault("404", LABS, times=1)
    assert [get(replica, PATH).status for _ in range(3)] == [404, 200, 200]


def test_clearing_the_faults_makes_all_well(replica: Replica) -> None:
    well = page(replica, LABS)
    replica.set_fault("soft_404")
    replica.set_fault("503", LABS)
    replica.clear_faults()
    assert page(replica, LABS) == well


def test_a_wall_in_front_of_a_listing_hides_its_articles(replica: Replica) -> None:
    replica.set_fault("consent_wall", "/thema/data-en-ai/")
    shown = links(get(replica, "/thema/data-en-ai/").body.decode())
    assert not any("/artikel/" in address for address in shown)
