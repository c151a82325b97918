"""Title, dates, names, sections and identity: which source of each is believed first."""

from __future__ import annotations

import json

import pytest

from crawler.extraction import extract, read_page
from crawler.urls import UrlRules
from storage.article import Article
from tests.extraction.reading import ADDRESS, PROSE, article, extraction

BODY = f"<article><h1>Proef met taalmodel</h1><div class='k'>{PROSE}</div></article>"


def with_json(*nodes: dict[str, object], body: str = BODY, head: str = "") -> Article:
    graph = json.dumps({"@context": "https://schema.org", "@graph": list(nodes)})
    return article(body, f'{head}<script type="application/ld+json">{graph}</script>')


def with_line(line: str) -> Article:
    return article(BODY.replace("</h1>", f"</h1><div class='m'>{line}</div>"))


NEWS = {"@type": "NewsArticle", "headline": "Proef met taalmodel", "datePublished": "2025-01-08T09:00:00+01:00"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("8 januari 2025", "2025-01-08"),
        ("<span>8 jan. 2025</span>", "2025-01-08"),
        ("woensdag 08 Januari 2025", "2025-01-08"),
        ("08-01-2025", "2025-01-08"),
        ("8/1/2025", "2025-01-08"),
        ("8.1.2025", "2025-01-08"),
        ("Gepubliceerd op 8 januari 2025 om 09:30", "2025-01-08T09:30:00+01:00"),
        ("8 juli 2025, 14.05 uur", "2025-07-08T14:05:00+02:00"),
        ("<time datetime='2025-01-08'>vorige week</time>", "2025-01-08"),
        ("<time datetime='2025-01-08T08:00:00Z'>vorige week</time>", "2025-01-08T08:00:00+00:00"),
        ("30 februari 2025", ""),
        ("31-04-2025", ""),
        ("8 januari 2205", ""),
        ("8 januari 1825", ""),
        ("gisteren", ""),
        ("<time datetime='0000-00-00'>onbekend</time>", ""),
    ],
)
def test_the_visible_date_is_read_or_unknown(line: str, expected: str) -> None:
    assert with_line(line).published == expected


def test_dates_are_believed_in_a_fixed_order() -> None:
    line = BODY.replace("</h1>", "</h1><span>3 maart 2025</span>")
    head = '<meta property="article:published_time" content="2025-02-02T10:00:00+01:00">'
    assert with_json(NEWS, body=line, head=head).published == "2025-01-08T09:00:00+01:00"
    assert article(line, head).published == "2025-02-02T10:00:00+01:00"
    assert article(line).published == "2025-03-03"


def test_an_impossible_date_gives_way_to_the_next_source() -> None:
    line = BODY.replace("</h1>", "</h1><span>3 maart 2025</span>")
    assert with_json({**NEWS, "datePublished": "2205-01-01"}, body=line).published == "2025-03-03"


@pytest.mark.parametrize("first", [True, False])
def test_a_related_articles_date_is_never_taken(first: bool) -> None:
    other = {
        "@type": "NewsArticle",
        "headline": "Heel iets anders",
        "datePublished": "2019-05-05",
        "url": ADDRESS + "x",
    }
    listed = {"@type": "ItemList", "itemListElement": [{"item": {**NEWS, "datePublished": "2018-01-01"}}]}
    page = {"@type": "WebPage", "datePublished": "2017-01-01"}
    nodes = [other, listed, page, NEWS] if first else [NEWS, page, listed, other]
    assert with_json(*nodes).published == NEWS["datePublished"]


def test_a_time_without_zone_is_dutch_time() -> None:
    assert with_json({**NEWS, "datePublished": "2025-07-08 09:00"}).published == "2025-07-08T09:00:00+02:00"


def test_the_time_of_the_last_edit_is_kept_and_never_compared() -> None:
    edited = with_json({**NEWS, "dateModified": "2025-01-09T11:00:00+01:00"})
    assert edited.modified == "2025-01-09T11:00:00+01:00"
    assert edited.content_hash() == with_json(NEWS).content_hash()


