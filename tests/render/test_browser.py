"""The mails in a real Chromium, at the width of a telephone and of a window, by day and by night."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.browser import launch, look_at_content

from .cases import CASES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
GOLDEN = Path(__file__).parent / "golden"
# By night the same few boxes have other colours, and these hold each of them.
LOOKS = ((360, "light", list(CASES)), (800, "dark", ["mixed-day", "several-changes", "partly-failed-crawl", "welcome"]))


@pytest.fixture(scope="module")
def looks() -> Iterator[list[dict[str, Any]]]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = launch(playwright, CHROMIUM)
        yield [look for one in LOOKS for look in _looks(browser, *one)]
        browser.close()


def _looks(browser: Browser, width: int, scheme: Any, cases: list[str]) -> Iterator[dict[str, Any]]:
    with browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        for case in cases:
            html = (GOLDEN / f"{case}.html").read_text("utf-8")
            yield {"case": case, "width": width, "scheme": scheme} | look_at_content(page, html)


def test_axe_finds_nothing_in_any_mail(looks: list[dict[str, Any]]) -> None:
    assert {(look["case"], look["scheme"]): look["violations"] for look in looks if look["violations"]} == {}
    assert all(look["checked"] > 5 for look in looks)


def test_no_mail_is_wider_than_a_telephone(looks: list[dict[str, Any]]) -> None:
    assert [look["case"] for look in looks if look["overflow"] > 0] == []


def test_a_mail_is_dark_where_the_reader_asks_for_it(looks: list[dict[str, Any]]) -> None:
    light, dark = ({look["background"] for look in looks if look["scheme"] == scheme} for scheme in ("light", "dark"))
    assert light.isdisjoint(dark)
    assert len(light) == len(dark) == 1


def test_no_mail_asks_the_network_for_anything(looks: list[dict[str, Any]]) -> None:
    assert [look["asked"] for look in looks if look["asked"]] == []
