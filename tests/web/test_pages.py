"""What a reader finds on the pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from storage import tables
from storage.search import LIMIT
from tests.delivery.builders import World, text
from tests.web.visiting import BASE, Visitor, links, mail_links, shown, site_of


@pytest.fixture
def edited(world: World) -> int:
    """An article that was told, edited in text and headline."""
    article = world.publish(text("het budget 204 miljoen euro is"), title="Het budget")
    world.edit(article, text("het budget 210 miljoen euro is"), title="Het budget van de coalitie")
    world.judge()
    return article


def test_the_overview_says_what_changed_and_leads_to_the_comparison(edited: int, visitor: Visitor) -> None:
    page = visitor.get("/")
    assert "woensdag 8 januari 2025" in shown(page)
    assert "gewijzigd over De coalitie Het budget van de coalitie kop gewijzigd, 1 zin gewijzigd" in shown(page)
    assert f"/artikel/{edited}/wijziging/1-2" in links(page)


def test_what_a_first_crawl_found_is_no_change(world: World, visitor: Visitor) -> None:
    world.publish(text("iets al bestond"), tellable=False, title="Het beginpunt")
    assert "Het beginpunt" not in visitor.text("/")
    assert "Het beginpunt" in visitor.text("/artikelen")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"Bos", "Boom"}),
        ("watch=coalitie", {"Boom"}),
        ("kind=edited", {"Boom"}),
        ("kind=new", {"Bos", "Boom"}),
        ("kind=nonsense", {"Bos", "Boom"}),
        ("significance=minor", set()),
        ("q=gemeente", {"Bos"}),
        ("q=100%25", set()),
        ("since=2025-01-09", set()),
        ("since=2025-01-08", {"Bos", "Boom"}),
        ("until=2025-01-07", set()),
        ("until=2025-01-08", {"Bos", "Boom"}),
        ("since=2025-01-08&until=2025-01-08", {"Bos", "Boom"}),
        ("since=0001-01-01&until=9999-12-31", {"Bos", "Boom"}),
        ("since=9999-12-31&until=0001-01-01", set()),
        ("watch=coalitie&kind=new&q=eik", {"Boom"}),
    ],
)
def test_the_address_says_what_is_shown(query: str, titles: set[str], world: World, visitor: Visitor) -> None:
    world.publish(text("er een bos komt", coalition=False), title="Bos")
    boom = world.publish(text("er een eik komt"), title="Boom")
    world.edit(boom, text("er een linde komt voor 3 miljoen euro"))
    world.judge()
    seen = shown(visitor.get(f"/?{query}"))
    assert {title for title in ("Bos", "Boom") if f" {title} " in seen} == titles


def test_a_date_that_is_none_is_named(visitor: Visitor) -> None:
    assert "“gisteren” is geen datum" in visitor.text("/?since=gisteren")
    assert "“morgen” is geen datum" in visitor.text("/?until=morgen")


def test_older_changes_are_a_link_away_and_none_is_shown_twice(world: World, visitor: Visitor) -> None:
    articles = [world.publish(text(f"stuk {n} er is"), title=f"Stuk {n}.") for n in range(60)]
    first = visitor.get("/?kind=new")
    (older,) = [link for link in links(first) if "before=" in link]
    second = visitor.get(older)
    shares = [{n for n, _ in enumerate(articles) if f" Stuk {n}. " in shown(page)} for page in (first, second)]
    assert shares[0] | shares[1] == set(range(60))
    assert not shares[0] & shares[1]


def test_the_list_of_articles_has_pages(world: World, visitor: Visitor) -> None:
    for number in range(120):
        world.publish(text("er een stuk is"), title=f"Stuk {number}.")
    first = visitor.get("/artikelen")
    assert "120 artikelen worden bewaard." in shown(first)
    (older,) = [link for link in links(first) if "from=" in link]
    both = shown(first) + shown(visitor.get(older))
    assert [number for number in range(120) if both.count(f"Stuk {number}. ") != 1] == []


def test_an_article_shows_its_text_its_versions_and_how_to_cite_it(edited: int, visitor: Visitor) -> None:
    page = visitor.text(f"/artikel/{edited}")
    assert "het budget 210 miljoen euro is" in page
    assert "204 miljoen" not in page
    assert "vergelijk versie 2 met de vorige" in page
    assert "% van de tekst gewijzigd" in page
    assert (
        "Redactie. “Het budget van de coalitie”, iBestuur, 8 januari 2025. Versie 2, gezien 8 januari 2025, 10.20 uur. "
        f"http://localhost/artikel/{edited}/versie/2" in page
    )


def test_a_row_of_stops_leads_through_the_versions_and_says_how_much_each_changed(
    edited: int, world: World, visitor: Visitor
) -> None:
    world.edit(edited, text("iets heel anders geworden is dan dat wat er ooit eens stond"), title="Een andere kop")
    tree = LexborHTMLParser(visitor.get(f"/artikel/{edited}/versie/2").text)
    stops = tree.css("nav.stops a")
    assert [stop.attributes["href"] for stop in stops] == [f"/artikel/{edited}/versie/{n}" for n in (1, 2, 3)]
    assert [stop.text().strip() for stop in stops if "aria-current" in stop.attributes] == ["2"]
    labels = [stop.attributes["aria-label"] or "" for stop in stops]
    assert labels[0] == "Versie 1"
    few, many = (re.fullmatch(rf"Versie {n}, (\d+)% van de tekst gewijzigd", labels[n - 1]) for n in (2, 3))
    assert few
    assert many
    bars = [[float(bar.attributes["height"] or 0) for bar in stop.css(".fill")] for stop in stops]
    assert bars == [[], [pytest.approx(int(few[1]) * 0.4)], [pytest.approx(int(many[1]) * 0.4)]]
    assert bars[1] < bars[2]
    assert "stops" not in visitor.get(f"/artikel/{world.publish(text('er een is'))}").text


def test_an_earlier_version_says_that_it_is_one(edited: int, visitor: Visitor) -> None:
    page = visitor.text(f"/artikel/{edited}/versie/1")
    assert "Dit is versie 1, een eerdere tekst van dit artikel." in page
    assert "204 miljoen" in page


def test_a_comparison_shows_what_was_and_what_is_in_two_forms(edited: int, visitor: Visitor) -> None:
    for form in ("", "?vorm=naast"):
        page = visitor.get(f"/artikel/{edited}/wijziging/1-2{form}")
        assert "<del>204</del>" in page.text
        assert "<ins>210</ins>" in page.text
    assert "Bedrag gewijzigd" in visitor.text(f"/artikel/{edited}/wijziging/1-2")


def test_a_new_headline_above_the_same_text_is_not_called_zero_per_cent(world: World, visitor: Visitor) -> None:
    article = world.publish(text("iets is"), title="Een kop")
    world.edit(article, text("iets is"), title="Een andere kop")
    for path in (f"/artikel/{article}", f"/artikel/{article}/wijziging/1-2"):
        assert "de tekst zelf is niet gewijzigd" in visitor.text(path)
        assert "%" not in visitor.text(path)


def test_any_two_versions_can_be_compared_in_either_order(edited: int, world: World, visitor: Visitor) -> None:
    world.edit(edited, text("het budget 220 miljoen euro is"))
    answer = visitor.get(f"/artikel/{edited}/vergelijk?van=3&naar=1")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/artikel/{edited}/wijziging/1-3")
    assert "<ins>220</ins>" in visitor.get(answer.headers["location"]).text


def test_the_same_version_twice_is_no_difference(edited: int, visitor: Visitor) -> None:
    assert "geen verschil" in visitor.text(f"/artikel/{edited}/wijziging/2-2")


def test_an_article_that_is_gone_keeps_its_last_text(edited: int, world: World, visitor: Visitor) -> None:
    world.happen(edited, "gone")
    page = visitor.text(f"/artikel/{edited}")
    assert "niet meer bereikbaar op de site" in page
    assert "210 miljoen" in page


@pytest.mark.parametrize(
    "path",
    [
        "/artikel/99", "/artikel/1/versie/9", "/artikel/1/wijziging/1-9", "/artikel/99999999999999999999",
        "/nergens", "/artikel/x", "/static/nergens.css", "/artikel/1/vergelijk/",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_said_to_be_missing(path: str, edited: int, visitor: Visitor) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert "Deze pagina bestaat niet" in shown(answer)


def test_search_says_what_is_no_longer_in_the_article(edited: int, visitor: Visitor) -> None:
    page = visitor.get("/zoeken?q=204")
    assert "1 artikel gevonden" in shown(page)
    assert "Staat niet meer in het artikel. Gevonden in versie 1." in shown(page)
    assert f"/artikel/{edited}/versie/1" in links(page)
    assert "Staat niet meer" not in visitor.text("/zoeken?q=210")


@pytest.mark.parametrize("words", ['"', "*", "AND OR NOT", "( )", "a" * 5000, "NEAR(x y)", "ti\x00tel", "-x^:"])
def test_search_takes_any_words(words: str, edited: int, visitor: Visitor) -> None:
    assert visitor.client.get("/zoeken", params={"q": words}).status_code == 200


def test_search_says_when_it_found_more_than_it_shows(world: World, visitor: Visitor) -> None:
    for number in range(LIMIT):
        world.publish(f"Een bericht over dossier {number}.")
    assert "Er zijn er meer" not in visitor.text("/zoeken?q=dossier")
    world.publish("Nog een bericht over een dossier.")
    assert "Er zijn er meer" in visitor.text("/zoeken?q=dossier")


def test_searching_for_an_address_leads_to_its_article(world: World, visitor: Visitor) -> None:
    article = world.publish(text("dit een adres heeft"))
    with world.database.write() as session:
        session.query(tables.ArticleUrl).one().url_key = f"example.org/artikel-{article}"
    answer = visitor.client.get("/zoeken", params={"q": f"https://example.org/artikel-{article}"})
    assert answer.headers["location"] == f"/artikel/{article}"
    unknown = visitor.client.get("/zoeken", params={"q": "https://elders.example/iets"})
    assert "In geen enkele versie" in shown(unknown)


def test_the_sources_page_says_what_could_not_be_read_and_why(world: World, visitor: Visitor) -> None:
    world.publish(text("er een bron is"))
    world.set_source("attention", "the seed lists no article")
    world.fail("https://example.org/kapot")
    page = visitor.text("/bronnen")
    assert "Niet alles wordt goed gelezen." in page
    assert "geen antwoord binnen de tijd: https://example.org/kapot" in page


def test_a_link_in_a_mail_leads_to_the_whole_comparison(world: World) -> None:
    world.context = type(world.context)(**{**vars(world.context), "base_url": BASE})
    article = world.publish(text("het budget 204 miljoen euro is"))
    world.welcomed()
    world.edit(article, text("het budget 210 miljoen euro is"))
    world.digest()
    (permalink,) = [url for url in mail_links(world.mails()[-1].message or b"") if "/wijziging/" in url]
    visitor = Visitor(site_of(world, base_url=BASE), "wacht.example.org")
    page = visitor.get(permalink.removeprefix(BASE))
    assert "<ins>210</ins>" in page.text
    assert f"/artikel/{article}" in links(page)


@pytest.mark.parametrize(("base", "found"), [(BASE, ["/?watch=coalitie&since=2025-01-08&until=2025-01-15"]), ("", [])])
def test_a_weekly_mail_leads_to_the_page_of_its_days_where_there_are_pages(
    base: str, found: list[str], world: World
) -> None:
    world.context = type(world.context)(**{**vars(world.context), "base_url": base})
    for rhythm in ("daily", "weekly"):
        world.welcomed(f"{rhythm}@example.org", rhythm)
    world.now += timedelta(weeks=1)
    world.publish(text("er iets gebeurt"))
    world.digest(force=True)
    mails = {mail.recipient: mail_links(mail.message or b"") for mail in world.mails()[-2:]}
    assert [link for link in mails["weekly@example.org"] if "until" in link] == [base + path for path in found]
    assert not [link for link in mails["daily@example.org"] if "until" in link]


def test_pages_below_a_path_link_to_themselves(edited: int, world: World) -> None:
    visitor = Visitor(site_of(world, base_url=f"{BASE}/wacht"), "wacht.example.org")
    for page in (visitor.get("/wacht/"), visitor.get("/")):
        own = [link for link in links(page) if not link.startswith("#")]
        assert own
        assert all(link.startswith("/wacht/") for link in own)


def test_english_pages_are_english(edited: int, world: World) -> None:
    visitor = Visitor(site_of(world, language="en"))
    page = visitor.get(f"/artikel/{edited}/wijziging/1-2")
    assert '<html lang="en">' in page.text
    assert "Now: Vandaag meldt" in shown(page)
    assert "Wednesday 8 January 2025" in visitor.text("/")