@pytest.mark.parametrize(
    "author",
    [
        {"@id": "#p"},
        [{"@id": "#p"}],
        [{"@type": "Person", "name": "Wytske de Boer"}],
        "Wytske de Boer",
    ],
)
def test_authors_in_json_ld_are_found_by_name_or_reference(author: object) -> None:
    person = {"@type": "Person", "@id": "#p", "name": "Wytske de Boer"}
    assert with_json({**NEWS, "author": author}, person).authors == ("Wytske de Boer",)


@pytest.mark.parametrize(
    "line",
    [
        "Door Wytske de Boer",
        "Door: Wytske de Boer",
        "<a href='/auteur/wytske-de-boer/'>Wytske de Boer</a>",
        "<a href='/auteur/wytske-de-boer/'>Lees meer van Wytske de Boer »</a>",
        "<a href='/auteur/wytske-de-boer/'>Over Wytske de Boer</a>",
        "<a href='/auteur/wytske-de-boer/'><img alt='Wytske de Boer' src='x'></a>",
        "<a rel='author' href='/team/3'>Wytske de Boer</a>",
    ],
)
def test_authors_are_found_near_the_headline(line: str) -> None:
    assert with_line(line).authors == ("Wytske de Boer",)


def test_two_authors_are_two_names() -> None:
    assert with_line("Door Wytske de Boer en Ids Hoekstra").authors == ("Wytske de Boer", "Ids Hoekstra")


def test_the_site_is_no_author() -> None:
    head = '<meta property="og:site_name" content="Nieuws"><meta name="author" content="Nieuws">'
    assert article(BODY, head).authors == ()


def test_authors_of_other_articles_are_not_this_ones() -> None:
    card = "<div><a href='/artikel/ander/'>Ander stuk</a> <a href='/auteur/piet/'>Piet Paal</a></div>"
    assert article(f"{BODY}<section>{card}</section>").authors == ()


def test_sections_come_from_links_inside_the_article() -> None:
    menu = (
        "<ul>" + "".join(f"<li><a href='/thema/{n}/'>{n}</a></li>" for n in ("een", "twee", "drie", "vier")) + "</ul>"
    )
    own = "<p><a href='/thema/Twee/'>Twee</a> <a href='/type/podium/'>Podium</a></p>"
    tags = "<p><a href='/tags/ai/'>ai</a>, <a href='/tags/wet/'>wet</a></p>"
    body = BODY.replace("<h1>", f"{own}<h1>").replace("</h1>", f"</h1>{tags}")
    found = article(f"<div>{menu}</div>{body}<div>{menu}<a href='/type/nieuws/'>n</a><a href='/tags/x/'>x</a></div>")
    assert (found.theme, found.type, found.tags) == ("twee", "podium", ("ai", "wet"))


def test_a_menu_right_above_the_headline_is_not_the_theme() -> None:
    menu = (
        "<ul>" + "".join(f"<li><a href='/thema/{n}/'>{n}</a></li>" for n in ("een", "twee", "drie", "vier")) + "</ul>"
    )
    assert article(BODY.replace("<h1>", f"{menu}<h1>")).theme == ""


def test_tags_below_the_text_are_found() -> None:
    found = article(
        BODY.replace("</article>", "<p><a href='/tag/ai/'>ai</a> <a href='/tag/wet/'>wet</a></p></article>")
    )
    assert found.tags == ("ai", "wet")


def test_sections_may_come_from_the_head_of_the_page() -> None:
    found = with_json({**NEWS, "articleSection": ["Data en AI", "Nieuws"], "keywords": "AI, Open Data"})
    assert (found.theme, found.type, found.tags) == ("data-en-ai", "nieuws", ("ai", "open-data"))
    head = '<meta property="article:section" content="Data en AI"><meta property="article:tag" content="AI">'
    found = article(BODY, head)
    assert (found.theme, found.tags) == ("data-en-ai", ("ai",))


