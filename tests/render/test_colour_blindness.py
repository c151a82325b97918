"""What was removed and what was added differ to people who see fewer colours, in mails and on pages, day and night.

The colours are seen as by Machado, Oliveira and Fernandes (2009), severity 1.0, which works on linear light.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from alerts.render import render_parts

from .cases import several_changes
from .test_contrast import contrast, linear

VISIONS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
MAIL = render_parts(several_changes()).html
STYLES = (Path(__file__).parents[2] / "web" / "static" / "style.css").read_text("utf-8")
# A just noticeable difference is about 2; this is far beyond it.
PLAINLY_DIFFERENT = 10


def seen(colour: str, vision: str) -> str:
    light = linear(colour)
    mixed = [sum(weight * part for weight, part in zip(row, light, strict=True)) for row in VISIONS[vision]]
    bounded = [min(1.0, max(0.0, part)) for part in mixed]
    coded = [part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in bounded]
    return "#" + "".join(f"{round(part * 255):02x}" for part in coded)


def difference(one: str, other: str) -> float:
    """In CIE L*a*b* (1976)."""
    return sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5


def lab(colour: str) -> tuple[float, float, float]:
    red, green, blue = linear(colour)
    x, y, z = (
        cube_root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505),
        cube_root(0.2126 * red + 0.7152 * green + 0.0722 * blue),
        cube_root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089),
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def cube_root(share: float) -> float:
    return share ** (1 / 3) if share > 0.008856 else 7.787 * share + 16 / 116


def in_mail(mark: str) -> dict[str, tuple[str, str]]:
    """Text and ground of a mark, by day and by night."""
    day = re.search(rf'<{mark} [^>]*><span class="(\w+)" style="([^"]*)"', MAIL)
    assert day
    night = re.search(rf"\.{day[1]} {{ (.*) }}", MAIL)
    assert night
    return {"mail by day": colours(day[2]), "mail by night": colours(night[1])}


def on_page(mark: str) -> dict[str, tuple[str, str]]:
    by_day, by_night = STYLES.split("@media (prefers-color-scheme: dark)", 1)
    found = {}
    for name, part in (("page by day", by_day), ("page by night", by_night)):
        ink, ground = (re.search(rf"--{mark}{kind}: (#\w{{6}})", part) for kind in ("-ink", ""))
        assert ink
        assert ground
        found[name] = (ink[1], ground[1])
    return found


def colours(style: str) -> tuple[str, str]:
    text, ground = (re.search(rf"(?:^|[; ]){name}: ?(#\w{{6}})", style) for name in ("color", "background-color"))
    assert text
    assert ground
    return text[1], ground[1]


REMOVED, ADDED = (in_mail(mark) | on_page(mark) for mark in ("del", "ins"))
EVERYWHERE = pytest.mark.parametrize(("where", "vision"), list(product(REMOVED, VISIONS)))


@EVERYWHERE
def test_marks_can_be_read(where: str, vision: str) -> None:
    for text, ground in (REMOVED[where], ADDED[where]):
        assert contrast(seen(text, vision), seen(ground, vision)) >= 4.5


@EVERYWHERE
def test_removed_and_added_have_plainly_different_grounds_and_letters(where: str, vision: str) -> None:
    for removed, added in zip(REMOVED[where], ADDED[where], strict=True):
        assert difference(seen(removed, vision), seen(added, vision)) >= PLAINLY_DIFFERENT


def test_a_strike_and_a_line_below_tell_them_apart_without_any_colour() -> None:
    for mark, line in (("del", "line-through"), ("ins", "underline")):
        styles = re.findall(rf'<{mark} [^>]*><span [^>]*style="([^"]*)"', MAIL)
        assert styles
        assert all(f"text-decoration:{line}" in style for style in styles)
        (rule,) = re.findall(rf"^{mark} {{ (.*) }}$", STYLES, re.M)
        assert f"text-decoration: {line}" in rule


def test_the_usual_red_and_green_would_not_do() -> None:
    """The simulation takes colours away: what others mark changes with is all but one to many of us."""
    red, green = "#fdd8d8", "#d8ecd0"
    assert difference(red, green) > 2 * PLAINLY_DIFFERENT
    assert difference(seen(red, "deuteranopia"), seen(green, "deuteranopia")) < PLAINLY_DIFFERENT
    for vision in VISIONS:
        assert seen("#ffffff", vision) == "#ffffff"
        assert seen("#000000", vision) == "#000000"
