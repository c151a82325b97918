"""Articles, facet by facet."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.diff import Diff, diff_articles, summarise
from storage.article import BLOCK_KINDS, FACETS, Article, Block, Link, normalise

LEAD = "Het kabinet wil dat uitvoerders gezamenlijk taalmodellen inkopen."
FIRST = "Daarvoor komt er een bureau dat contracten sluit met leveranciers uit Europa."
SECOND = "De Kamer debatteert na de zomer over de plannen."
ARTICLE = Article(
    url="https://voorbeeld.example/artikel",
    title="Kabinet koopt samen taalmodellen in",
    lead=LEAD,
    blocks=(Block("paragraph", FIRST), Block("paragraph", SECOND)),
    authors=("Noor Vermeer", "Bas Tuinstra"),
    published="2025-03-04T09:00:00+01:00",
    theme="data-en-ai",
    type="nieuws",
    tags=("ai", "inkoop"),
    caption="Het ministerie in Den Haag",
)


def edit(**changes: object) -> Diff:
    return diff_articles(ARTICLE, replace(ARTICLE, **changes))  # type: ignore[arg-type]


def test_the_same_article_gives_nothing() -> None:
    diff = edit()
    assert not diff
    assert diff == Diff(size=diff.size)
    assert diff.to_dict() == {"fields": {}, "body": []}
    assert summarise(diff) == "geen wijzigingen"


def test_the_document_has_the_keys_of_the_interface() -> None:
    diff = edit(title="Kabinet koopt geen taalmodellen in", blocks=(Block("paragraph", FIRST),))
    assert diff.to_dict() == {
        "fields": {"title": ["Kabinet koopt samen taalmodellen in", "Kabinet koopt geen taalmodellen in"]},
        "body": [{"op": "removed", "old": SECOND, "new": "", "words": [["-", SECOND]]}],
    }


@pytest.mark.parametrize(
    ("facet", "value", "shown", "significance"),
    [
        ("title", "Kabinet koopt samen rekenkracht in", "Kabinet koopt samen rekenkracht in", "major"),
        ("authors", ("Noor Vermeer",), "Noor Vermeer", "major"),
        ("published", "2025-03-05", "2025-03-05", "major"),
        ("theme", "beleid", "beleid", "minor"),
        ("type", "blog", "blog", "minor"),
        ("tags", ("ai",), "ai", "minor"),
        ("caption", "Het provinciehuis in Zwolle", "Het provinciehuis in Zwolle", "major"),
    ],
)
def test_each_facet_is_told_and_weighed(facet: str, value: object, shown: str, significance: str) -> None:
    diff = edit(**{facet: value})
    assert diff.facets == (facet,)
    assert diff.fields[facet][1] == shown
    assert diff.significance == significance
    assert facet in diff.reasons
    assert diff.changed_share == 0


def test_the_order_of_authors_and_tags_and_the_time_of_day_say_nothing() -> None:
    assert not edit(
        authors=ARTICLE.authors[::-1], tags=ARTICLE.tags[::-1], published="2025-03-04T11:30:00+01:00", modified="2025"
    )


def test_a_headline_with_other_quotes_is_minor_and_one_with_a_slip_mended_is_major() -> None:
    quoted = replace(ARTICLE, title="'Samen' inkopen")
    assert diff_articles(quoted, replace(ARTICLE, title="‘Samen’ inkopen")).significance == "minor"
    assert diff_articles(quoted, replace(ARTICLE, title="'Samen' inkoopen")).significance == "major"


def test_text_that_only_went_from_lead_to_body_is_no_change() -> None:
    flat = replace(ARTICLE, lead="", blocks=(Block("paragraph", LEAD), *ARTICLE.blocks))
    assert not diff_articles(ARTICLE, flat)
    assert not diff_articles(flat, ARTICLE)


def test_a_lead_that_became_a_paragraph_hides_no_other_change() -> None:
    flat = replace(ARTICLE, lead="", blocks=(Block("paragraph", LEAD), Block("paragraph", FIRST)))
    diff = diff_articles(ARTICLE, flat)
    assert diff.facets == ("body",)
    assert [(change.op, change.old_index, change.new_index) for change in diff.body] == [("removed", 1, None)]


def test_a_changed_lead_is_a_field_with_its_words() -> None:
    diff = edit(lead=LEAD.replace("taalmodellen", "rekenkracht"))
    assert diff.facets == ("lead",)
    assert [op for op, _ in diff.field_words["lead"]] == ["=", "-", "+", "="]
    assert not diff.body
    assert 0 < diff.changed_share < 0.5


def test_a_lead_written_anew_is_one_field_old_and_new() -> None:
    anew = "Nieuwe cijfers tonen aan waar het geld bleef."
    diff = edit(lead=anew)
    assert diff.fields == {"lead": (LEAD, anew)}
    assert diff.significance == "major"


@pytest.mark.parametrize(("old", "new"), [(LEAD, ""), ("", LEAD)])
def test_a_lead_that_comes_or_goes_is_told(old: str, new: str) -> None:
    diff = diff_articles(replace(ARTICLE, lead=old), replace(ARTICLE, lead=new))
    assert diff.fields == {"lead": (old, new)}


def test_a_block_that_is_a_list_item_now_is_no_change() -> None:
    assert not edit(blocks=tuple(replace(block, kind="list_item") for block in ARTICLE.blocks))


def linked(text: str, *links: Link) -> Article:
    return replace(ARTICLE, blocks=(Block("paragraph", text, links), ARTICLE.blocks[1]))


def test_a_link_to_another_page_is_major_and_readable() -> None:
    old = linked(FIRST, Link("een bureau", "https://voorbeeld.example/bureau"))
    new = linked(FIRST, Link("een bureau", "https://elders.example/"))
    diff = diff_articles(old, new)
    assert diff.fields == {
        "links": ("een bureau (https://voorbeeld.example/bureau)", "een bureau (https://elders.example/)")
    }
    assert (diff.significance, diff.facets) == ("major", ("links",))


def test_tracking_of_a_link_is_minor() -> None:
    old = linked(FIRST, Link("een bureau", "https://voorbeeld.example/bureau"))
    new = linked(FIRST, Link("een bureau", "https://voorbeeld.example/bureau?utm_source=brief"))
    assert diff_articles(old, new).significance == "minor"


def test_a_change_of_words_inside_a_link_is_told_once() -> None:
    old = linked(FIRST, Link("contracten sluit", "https://voorbeeld.example/c"))
    new = linked(FIRST.replace("sluit", "tekent"), Link("contracten tekent", "https://voorbeeld.example/c"))
    assert diff_articles(old, new).facets == ("body",)


def test_links_that_changed_places_are_told() -> None:
    one, two = Link("bureau", "https://voorbeeld.example/1"), Link("bureau", "https://voorbeeld.example/2")
    assert diff_articles(linked(FIRST, one, two), linked(FIRST, two, one)).facets == ("links",)


def test_the_list_of_related_articles_counts_as_links_and_is_minor() -> None:
    diff = edit(related=(Link("Eerder over inkoop", "https://voorbeeld.example/eerder"),))
    assert diff.fields == {"links": ("", "Eerder over inkoop (https://voorbeeld.example/eerder)")}
    assert diff.significance == "minor"


def test_facets_come_in_their_order_whatever_changed() -> None:
    diff = edit(
        title="Anders", lead="Anders.", blocks=(), authors=(), published="", theme="x", type="y", tags=(), caption=""
    )
    assert list(diff.facets) == [name for name in FACETS if name != "links"]
    assert diff.changed_share == 1


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", "kop en auteur gewijzigd, 1 alinea toegevoegd"),
        ("en", "headline and author changed, 1 paragraph added"),
    ],
)
def test_the_summary_names_fields_and_counts_paragraphs(language: str, expected: str) -> None:
    blocks = (*ARTICLE.blocks, Block("paragraph", "Reageren kan tot de herfst."))
    diff = edit(title="Kabinet koopt niets in", authors=("Noor Vermeer",), blocks=blocks)
    assert summarise(diff, language) == expected


def test_the_summary_counts_more_than_one_in_the_plural() -> None:
    blocks = tuple(Block("paragraph", text) for text in ("Wie weet.", FIRST, SECOND, "Tot later."))
    assert summarise(edit(blocks=blocks)) == "2 alinea's toegevoegd"
    assert summarise(edit(blocks=blocks), "en") == "2 paragraphs added"


def test_the_degree_of_change_ignores_what_only_moved() -> None:
    diff = edit(blocks=ARTICLE.blocks[::-1])
    assert [change.op for change in diff.body] == ["moved"]
    assert diff.changed_share == 0
    assert 0.1 < edit(blocks=ARTICLE.blocks[:1]).changed_share < 0.2


TEXTS = st.sampled_from([FIRST, SECOND, LEAD, "Ja.", "“Ja.”", '"Ja."', f"{FIRST} {SECOND}"])
LINKS = st.builds(
    Link, st.sampled_from(["bureau", "plan"]), st.sampled_from(["https://a.example/", "https://a.example/?utm_id=1"])
)
ARTICLES = st.builds(
    Article,
    url=st.just("https://voorbeeld.example/artikel"),
    title=st.sampled_from(["Kop", "‘Kop’"]),
    lead=st.one_of(st.just(""), TEXTS),
    blocks=st.lists(
        st.builds(Block, st.sampled_from(BLOCK_KINDS), TEXTS, st.lists(LINKS, max_size=2).map(tuple)), max_size=4
    ).map(tuple),
    authors=st.lists(st.sampled_from(["A", "B"]), unique=True).map(tuple),
    published=st.sampled_from(["", "2025-01-01", "2025-01-01T10:00:00+01:00"]),
    tags=st.lists(st.sampled_from(["ai", "wet"]), unique=True).map(tuple),
    related=st.lists(LINKS, max_size=2).map(tuple),
)


@settings(max_examples=300)
@given(ARTICLES, ARTICLES)
def test_there_is_a_diff_exactly_when_the_content_hash_differs(old: Article, new: Article) -> None:
    assert bool(diff_articles(old, new)) == (old.content_hash() != new.content_hash())


def _body(*texts: str) -> list[str]:
    """What is said of a body of these paragraphs where there were two."""
    return [change.op for change in edit(blocks=tuple(Block("paragraph", text) for text in texts)).body]


def test_r59_a_paragraph_that_is_split_merged_or_moved_is_called_that_and_nothing_is_called_removed() -> None:
    long = f"{FIRST} {SECOND}"
    joined = replace(ARTICLE, blocks=(Block("paragraph", long),))
    assert [change.op for change in diff_articles(joined, ARTICLE).body] == ["split"]
    assert _body(long) == ["merged"]
    assert _body(SECOND, FIRST) == ["moved"]


def test_r60_white_space_and_layout_are_no_change() -> None:
    spaced = Block("paragraph", normalise(f"  {FIRST.replace(' ', chr(160), 1)}\n\t"))
    assert not edit(blocks=(spaced, Block("list_item", SECOND)))
