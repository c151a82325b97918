"""The pages in a real Chromium: accessible, narrow, by keyboard, without scripts, and deaf to what articles say."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from alerts.permalinks import preferences_url, unsubscribe_url
from alerts.tokens import make_token
from storage import tables
from storage.database import open_database
from tests.databases import copied_url
from tests.delivery.builders import World, text
from tests.web.browser import launch, look_at_all, tab_through
from tests.web.visiting import site_of
from web.app import make_app

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def world(empty_archive: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Some of everything that a page can show."""
    world = World(open_database(copied_url(empty_archive, tmp_path_factory.mktemp("browser"))))
    article = world.publish(text("het budget 204 miljoen euro is"), title="Het budget van de coalitie")
    world.publish(text(f"dit {NASTY} is"), title=f"Een kop met {NASTY}")
    long = world.publish(text("een-heel-lang-woord-" * 12), title="Donaudampfschifffahrtselektrizitäten" * 3)
    world.edit(long, text("een-ander-lang-woord-" * 12))
    world.edit(article, text("het budget 210 miljoen euro is"))
    world.happen(long, "gone")
    world.subscribe("al@example.org")
    world.judge()
    world.set_source("attention", "the seed lists no article")
    world.fail("https://example.org/een-heel-lang-adres-" + "x" * 200)
    with world.database.write() as session:
        held = session.query(tables.Version).filter_by(article_id=article, number=1).one()
        copy = {
            column.key: getattr(held, column.key) for column in tables.Version.__table__.columns if column.key != "id"
        }
        session.add(tables.Version(**{**copy, "number": None, "status": "quarantined", "reason": "a wall"}))
    yield world
    world.database.close()


@pytest.fixture(scope="module")
def base(world: World) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(site_of(world)), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = launch(playwright, CHROMIUM)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def links(world: World) -> dict[str, str]:
    """Addresses that only a mail or the operator knows, and of a suspect version."""
    with world.database.write() as session:
        reader = session.query(tables.Subscription).one()
        confirm = make_token(session, "confirm", ["lezer@example.org", "coalitie", "daily"], world.now)
        operator = make_token(session, "operator", "operator", world.now)
        suspect = session.query(tables.Version).filter_by(status="quarantined").one().id
        return {
            "leave": unsubscribe_url("", reader),
            "prefer": preferences_url("", reader),
            "confirm": f"/aanmelden/{confirm}",
            "operator": f"/beheer/{operator}",
            "suspect": f"/bronnen/quarantaine/{suspect}",
        }


@pytest.fixture(scope="module")
def looks(browser: Browser, base: str, links: dict[str, str]) -> list[dict[str, Any]]:
    paths = [
        "/", "/?kind=edited&since=x&until=y", "/?since=2025-01-01&until=2025-01-12", "/?q=niets-daarvan",
        "/artikelen", "/artikel/1", "/artikel/2", "/artikel/3",
        "/artikel/1/versie/1", "/artikel/1/wijziging/1-2", "/artikel/3/wijziging/1-2?vorm=naast",
        "/zoeken?q=204", "/bronnen", "/aanmelden", "/nergens",
        links["leave"], links["prefer"], links["confirm"], links["operator"],
    ]  # fmt: skip
    return look_at_all(browser, base, paths, links["operator"], ["/bronnen", links["suspect"]])


def test_axe_finds_nothing_in_light_and_in_dark(looks: list[dict[str, Any]]) -> None:
    assert {(look["url"], look["scheme"]): look["violations"] for look in looks if look["violations"]} == {}
    assert all(look["checked"] > 10 for look in looks)


def test_both_colour_schemes_were_looked_at(looks: list[dict[str, Any]]) -> None:
    assert len({look["background"] for look in looks}) == 2


def test_nothing_runs_off_a_narrow_screen(looks: list[dict[str, Any]]) -> None:
    narrow = [look for look in looks if look["width"] == 320]
    assert len(narrow) > 10
    assert [look["url"] for look in narrow if look["overflow"] > 0] == []


def test_no_page_breaks_its_own_policy_and_no_article_runs(looks: list[dict[str, Any]]) -> None:
    assert {look["url"]: look["said"] for look in looks if look["said"]} == {}


@pytest.mark.parametrize("width", [320, 800, 1280])
def test_a_date_that_is_none_is_named_right_below_its_field(width: int, browser: Browser, base: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{base}/?since=gisteren&until=morgen")
    for name in ("since", "until"):
        field, error = (page.locator(one).bounding_box() for one in (f"#{name}", f"#bad-{name}"))
        assert field
        assert error
        assert error["x"] == pytest.approx(field["x"], abs=1)
        assert 0 <= error["y"] - (field["y"] + field["height"]) < 10
    page.close()


@pytest.mark.parametrize("path", ["/", "/artikel/1", "/artikel/1/wijziging/1-2", "/aanmelden"])
def test_everything_can_be_reached_by_keyboard_and_seen_to_be(path: str, browser: Browser, base: str) -> None:
    found = tab_through(browser, base + path)
    assert len(found["stops"]) >= found["reachable"]
    assert [stop["what"] for stop in found["stops"] if not (stop["outlined"] and stop["inView"])] == []
    assert found["stops"][0]["what"] == "a Naar de inhoud"
    assert found["skipped_to"] == "inhoud"


def test_a_reader_without_a_mouse_comes_from_a_mail_to_the_whole_history_and_subscribes(
    browser: Browser, base: str
) -> None:
    page = browser.new_page()
    page.goto(f"{base}/artikel/1/wijziging/1-2")
    assert page.locator("ins").count() >= 1
    press(page, "De hele geschiedenis van dit artikel")
    assert page.locator("ol[reversed] li").count() == 2
    press(page, "Aanmelden")
    tab_to(page, lambda: page.evaluate("document.activeElement.id") == "address")
    page.keyboard.type("toetsen@example.org")
    tab_to(page, lambda: page.evaluate("document.activeElement.name") == "rhythm")
    page.keyboard.press("ArrowDown")
    press(page, "Meld mij aan", tag="BUTTON")
    assert page.locator("h1").text_content() == "Kijk in uw mail"
    page.close()


def test_everything_works_without_scripts(browser: Browser, base: str, links: dict[str, str]) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(base)
    page.locator("summary").first.click()
    page.select_option("#kind", "edited")
    page.locator("form.filters button").click()
    assert "kind=edited" in page.url
    page.locator(".more a").first.click()
    assert page.locator("ins").count() >= 1
    page.locator(".tabs a").nth(1).click()
    assert page.locator("table.beside tr").count() >= 3
    page.locator(".pager a").last.click()
    assert page.locator("ol[reversed] li").count() == 2
    page.locator(".masthead nav a").last.click()
    page.fill("#address", "lezer@example.org")
    page.locator("main button").click()
    assert page.locator("h1").text_content() == "Kijk in uw mail"
    page.goto(base + links["leave"])
    page.locator("main button").click()
    assert page.locator("h1").text_content() == "U krijgt deze mails niet meer"
    page.context.close()


def press(page: Page, words: str, tag: str = "A") -> None:
    """Tab to the link or button with these words, and press Enter."""
    wanted = {"words": words.lower(), "tag": tag}
    tab_to(
        page,
        lambda: page.evaluate(
            "(w) => document.activeElement.tagName === w.tag && document.activeElement.textContent.toLowerCase().includes(w.words)",
            wanted,
        ),
    )
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page: Page, there: Callable[[], bool]) -> None:
    for _ in range(200):
        page.keyboard.press("Tab")
        if there():
            return
    raise AssertionError("no Tab comes there")
