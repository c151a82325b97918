"""Short cuts for the tests of this folder."""

from __future__ import annotations

from crawler.extraction import Extraction, extract, read_page
from crawler.urls import UrlRules
from storage.article import Article
from tests.extraction.noise import Noise
from tests.extraction.skins import SKINS
from tests.extraction.story import HOST, Story

RULES = UrlRules.compile({})
ADDRESS = f"{HOST}/artikel/proef/"
PROSE = (
    "<p>De eerste alinea vertelt in een paar zinnen wat er is gebeurd en waarom dat telt.</p>"
    "<p>De tweede alinea laat iemand aan het woord die erbij was, en die het anders ziet dan de eerste.</p>"
    "<p>De derde alinea noemt de bedragen en de namen, en zegt wanneer er een besluit wordt verwacht.</p>"
)


def shown(story: Story, skin: str, noise: int = 0) -> Article:
    html = SKINS[skin](story, Noise(noise))
    return extract(read_page(html.encode(), "text/html; charset=utf-8", story.url), RULES).article


def extraction(html: str, url: str = ADDRESS) -> Extraction:
    return extract(read_page(html.encode(), "text/html; charset=utf-8", url), RULES)


def article(body: str, head: str = "", url: str = ADDRESS) -> Article:
    """The article in a small page of which the test writes the interesting part."""
    return extraction(f'<html lang="nl"><head>{head}</head><body>{body}</body></html>', url).article


def texts(found: Article) -> list[str]:
    return [block.text for block in found.blocks]
