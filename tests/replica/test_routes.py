from __future__ import annotations

import re

import pytest

from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.taxonomy import THEMES, TYPES

from .fixtures import LABS, MERGER, get, links, page, replica

__all__ = ["replica"]


def articles_on(replica: Replica, path: str) -> set[str]:
    """The articles a listing shows, without its cards."""
    html = get(replica, path).body.decode().partition("<h4>Lees ook</h4>")[0]
    return {address for address in links(html) if "/artikel/" in address}


def test_a_theme_is_listed_page_by_page_until_every_article_was_shown() -> None:
    replica = Replica(articles(60))
    of_theme = {replica.url(each.slug) for each in replica.articles() if each.theme == "data-en-ai"}
    seen: set[str] = set()
    for number in range(1, 9):
        path = "/thema/data-en-ai/" if number == 1 else f"/thema/data-en-ai/page/{number}/"
        if get(replica, path).status == 404:
            break
        seen |= articles_on(replica, path)
    assert number > 3
    assert seen == of_theme


@pytest.mark.parametrize(
    "path", ["/", "/type/nieuws/", "/tags/ai/", "/auteur/marijke-terpstra/", "/thema/digitale-weerbaarheid/"]
)
def test_listings_of_every_kind_are_there(replica: Replica, path: str) -> None:
    assert get(replica, path).status == 200


def test_listings_show_only_what_belongs_to_them(replica: Replica) -> None:
    blogs = {replica.url(each.slug) for each in replica.articles() if each.type == "weblog"}
    assert articles_on(replica, "/type/weblog/") == blogs


@pytest.mark.parametrize("path", ["/thema/bestaat-niet/", "/artikel/bestaat-niet/", "/iets/anders/", "/tags/geen/"])
def test_what_is_not_there_is_answered_with_404(replica: Replica, path: str) -> None:
    assert get(replica, path).status == 404


def test_header_and_footer_name_every_theme_and_type_on_every_page(replica: Replica) -> None:
    shown = " ".join(links(page(replica, LABS)))
    for theme in THEMES:
        assert f"/thema/{theme}/" in shown
    for kind in TYPES:
        assert f"/type/{kind}/" in shown


def test_pages_hold_the_traps_of_the_real_site(replica: Replica) -> None:
    replica.configure(noise=1)
    shown = " ".join(links(page(replica, LABS)))
    for trap in ("/openid/login/", "/wp-admin/", "/?s=", "replytocom=", "utm_source=", "/besloten/", "https://twitter"):
        assert trap in shown, trap


def test_an_address_without_its_slash_redirects_to_the_one_with(replica: Replica) -> None:
    answer = get(replica, f"/artikel/{LABS}")
    assert (answer.status, answer.headers["Location"]) == (301, replica.url(LABS))


def test_tracking_parameters_show_the_same_page(replica: Replica) -> None:
    path = f"/artikel/{LABS}/"
    assert get(replica, path + "?utm_source=x&replytocom=4").body == get(replica, path).body


def test_a_short_link_redirects_to_its_article(replica: Replica) -> None:
    post_id = replica.article(LABS).post_id
    assert get(replica, f"/?p={post_id}").headers["Location"] == replica.url(LABS)


def test_after_the_redesign_every_old_address_redirects_to_the_new_one(replica: Replica) -> None:
    replica.set_era("2026")
    for article in replica.articles():
        answer = get(replica, f"/artikel/{article.slug}/")
        assert (answer.status, answer.headers["Location"]) == (301, replica.url(article.slug))
        assert get(replica, article.path("2026")).status == 200
    for old, new in {
        "/thema/data-en-ai/": "/data-en-ai",
        "/thema/data-en-ai/feed/": "/feeds/articles.rss",
        "/feed/": "/feeds/articles.rss",
        "/auteur/redactie/": "/auteurs/redactie",
        "/type/nieuws/": "/type/nieuws",
    }.items():
        answer = get(replica, old)
        assert (answer.status, answer.headers["Location"]) == (301, replica.base_url + new), old
        assert get(replica, new).status == 200, new


def test_modern_addresses_have_no_slash_and_name_theme_and_subtheme(replica: Replica) -> None:
    replica.set_era("2026")
    assert replica.url(LABS) == f"{replica.base_url}/data-en-ai/kunstmatige-intelligentie/{LABS}"
    answer = get(replica, f"/data-en-ai/kunstmatige-intelligentie/{LABS}/")
    assert (answer.status, answer.headers["Location"]) == (301, replica.url(LABS))
    wrong = get(replica, f"/data-en-ai/algoritmes/{LABS}")
    assert (wrong.status, wrong.headers["Location"]) == (301, replica.url(LABS))


def test_the_modern_theme_page_leads_on_to_all_its_articles() -> None:
    replica = Replica(articles(60))
    replica.set_era("2026")
    wanted = {each.path("2026") for each in replica.articles() if each.theme == "data-en-ai"}
    path, seen = "/data-en-ai", set()
    while path:
        shown = links(get(replica, path).body.decode())
        seen |= {address for address in shown if address.startswith("/data-en-ai/")}
        onward = [address for address in shown if "?page=" in address]
        path = onward[0].removeprefix(replica.base_url) if onward else ""
    assert seen == wanted


def test_feeds_give_title_and_teaser_but_not_the_text(replica: Replica) -> None:
    for path in ("/feed/", "/thema/data-en-ai/feed/"):
        text = get(replica, path).body.decode()
        assert "AIC4NL opent vier InnovatieLabs" in text
        assert replica.url(LABS) in text
        assert "De labs staan in Groningen" not in text
    assert text.count("<item>") == sum(each.theme == "data-en-ai" for each in replica.articles())
    replica.configure(feed_items=3)
    assert get(replica, "/feed/").body.decode().count("<item>") == 3


def test_the_modern_feed_exists_only_after_the_redesign(replica: Replica) -> None:
    assert get(replica, "/feeds/articles.rss").status == 404
    replica.set_era("2026")
    answer = get(replica, "/feeds/articles.rss")
    assert answer.body.decode().count("<item>") == len(replica.articles())


def test_the_sitemap_names_every_article_once() -> None:
    replica = Replica(articles(600))
    index = get(replica, "/sitemap.xml").body.decode()
    found: list[str] = []
    for address in re.findall(r"<loc>([^<]+)</loc>", index):
        found += re.findall(r"<loc>([^<]+)</loc>", get(replica, address.removeprefix(replica.base_url)).body.decode())
    assert len(found) == len(set(found))
    assert {replica.url(each.slug) for each in replica.articles()} <= set(found)
    assert get(replica, "/sitemap_index.xml").status == 301


def test_robots_txt_forbids_what_the_switch_says(replica: Replica) -> None:
    assert "Disallow: /openid/" in get(replica, "/robots.txt").body.decode()
    replica.configure(robots_disallow=("/",))
    text = get(replica, "/robots.txt").body.decode()
    assert "Disallow: /\n" in text
    assert "/openid/" not in text


def test_an_edit_shows_in_page_feed_and_sitemap(replica: Replica) -> None:
    get(replica, "/feed/"), page(replica, MERGER)
    before = get(replica, "/sitemap-artikelen-1.xml").body
    replica.edit(MERGER, title="Een nieuwe kop boven het oude bericht")
    assert "Een nieuwe kop" in page(replica, MERGER)
    assert "Een nieuwe kop" in get(replica, "/feed/").body.decode()
    assert get(replica, "/sitemap-artikelen-1.xml").body != before
