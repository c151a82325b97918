"""Pages that answer like an article and are none; and articles that only talk about such pages."""

from __future__ import annotations

import pytest

from crawler.extraction import NotAnArticle
from tests.extraction.reading import ADDRESS, PROSE, article, extraction
from tests.extraction.skins import theme_links

MENU = f"<header><nav><ul>{theme_links()}</ul></nav></header>"


def cause(html: str, url: str = ADDRESS) -> str:
    with pytest.raises(NotAnArticle) as refusal:
        extraction(html, url)
    assert refusal.value.detail
    return refusal.value.cause


@pytest.mark.parametrize(
    "html",
    [
        "<title>Just a moment...</title><h1>nieuws.example</h1><h2>Checking your browser before you go on. This will take "
        "a few seconds.</h2><form id='challenge-form'></form>",
        "<title>Access denied</title><h1>Access denied</h1><p>You do not have permission to see this page on this server. "
        "Reference number 18.1234 at the edge of the network, please keep it for your records.</p>",
        "<title>Uw privacy</title><h1>Voordat u verdergaat</h1><p>Wij en onze partners vragen toestemming voor cookies. Zonder "
        "keuze tonen wij niets. U kunt later van gedachten veranderen, want de keuze is altijd terug te draaien via de "
        "instellingen. Lees meer in ons beleid, dat uitlegt wat er met gegevens gebeurt.</p><button>Akkoord</button>",
        f"{MENU}<main><h1>Inloggen</h1><p>Vul uw gegevens in om verder te gaan.</p><form><input name='u'><input type='password'>"
        "</form></main>",
        f"{MENU}<main><h1>Een gewone kop</h1><p><strong>Het begin van een stuk dat even verderop wordt afgebroken, want het is "
        "alleen voor leden…</strong></p><h3>Verder lezen?</h3><p>Log in of registreer gratis om dit artikel te lezen. Dat is zo "
        "gebeurd en het kost u verder helemaal niets.</p></main>",
        "<h1>Wij zijn zo terug</h1><p>Vanwege gepland onderhoud is de site even niet bereikbaar. Probeer het over een uur nog "
        "eens, dan is alles weer zoals u het gewend bent. Onze excuses voor het ongemak dat dit misschien geeft.</p>",
    ],
    ids=["bot check", "access denied", "consent", "log-in form", "paywall", "maintenance"],
)
def test_a_wall_is_no_article(html: str) -> None:
    assert cause(html) == "wall"


def test_a_page_that_says_it_does_not_exist_is_no_article() -> None:
    text = "<p>De pagina die u zoekt bestaat niet of is verplaatst. Ga terug naar de voorpagina of gebruik de zoekfunctie.</p>"
    assert cause(f"{MENU}<main><h1>Pagina niet gevonden</h1>{text}</main>") == "no_article"


def _listing(card: str, number: int = 30) -> str:
    cards = "".join(card.format(at=at) for at in range(number))
    return f"{MENU}<main><h1>Alle artikelen</h1><div class='l'>{cards}</div></main>"


@pytest.mark.parametrize(
    "card",
    [
        "<div class='t'><h3><a href='/artikel/stuk-{at}/'>Stuk nummer {at}</a></h3><span>8 januari 2025</span><p>Een paar "
        "regels die vertellen waar dit stuk nummer {at} over gaat, en niet meer dan dat…</p></div>",
        "<li><a href='/artikel/stuk-{at}/'><h2>Stuk nummer {at}</h2><p>Een paar regels die vertellen waar dit over gaat.</p></a></li>",
        "<article><a href='/artikel/stuk-{at}/'><img src='x'></a><h2><a href='/artikel/stuk-{at}/'>Stuk nummer {at}</a></h2>"
        "<p>Een paar regels die vertellen waar dit stuk nummer {at} over gaat.</p></article>",
        "<p><a href='/artikel/stuk-{at}/'>Stuk nummer {at}</a></p>",
    ],
)
@pytest.mark.parametrize("path", ["/", "/overzicht/", "/thema/data-en-ai/", "/tags/ai/"])
def test_a_page_of_teasers_is_no_article(card: str, path: str) -> None:
    assert cause(_listing(card), f"https://nieuws.example{path}") == "no_article"


def test_hundreds_of_links_and_hardly_any_text_are_no_article() -> None:
    links = "".join(f"<li><a href='/pagina/{at}'>Een onderwerp met nummer {at}</a></li>" for at in range(300))
    assert (
        cause(f"<h1>Welkom</h1><p>Hier vindt u alles.</p><ul>{links}</ul>", "https://nieuws.example/") == "no_article"
    )


def test_a_headline_without_text_has_no_body() -> None:
    assert cause(f"{MENU}<h1>Alleen een kop</h1><p>Meer volgt.</p>") == "no_body"


def test_text_without_any_title_has_no_title() -> None:
    assert cause(f"<div>{PROSE}</div>") == "no_title"


SHORT = "<article><h1>Kamer stemt in</h1><div class='k'><p>De Kamer stemt in met het voorstel over algoritmes.</p></div></article>"


def test_short_news_is_an_article_when_the_page_says_so() -> None:
    assert article(SHORT, '<meta property="og:type" content="article">').title == "Kamer stemt in"
    assert article(SHORT.replace("</h1>", "</h1><span>8 januari 2025</span>")).title == "Kamer stemt in"
    assert cause(SHORT) == "no_body"


@pytest.mark.parametrize(
    "title",
    [
        "Cookies verdwijnen van overheidssites",
        "Onderhoud aan DigiD duurt langer dan gepland",
        "Inloggen bij de overheid wordt eenvoudiger",
        "Algoritme niet gevonden: register blijkt onvolledig",
        "Uw privacy in het geding, zegt de toezichthouder",
        "Waarom 404 gemeenten hun gegevens delen",
    ],
)
@pytest.mark.parametrize(
    "marker",
    [
        "<span>8 januari 2025</span>",
        "<p><a href='/auteur/wytske-de-boer/'>Wytske de Boer</a></p>",
        "<p><a href='/tags/ai/'>ai</a></p>",
    ],
)
def test_an_article_about_walls_is_an_article(title: str, marker: str) -> None:
    assert article(f"<article><h1>{title}</h1>{marker}<div class='k'>{PROSE}</div></article>").title == title


def test_a_log_in_form_beside_an_article_does_not_matter() -> None:
    form = "<form><input name='u'><input type='password'></form>"
    html = f"<div>{form}</div><article><h1>Kop</h1><span>8 januari 2025</span><div class='k'>{PROSE}</div></article>"
    assert extraction(html).article.title == "Kop"


def test_a_call_to_log_in_under_an_article_is_signalled() -> None:
    html = f"<article><h1>Kop</h1><span>8 januari 2025</span><div class='k'>{PROSE}<p>Log in om verder te lezen</p></div></article>"
    assert extraction(html).signals.login_call
    assert not extraction(html.replace("<p>Log in om verder te lezen</p>", "")).signals.login_call
