"""Many changes at once: the site's doing, or an editor's? And a better extractor is neither."""

from __future__ import annotations

from datetime import timedelta

from cli.demo.article import ReplicaArticle
from cli.demo.content import later_articles
from storage.acceptance import accept, open_quarantine
from tests.crawl.conftest import Watching, slugs

CALL_OUT = "Meld u nu aan voor het jaarcongres over digitale overheid, op 12 november in Utrecht."


def test_r47_text_that_enters_all_bodies_is_the_sites_and_not_an_editors(watching: Watching) -> None:
    monitor = watching(20)
    monitor.replica.configure(callout=CALL_OUT)
    (new,) = later_articles()
    monitor.replica.add(new)
    monitor.crawl(hours=0.1)
    monitor.crawl(hours=0.1)
    assert monitor.told() == [("new", new.slug, ())]
    slug = slugs(monitor)[5]
    monitor.replica.edit(
        slug, lambda article: article.add_block("Een redacteur vult dit stuk vandaag aan.", kind="paragraph")
    )
    monitor.crawl(hours=0.1)
    assert monitor.told()[1:] == [("edited", slug, ("body",))]
    monitor.replica.configure(callout="")
    monitor.crawl(hours=0.1)
    assert len(monitor.told()) == 2


def test_another_text_in_every_article_waits_for_a_person_and_is_then_told(watching: Watching) -> None:
    monitor = watching(20)
    for number, slug in enumerate(slugs(monitor)):
        monitor.replica.edit(
            slug,
            lambda article, n=number: article.add_block(
                f"Aanvulling {'abcdefghijklmnopqrst'[n] * 8} bij dit stuk.", kind="paragraph"
            ),
        )
    monitor.crawl(hours=0.1)
    assert monitor.told() == []
    assert len(monitor.versions("quarantined")) == 20
    with monitor.database.write() as session:
        for version, _ in open_quarantine(session):
            accept(session, version, detected=monitor.now + timedelta(minutes=1))
    assert [kind for kind, _, _ in monitor.told()] == ["edited"] * 20


def _reword(article: ReplicaArticle) -> None:
    first = article.remove_block(0)
    article.add_block(f"Voortaan geldt: {first.text}", at=0, kind=first.kind)


def test_many_different_edits_in_one_crawl_are_all_told_in_the_right_facet(watching: Watching) -> None:
    monitor = watching(40)
    names = slugs(monitor)
    articles = {article.slug: article for article in monitor.replica.articles()}
    expected: dict[str, str] = {}

    def edit(facet: str, change=None, **fields: object) -> None:  # type: ignore[no-untyped-def]
        slug = names.pop(0)
        monitor.replica.edit(slug, change, **fields)
        expected[slug] = facet

    edit("title", title="Deze kop is door een redacteur herschreven")
    edit("lead", lead="Deze inleiding is vandaag door een redacteur geheel herschreven en zegt nu iets anders.")
    edit("tags", tags=[*articles[names[0]].tags, "toegevoegd"])
    edit("authors", authors=["Nieuwe Auteur"])
    edit("caption", caption="Een ander bijschrift | Beeld: Iemand Anders")
    edit("type", type="podium")
    edit(
        "body",
        lambda article: article.add_block("Deze alinea kwam er later bij en zegt iets nieuws.", kind="paragraph"),
    )
    edit("body", lambda article: article.remove_block(len(article.blocks) - 1))
    edit("body", lambda article: article.move_block(len(article.blocks) - 1, 0))
    edit("body", lambda article: article.add_block("Een los lijstpunt dat erbij kwam.", kind="list_item"))
    edit("body", lambda article: article.add_block("‘Dit citaat stond er gisteren nog niet’, zegt zij.", kind="quote"))
    edit("body", lambda article: article.add_block("Een nieuwe tussenkop", at=1, kind="heading"))
    for _ in range(6):
        edit("body", _reword)
    monitor.crawl(hours=0.1)
    assert monitor.versions("quarantined") == []
    # A paragraph that goes takes its links along, which is told as well.
    told = {
        slug: [name for name in fields if (name, "body") != ("links", fields[0])] for _, slug, fields in monitor.told()
    }
    assert told == {slug: [facet] for slug, facet in expected.items()}
