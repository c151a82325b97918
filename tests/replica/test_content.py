from __future__ import annotations

import re

import pytest

from cli.demo.article import Block, ReplicaArticle
from cli.demo.content import articles, later_articles

COALITION = re.compile(r"\bAIC4NL\b|\bAiNed\b|\bAI-coalitie\b|\bNL AIC\b|\bAI Coalitie\b|\bNL AI Coalitie\b")


def whole_text(article: ReplicaArticle) -> str:
    return "\n".join([article.title, article.lead, *(block.text for block in article.blocks)])


def test_half_of_the_written_articles_are_about_the_coalition() -> None:
    written = articles()
    assert len(written) >= 12
    assert sum(article.coalition for article in written) == len(written) / 2


def test_every_written_article_has_the_seeds_shape() -> None:
    for article in [*articles(), *later_articles()]:
        kinds = [block.kind for block in article.blocks]
        assert 4 <= kinds.count("paragraph") <= 8, article.slug
        assert kinds.count("heading") >= 2, article.slug
        assert re.search(r".+ \| Beeld: .+", article.caption)
        assert article.lead
        assert article.tags
        assert article.authors


@pytest.mark.parametrize("n", [40, 300, 1000])
def test_generated_articles_are_distinct_in_title_slug_date_and_text(n: int) -> None:
    made = articles(n)
    assert len(made) == n
    for values in (
        {article.title for article in made},
        {article.slug for article in made},
        {article.published.date() for article in made},
        {article.post_id for article in made},
        {whole_text(article) for article in made},
    ):
        assert len(values) == n


def test_articles_come_newest_first_and_are_the_same_on_every_call() -> None:
    first, second = articles(60), articles(60)
    assert first == second
    assert first == sorted(first, key=lambda article: article.published, reverse=True)


def test_what_is_handed_out_can_be_changed_without_changing_the_next() -> None:
    handed = articles(20)
    handed[0].blocks.clear()
    handed[0].tags.append("x")
    assert articles(20)[0].blocks
    assert "x" not in articles(20)[0].tags


def test_exactly_the_coalition_articles_name_the_coalition() -> None:
    for article in [*articles(400), *later_articles()]:
        assert bool(COALITION.search(whole_text(article))) == article.coalition, article.title


def test_the_look_alikes_are_there() -> None:
    others = "\n".join(whole_text(article) for article in articles() if not article.coalition)
    for word in ("coalitieakkoord", "coalitiepartijen", "Maatschappelijke coalitie", "trained", "maintained", "AIC"):
        assert word in others
    only_linking = [article for article in articles() if not article.coalition and "AIC4NL" in str(article.related)]
    assert only_linking


def test_the_coalition_has_the_name_it_had_at_the_time() -> None:
    made = [article for article in articles(400) if article.coalition]
    early = "\n".join(whole_text(article) for article in made if article.published.year < 2025)
    late = "\n".join(whole_text(article) for article in made if article.published.year >= 2025)
    assert "AIC4NL" not in early
    assert "Nederlandse AI Coalitie" in early
    assert "AIC4NL" in late


def an_article() -> ReplicaArticle:
    return articles()[0]


def test_replacing_a_text_that_is_missing_or_not_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="0 times"):
        an_article().replace_text("staat er niet", "x")
    with pytest.raises(ValueError, match="times"):
        an_article().replace_text("de", "x")


def test_blocks_can_be_added_removed_moved_split_and_merged() -> None:
    article = an_article()
    article.blocks = [Block("paragraph", "Een. Twee."), Block("paragraph", "Drie.")]
    article.split_block(0, "Twee.")
    assert [block.text for block in article.blocks] == ["Een.", "Twee.", "Drie."]
    article.move_block(2, 0)
    assert [block.text for block in article.blocks] == ["Drie.", "Een.", "Twee."]
    article.merge_blocks(1)
    assert [block.text for block in article.blocks] == ["Drie.", "Een. Twee."]
    article.add_block("Kop", at=0, kind="heading")
    assert article.remove_block(0) == Block("heading", "Kop")