def test_the_address_names_the_theme_when_nothing_better_does() -> None:
    rules = UrlRules.compile({"article": ("/{theme}/{subtheme}/{slug}",)})
    page = read_page(BODY.encode(), "text/html", "https://nieuws.example/Data-en-AI/algoritmes/proef")
    found = extract(page, rules)
    assert (found.article.theme, found.rules["theme"]) == ("data-en-ai", "URL")


@pytest.mark.parametrize(
    "page",
    [
        "<body class='single postid-4711 x'>{}</body>",
        "<article id='post-4711'><h1>Proef</h1><div class='k'>" + PROSE + "</div></article>",
        "<link rel='shortlink' href='https://nieuws.example/?p=4711'>{}",
        '<script type="application/ld+json">' + json.dumps({**NEWS, "identifier": 4711}) + "</script>{}",
    ],
)
def test_the_post_number_is_found(page: str) -> None:
    assert extraction(page.replace("{}", BODY)).article.post_id == "4711"


@pytest.mark.parametrize(
    ("h1s", "head", "expected"),
    [
        ("<h1>Nieuws</h1>{}<h1>De kop</h1>", "<title>De kop - Nieuws</title>", "De kop"),
        ("<h1>Nieuws</h1>{}<h1>De kop</h1>", '<meta property="og:title" content="De kop | Nieuws">', "De kop"),
        ("<header><h1>Nieuws</h1></header>{}<h1>De kop</h1>", "", "De kop"),
        ("<h1> De <em>kop</em>\n van\u00a0vandaag </h1>", "", "De kop van vandaag"),
    ],
)
def test_the_headline_is_the_h1_that_names_the_article(h1s: str, head: str, expected: str) -> None:
    assert article(f"{h1s.replace('{}', '')}<div class='k'>{PROSE}</div>", head).title == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<script type="application/ld+json">' + json.dumps({**NEWS, "headline": "Uit JSON &amp; meer"}) + "</script>",
         "Uit JSON & meer"),
        ('<meta property="og:site_name" content="Nieuws"><meta property="og:title" content="Uit OpenGraph - Nieuws">',
         "Uit OpenGraph"),
        ("<title>Uit de titel van een lange pagina | Nieuws</title>", "Uit de titel van een lange pagina"),
    ],
)  # fmt: skip
def test_without_a_headline_the_head_of_the_page_names_the_article(head: str, expected: str) -> None:
    assert article(f"<div class='k'>{PROSE}</div>", head).title == expected


def test_the_canonical_address_on_this_host_is_the_articles() -> None:
    head = '<link rel="canonical" href="/artikel/proef?utm_source=x#top">'
    found = extraction(f"<head>{head}</head>{BODY}", ADDRESS + "?utm_medium=y")
    assert found.canonical == found.article.url == "https://nieuws.example/artikel/proef"


def test_a_canonical_address_elsewhere_is_reported_but_not_believed() -> None:
    found = extraction(
        f'<head><link rel="canonical" href="https://ander.example/proef"></head>{BODY}', ADDRESS + "?utm_id=1"
    )
    assert found.canonical == "https://ander.example/proef"
    assert found.article.url == ADDRESS


def test_broken_json_ld_is_passed_over() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", </script>'
    assert article(BODY, head).title == "Proef met taalmodel"


def test_an_extraction_says_what_found_each_field_and_what_is_missing() -> None:
    found = extraction(BODY.replace("</h1>", "</h1><span>8 januari 2025</span>"))
    assert found.method == "profile"
    assert found.rules["title"] == "h1"
    assert found.rules["published"] == "visible date"
    assert {"authors", "theme", "type", "tags", "caption", "lead"} <= set(found.missing)
    assert not set(found.rules) & set(found.missing)
