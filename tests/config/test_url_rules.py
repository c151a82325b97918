import pytest

from crawler.seeds import load_sources
from crawler.urls import DEFAULT_RULES, UrlRules

IBESTUUR = load_sources()[0].rules
BOTH = pytest.mark.parametrize("rules", [DEFAULT_RULES, IBESTUUR], ids=["defaults", "ibestuur"])
HOSTS = ("https://ibestuur.nl", "http://127.0.0.1:8000")

ARTICLES = [
    ("/artikel/nieuwe-coalitie-van-start/", {"slug": "nieuwe-coalitie-van-start"}),
    ("/artikel/nieuwe-coalitie-van-start", {"slug": "nieuwe-coalitie-van-start"}),
    ("/nieuws/kort-bericht", {"slug": "kort-bericht"}),
    ("/weblog/kort-bericht?utm_source=x", {"slug": "kort-bericht"}),
    ("/data-en-ai/ai/een-fabriek-voor-ai",
     {"theme": "data-en-ai", "subtheme": "ai", "slug": "een-fabriek-voor-ai"}),
    ("/data-en-ai/ai/een-fabriek-voor-ai#reacties",
     {"theme": "data-en-ai", "subtheme": "ai", "slug": "een-fabriek-voor-ai"}),
    ("/data-en-ai/ai/versie-2.0-van-de-wet",
     {"theme": "data-en-ai", "subtheme": "ai", "slug": "versie-2.0-van-de-wet"}),
]  # fmt: skip
NO_ARTICLES = [
    "/", "/data-en-ai", "/data-en-ai/ai", "/contact/", "/over/ons/team",
    "/thema/data-en-ai/", "/thema/data-en-ai/page/2/", "/type/nieuws/", "/tags/ai/", "/auteur/jan-jansen/",
    "/auteur/jan-jansen/meer-van-jan", "/tags/ai/ai-nieuws", "/page/2/", "/data-en-ai/page/2",
    "/artikel/een-bericht/feed/", "/artikel/een-bericht/feed/atom", "/artikel/een-bericht/page/2",
    "/artikel/een-bericht/comment-page-2", "/artikel/een-bericht/amp", "/artikel/een-bericht/attachment/foto-van-jan",
    "/feeds/articles.rss", "/sitemap.xml", "/a/b/foto-van-jan.jpg", "/a/b/jaar-verslag.pdf", "/a/b/stijl-blad.css",
    "/app/uploads/2025/foto-van-jan.webp", "/app/themes/stijl-blad", "/2025/01/08", "/2025/01/08-09",
    "/openid/login/naar-binnen", "/wp-json/wp/v2-posts", "/artikel/een-bericht/?replytocom=3", "/artikel/x?s=zoek",
]  # fmt: skip


@BOTH
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(("path", "values"), ARTICLES)
def test_an_article_of_every_era_is_known_on_any_host(
    rules: UrlRules, host: str, path: str, values: dict[str, str]
) -> None:
    assert rules.match("article", host + path) == values


@pytest.mark.parametrize("path", NO_ARTICLES)
def test_what_is_no_article_is_never_read_as_one(path: str) -> None:
    assert DEFAULT_RULES.match("article", HOSTS[0] + path) is None


@pytest.mark.parametrize("path", [path for path in NO_ARTICLES if path != "/over/ons/team"])
def test_a_source_that_knows_its_site_only_loosens_the_slug(path: str) -> None:
    assert IBESTUUR.match("article", HOSTS[0] + path) is None
    assert IBESTUUR.match("article", HOSTS[0] + "/data-en-ai/ai/aic4nl") is not None


@BOTH
def test_listings_and_their_pages_carry_their_slug(rules: UrlRules) -> None:
    assert rules.slug("theme", "http://h/thema/Data-en-AI/") == "data-en-ai"
    assert rules.slug("theme", "http://h/thema/data-en-ai/page/12/") == "data-en-ai"
    assert rules.slug("type", "http://h/type/nieuws") == "nieuws"
    assert rules.slug("tag", "http://h/tags/ai/") == "ai"
    assert rules.slug("author", "http://h/auteur/jan-jansen/") == "jan-jansen"
    assert rules.slug("author", "http://h/thema/data-en-ai/") == ""


def test_a_theme_of_the_present_site_is_known_by_name_only() -> None:
    assert IBESTUUR.slug("theme", "http://h/data-en-ai") == "data-en-ai"
    assert IBESTUUR.match("theme", "http://h/over-ons") is None


def test_a_source_adds_to_what_is_ignored_and_replaces_the_rest() -> None:
    rules = UrlRules.compile({"ignore": ["/shop/*"], "article": ["/lees/{slug}"]})
    assert rules.ignored("http://h/shop/boek")
    assert rules.ignored("http://h/openid/login/x")
    assert rules.match("article", "http://h/lees/dit") == {"slug": "dit"}
    assert rules.match("article", "http://h/artikel/dit") is None


def test_a_url_that_several_kinds_fit_is_an_article_last() -> None:
    rules = UrlRules.compile({"article": ["/{slug}"], "listing": ["/alle-berichten"], "ignore": ["/over-*"]})
    assert rules.match("article", "http://h/alle-berichten") is None
    assert rules.match("article", "http://h/over-ons") is None
    assert rules.match("article", "http://h/een-bericht") == {"slug": "een-bericht"}


def test_a_placeholder_can_be_limited_to_words() -> None:
    rules = UrlRules.compile({"theme": ["/{slug:water|data-en-ai}"], "tag": ["/t/{slug:x*}/"]})
    assert rules.match("theme", "http://h/Water/") == {"slug": "Water"}
    assert rules.match("theme", "http://h/waterig") is None
    assert (rules.slug("tag", "http://h/t/xyz"), rules.slug("tag", "http://h/t/x/y")) == ("xyz", "")


def test_a_url_that_is_none_fits_nothing() -> None:
    assert DEFAULT_RULES.match("article", "http://[half/artikel/x") is None
    assert not DEFAULT_RULES.ignored("http://[half/artikel/x")
