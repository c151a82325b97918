"""Every pair of text and background can be read by people with poor sight (WCAG 2.2 AA), in light and in dark."""

from __future__ import annotations

import re

import pytest

from alerts.render import render_parts

from .cases import mixed_day

HTML = render_parts(mixed_day()).html
DARK = dict(re.findall(r"^\.(?:\w+, \.)?(\w+) { (.*) }$", HTML, re.M))
PAGES = {"light": "#ffffff", "dark": "#14191f"}


def linear(colour: str) -> list[float]:
    """Red, green and blue as light, of #rrggbb."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs(styles: list[str], page: str) -> set[tuple[str, str]]:
    found = set()
    for style in styles:
        colour = re.search(r"(?:^|[; ])color: ?(#\w{6})", style)
        ground = re.search(r"background-color: ?(#\w{6})", style)
        if colour:
            found.add((colour[1], ground[1] if ground else page))
    return found


@pytest.mark.parametrize(
    ("mode", "styles"), [("light", re.findall(r'style="([^"]*)"', HTML)), ("dark", list(DARK.values()))], ids=PAGES
)
def test_text_stands_out_from_its_background(mode: str, styles: list[str]) -> None:
    found = pairs(styles, PAGES[mode])
    assert len(found) >= 5
    assert {pair: contrast(*pair) for pair in found if contrast(*pair) < 4.5} == {}


def test_the_page_behind_the_text_is_the_one_that_was_measured() -> None:
    assert f"background-color:{PAGES['light']}" in HTML
    assert f".page, .sheet {{ background-color: {PAGES['dark']} !important; }}" in HTML
