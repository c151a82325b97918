"""A site that answers 200 and shows something else has not edited anything."""

from __future__ import annotations

import pytest

from cli.demo.model import WALLS
from tests.crawl.conftest import Watching, slugs

STATUSES = ("403", "404", "410", "503")


@pytest.mark.parametrize("fault", [*WALLS, *STATUSES])
def test_r28_r30_a_fault_everywhere_is_told_to_nobody_but_the_operator_and_its_end_is_noticed(
    watching: Watching, fault: str
) -> None:
    monitor = watching(14)
    slug = slugs(monitor)[0]
    monitor.replica.set_fault(fault, slugs(monitor))
    for _ in range(2):
        monitor.crawl(hours=0.2)
        assert monitor.told() == []
        assert monitor.source_state() != "ok"
    monitor.replica.clear_faults()
    monitor.crawl(hours=0.2)
    assert monitor.told() == []
    assert monitor.source_state() == "ok"
    assert monitor.versions("quarantined") == []
    assert len(monitor.articles()) == 14
    monitor.replica.edit(slug, title="Na de storing kreeg dit stuk een nieuwe kop")
    monitor.crawl(hours=0.2)
    assert monitor.told() == [("edited", slug, ("title",))]


@pytest.mark.parametrize("fault", WALLS)
def test_r28_r34_r35_a_fault_of_one_page_is_no_edit_of_it(watching: Watching, fault: str) -> None:
    monitor = watching(14)
    monitor.replica.set_fault(fault, [slugs(monitor)[3]])
    for _ in range(2):
        monitor.crawl(hours=0.2)
    monitor.replica.clear_faults()
    monitor.crawl(hours=0.2)
    assert monitor.told() == []
    assert len(monitor.versions()) == 14


@pytest.mark.parametrize("fault", [fault for fault in WALLS if fault != "wrong_article"])
def test_a_wall_on_the_first_day_becomes_no_article_and_is_no_starting_point(watching: Watching, fault: str) -> None:
    monitor = watching(14, first_crawl=False)
    monitor.replica.set_fault(fault)
    monitor.crawl(hours=0.2)
    assert monitor.articles() == {}
    monitor.replica.clear_faults()
    assert monitor.crawl(hours=0.2).report.baseline
    assert monitor.told() == []
    assert len(monitor.articles()) == 14


@pytest.mark.parametrize("canonical", [True, False])
@pytest.mark.parametrize("metadata", ["full", "none"])
def test_one_article_in_the_place_of_every_page_on_the_first_days_is_no_starting_point(
    watching: Watching, canonical: bool, metadata: str
) -> None:
    monitor = watching(14, first_crawl=False, canonical=canonical, metadata=metadata)
    monitor.replica.set_fault("wrong_article")
    for _ in range(2):
        monitor.crawl(hours=0.2)
    monitor.replica.clear_faults()
    for _ in range(2):
        monitor.crawl(hours=0.2)
    assert monitor.told() == []
    # Without canonical links a piece may have been met at another's address; which of the two it is, a person decides.
    assert monitor.articles().keys() == set(slugs(monitor)) or monitor.source_state() == "attention"
    monitor.replica.edit("nl-aic-vraagt-kabinet-om-haast-met-ai-fabriek", title="Een nieuwe kop na de eerste dagen")
    monitor.crawl(hours=0.2)
    assert [kind for kind, _, _ in monitor.told()] == ["edited"]


@pytest.mark.parametrize("fault", [*WALLS, *STATUSES])
def test_articles_behind_a_wall_on_the_first_days_are_no_news_once_they_can_be_read(
    watching: Watching, fault: str
) -> None:
    monitor = watching(14, first_crawl=False)
    monitor.replica.set_fault(fault, slugs(monitor))
    for _ in range(2):
        monitor.crawl(hours=0.2)
    monitor.replica.clear_faults()
    for _ in range(2):
        monitor.crawl(hours=0.2)
    assert monitor.told() == []
    assert sorted(monitor.articles()) == sorted(slugs(monitor))
    assert monitor.versions("quarantined") == []
