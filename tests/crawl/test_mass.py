"""Many changes at once: the site's doing, or an editor's? And a better extractor is neither."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta

from cli.demo.article import Related, ReplicaArticle
from cli.demo.content import later_articles
from storage.acceptance import accept, open_quarantine
from tests.crawl.conftest import Watching, slugs
from tests.crawl.offline import Offline

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


def _edit_all(monitor: Offline) -> None:
    for number, slug in enumerate(slugs(monitor)):
        monitor.replica.edit(
            slug,
            lambda article, n=number: article.add_block(
                f"Aanvulling {'abcdefghijklmnopqrst'[n] * 8} bij dit stuk.", kind="paragraph"
            ),
        )


def _accept_all(monitor: Offline) -> None:
    with monitor.database.write() as session:
        for version, _ in open_quarantine(session):
            accept(session, version, detected=monitor.now + timedelta(minutes=1))


def test_another_text_in_every_article_waits_for_a_person_and_is_then_told(watching: Watching) -> None:
    monitor = watching(20)
    _edit_all(monitor)
    monitor.crawl(hours=0.1)
    assert monitor.told() == []
    assert len(monitor.versions("quarantined")) == 20
    _accept_all(monitor)
    assert [kind for kind, _, _ in monitor.told()] == ["edited"] * 20


def test_a_held_edit_of_an_article_that_has_gone_since_is_no_return_of_it(watching: Watching) -> None:
    monitor = watching(20)
    _edit_all(monitor)
    monitor.crawl(hours=0.1)
    slug = slugs(monitor)[3]
    monitor.replica.remove(slug, status=410)
    monitor.crawl(hours=0.1)
    assert monitor.told() == [("gone", slug, ())]
    _accept_all(monitor)
    assert sorted(kind for kind, _, _ in monitor.told()) == ["edited"] * 20 + ["gone"]
    assert list(monitor.articles("gone")) == [slug]


def _split(article: ReplicaArticle) -> None:
    at, block = next(
        (at, block)
        for at, block in enumerate(article.blocks)
        if block.kind == "paragraph" and ". " in block.text and "[" not in block.text
    )
    article.split_block(at, block.text.partition(". ")[2])


def _merge(article: ReplicaArticle) -> None:
    article.merge_blocks(
        next(
            at
            for at in range(len(article.blocks) - 1)
            if {article.blocks[at].kind, article.blocks[at + 1].kind} == {"paragraph"}
        )
    )


def _words(replace_with: str, *, block: int = 0) -> Callable[[ReplicaArticle], None]:
    """Let the first words of a block be these."""

    def change(article: ReplicaArticle) -> None:
        old = article.remove_block(block)
        article.add_block(f"{replace_with} {old.text}", at=block, kind=old.kind)

    return change


def _last_word(article: ReplicaArticle) -> None:
    old = article.remove_block(0)
    article.add_block(f"{old.text.rstrip('.').rpartition(' ')[0]} gemeentehuis.", at=0, kind=old.kind)


def _linking(text: str, at: int = 1) -> Callable[[ReplicaArticle], None]:
    return lambda article: article.add_block(text, at=at, kind="paragraph")


def _drop(kind: str) -> Callable[[ReplicaArticle], None]:
    return lambda article: article.blocks.remove(next(block for block in article.blocks if block.kind == kind))


def _related(article: ReplicaArticle) -> None:
    article.related = [Related("Een ander stuk – iBestuur", "/artikel/aic4nl-opent-vier-innovatielabs/")]


# What an editor may do, and the facet in which it is told. Each needs an article that has what it changes.
EDITS: tuple[tuple[str, str, Callable[[ReplicaArticle], object]], ...] = (
    ("body", "a word", _last_word),
    ("body", "a word in front", _words("Volgens de minister:")),
    ("body", "a sentence", _words("Voortaan geldt een andere regel dan gisteren nog gold.")),
    ("body", "a sentence in the last block", _words("Dat besluit viel vannacht na lang overleg.", block=-1)),
    ("body", "a paragraph in", _linking("Deze alinea kwam er later bij en zegt iets dat er nog niet stond.", 2)),
    ("body", "a paragraph at the end", lambda article: article.add_block("Het overleg gaat morgen om negen uur verder.")),
    ("body", "a paragraph out", lambda article: article.remove_block(0)),
    ("body", "a paragraph moved", lambda article: article.move_block(len(article.blocks) - 1, 0)),
    ("body", "a paragraph moved down", lambda article: article.move_block(0, len(article.blocks) - 1)),
    ("body", "a paragraph split", _split),
    ("body", "two paragraphs merged", _merge),
    ("body", "a heading in", lambda article: article.add_block("Een nieuwe tussenkop", at=1, kind="heading")),
    ("body", "a heading out", _drop("heading")),
    ("body", "a list item in", lambda article: article.add_block("Een los lijstpunt dat erbij kwam.", kind="list_item")),
    ("body", "a list item out", _drop("list_item")),
    ("body", "a quote in", lambda article: article.add_block("‘Dit zei zij gisteren niet’, aldus zij.", kind="quote")),
    ("body", "a quote out", _drop("quote")),
    ("title", "another headline", lambda article: _set(article, title="Deze kop is door een redacteur herschreven")),
    ("title", "a word in the headline", lambda article: _set(article, title=f"{article.title} vandaag")),
    ("lead", "another lead", lambda article: _set(article, lead="Deze inleiding is nieuw en zegt voortaan iets anders.")),
    ("lead", "an amount in the lead", lambda article: _set(article, lead=f"Voor 37 miljoen euro: {article.lead}")),
    ("tags", "a tag in", lambda article: _set(article, tags=[*article.tags, "toegevoegd"])),
    ("tags", "a tag out", lambda article: _set(article, tags=article.tags[1:])),
    ("authors", "another author", lambda article: _set(article, authors=["Onno Feitsma", "Redactie"])),
    ("published", "another date", lambda article: _set(article, published=article.published - timedelta(days=40))),
    ("type", "another type", lambda article: _set(article, type="podium" if article.type != "podium" else "nieuws")),
    ("theme", "another theme", lambda article: _set(article, theme="markt-en-overheid", subtheme="inkoop")),
    ("caption", "another caption", lambda article: _set(article, caption="Een ander bijschrift | Beeld: Iemand Anders")),
    ("links", "another Lees ook", _related),
    ("links", "another target of a link", lambda article: article.replace_text("example.org/besluit", "example.org/wet")),
)  # fmt: skip


def _set(article: ReplicaArticle, **fields: object) -> None:
    for name, value in fields.items():
        setattr(article, name, value)


def test_thirty_kinds_of_edits_in_one_crawl_are_all_told_once_and_in_the_right_facet(watching: Watching) -> None:
    monitor = watching(40)
    free = monitor.replica.articles()
    expected: dict[str, tuple[str, str]] = {}
    for facet, name, change in reversed(EDITS):
        article = next(article for article in free if _takes(change, article))
        free.remove(article)
        monitor.replica.edit(article.slug, change)
        expected[article.slug] = (facet, name)
    monitor.crawl(hours=0.1)
    assert monitor.versions("quarantined") == []
    told = {slug: fields for kind, slug, fields in monitor.told() if kind == "edited"}
    assert len(monitor.told()) == len(told) == len(EDITS)
    wrong = {name: told.get(slug) for slug, (facet, name) in expected.items() if _main(told.get(slug, ())) != facet}
    assert wrong == {}


def _takes(change: Callable[[ReplicaArticle], object], article: ReplicaArticle) -> bool:
    """Whether the article has what this edit changes."""
    tried = deepcopy(article)
    try:
        change(tried)
    except (ValueError, StopIteration):
        return False
    return tried != article and (tried.related == article.related or bool(article.related))


def _main(fields: tuple[str, ...]) -> str:
    """A paragraph that comes or goes takes its links along, and both are told."""
    return fields[0] if fields[:1] == fields or fields == ("body", "links") else "+".join(fields)


def test_a_label_that_changes_in_half_of_the_articles_is_layout_and_hides_no_edit(watching: Watching) -> None:
    monitor = watching(20)
    names = slugs(monitor)
    for slug in names[:12]:
        monitor.replica.edit(slug, authors=["Redactie"] if slug != names[3] else ["Onno Feitsma"])
    monitor.replica.edit(names[3], title="Deze kop veranderde terwijl overal de namen wisselden")
    monitor.crawl(hours=0.1)
    assert monitor.told() == [("edited", names[3], ("title",))]
    assert [key for key in monitor.notices() if key.startswith("layout")] != []
    monitor.crawl(hours=0.1)
    assert len(monitor.told()) == 1
