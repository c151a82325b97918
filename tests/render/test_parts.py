"""The two parts: what they hold, in which order, and how much of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from alerts.render import render_parts
from storage.article import Block

from .articles import AGENDA, FACTORY, LABS, SITE, edited, edition, told, with_block
from .cases import CASES, long_article, mixed_day, several_changes, without_web_pages
from .reading import html_of, links, squeezed, visible


def quotes(html: str) -> list[str]:
    """Each Was: and Nu: of an HTML part, with its words."""
    texts = [squeezed(node.text()) for node in html_of(html).css("p.quote")]
    return texts or [squeezed(text) for text in re.findall(r"(?:Was|Nu|Now): [^<]+", html)]


@pytest.mark.parametrize("case", CASES)
def test_the_text_holds_every_address_and_every_quote_of_the_html(case: str) -> None:
    parts = render_parts(CASES[case]())
    lines = [line.strip() for line in parts.text.splitlines()]
    text = squeezed(parts.text)
    assert all(link in lines for link in links(parts.html))
    assert all(quote in text for quote in quotes(parts.html))


@pytest.mark.parametrize("case", CASES)
def test_the_text_is_at_most_76_columns_wide(case: str) -> None:
    for line in render_parts(CASES[case]()).text.splitlines():
        assert len(line) <= 76 or re.fullmatch(r"\s*(https?|mailto):\S+", line), line


@pytest.mark.parametrize("case", CASES)
def test_the_html_stays_under_90_kilobytes(case: str) -> None:
    assert len(render_parts(CASES[case]()).html.encode()) <= 90_000


@pytest.mark.parametrize("case", CASES)
def test_headings_are_in_order_and_nothing_is_fetched(case: str) -> None:
    html = render_parts(CASES[case]()).html
    tree = html_of(html)
    levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3")]  # type: ignore[index]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert not tree.css("img, link, script, iframe, video, audio")
    assert "url(" not in html
    assert [node.attributes.get("role") for node in tree.css("table")] == ["presentation"]
    assert all(int(size) >= 16 for size in re.findall(r"font-size:(\d+)px", html))


def test_without_styles_the_words_still_say_which_is_old_and_which_is_new() -> None:
    read = visible(render_parts(several_changes()).html)
    assert "Was: Voor het gezamenlijke programma is een budget van 204,5 miljoen euro beschikbaar." in read
    assert "Nu: Voor het gezamenlijke programma is een budget van 210 miljoen euro beschikbaar." in read


def test_old_and_new_are_never_glued_together() -> None:
    before, after = (with_block(AGENDA, 0, f"De minister sprak met {n} gemeenten.") for n in (22, 26))
    parts = render_parts(edition(edited(before, after)))
    for text in (parts.text, visible(parts.html)):
        assert "2226" not in text
        assert "met 22 gemeenten" in text
        assert "met 26 gemeenten" in text


def test_a_mark_is_a_word_a_line_and_a_colour() -> None:
    tree = html_of(render_parts(several_changes()).html)
    assert "204,5" in [node.text() for node in tree.css("del > span[style*='line-through'][style*='#7a2e00']")]
    assert "210" in [node.text() for node in tree.css("ins > span[style*='underline'][style*='#0b3a66']")]


def test_changes_come_first_then_new_then_minor_then_whereabouts() -> None:
    parts = render_parts(mixed_day())
    titles = [node.text() for node in html_of(parts.html).css("h2")]
    assert titles == ["Gewijzigd", "Nieuw", "Kleine wijzigingen", "Verplaatst, verdwenen of teruggekeerd"]
    assert [parts.text.index(title.upper()) for title in titles] == sorted(parts.text.index(t.upper()) for t in titles)


def test_at_most_three_changes_of_an_article_are_shown_and_the_others_counted() -> None:
    parts = render_parts(several_changes())
    labels = [line for line in parts.text.splitlines() if re.fullmatch(r"  \S.* gewijzigd( \(.*\))?", line)]
    assert len(labels) == 3
    assert "Nog 3 wijzigingen: bekijk alle wijzigingen" in squeezed(parts.text)


def test_an_article_that_was_rewritten_shows_its_new_text_without_marks() -> None:
    parts = render_parts(CASES["rewritten"]())
    assert "Meer dan de helft van de tekst is gewijzigd; dit is de nieuwe tekst Nu: Het kabinet trekt" in squeezed(
        parts.text
    )
    assert "Was:" not in parts.text
    assert not html_of(parts.html).css("ins, del")


def test_a_small_edit_that_was_reverted_is_told_as_reverted() -> None:
    slip = with_block(LABS, 0, LABS.blocks[0].text.replace("departement", "departament"))
    assert "Teruggedraaid naar een eerdere tekst" in render_parts(edition(edited(slip, LABS, 3, "reverted"))).text


def test_41_articles_make_40_and_a_title() -> None:
    parts = render_parts(CASES["forty-one-items"]())
    assert len(html_of(parts.html).css("h3")) == 40
    assert "- Tekst gewijzigd: Proef 40 met algoritmes krijgt vervolg" in parts.text
    assert f"{SITE}proef-40/" in links(parts.html)


def test_a_mail_that_would_be_clipped_tells_fewer_articles_in_full_and_names_them_all() -> None:
    sentence = "Het woord {n} staat in een heel lange zin over algoritmes die maar door en door gaat zonder een punt, "
    old = [Block("paragraph", "".join(sentence.format(n=i * 10 + j) for j in range(3)) + f"tot {i}.") for i in range(3)]
    new = [replace(block, text=block.text.replace("lange", "korte")) for block in old]
    entries = []
    for n in range(40):
        before = replace(AGENDA, url=f"{SITE}{n}/", blocks=tuple(old), title=f"Kop nummer {n}")
        entries.append(edited(before, replace(before, blocks=tuple(new))))
    parts = render_parts(edition(*entries))
    assert 60_000 < len(parts.html.encode()) <= 90_000
    assert 10 < len(html_of(parts.html).css("h3")) < 40
    assert all(f"Kop nummer {n}\n" in parts.text and f"{SITE}{n}/" in links(parts.html) for n in range(40))


def test_even_a_thousand_articles_make_a_mail_that_is_not_clipped() -> None:
    entries = [told("new", replace(LABS, url=f"{SITE}{n}/" + "x" * 300, title=f"Kop nummer {n}")) for n in range(1000)]
    parts = render_parts(edition(*entries))
    assert len(parts.html.encode()) <= 90_000
    assert "in de tekstversie van deze mail" in visible(parts.html)
    assert all(f"Kop nummer {n}\n" in parts.text for n in range(1000))


def test_r58_a_very_long_article_makes_a_short_mail() -> None:
    edition = long_article()
    assert edition.entries[1].article.text.count(" ") > 19_000
    assert len(render_parts(edition).html) < 10_000


def test_an_article_that_became_relevant_is_told_as_new() -> None:
    parts = render_parts(CASES["became-relevant"]())
    assert parts.subject.startswith("Nieuw: ")
    assert "1 nieuw artikel." in parts.text
    assert "Dit artikel bestond al" in parts.text


def test_trouble_is_told_in_words_with_its_beginning_and_its_pages() -> None:
    text = squeezed(render_parts(CASES["partly-failed-crawl"]()).text)
    assert "5 pagina's konden niet worden gelezen sinds 23 november 21.05 uur." in text
    assert "geen antwoord binnen de tijd: https://ibestuur.nl/artikel/pagina-0/" in text
    assert "en nog 2 andere pagina's" in text
    assert "alle leesbaar" not in text


def test_a_late_digest_says_how_many_days_it_covers() -> None:
    assert "Dit overzicht beslaat 3 dagen." in squeezed(render_parts(CASES["late-digest"]()).text)
    assert "beslaat" not in render_parts(CASES["one-new"]()).text


def test_one_page_is_told_in_the_singular() -> None:
    made = edition(told("new", FACTORY), unreadable=((f"{SITE}x/", "timeout"),), quarantined=1)
    text = squeezed(render_parts(made).text)
    assert "1 pagina kon niet worden gelezen." in text
    assert "1 artikel wordt nog nagekeken" in text


def test_without_web_pages_the_mail_says_how_else_to_stop_it() -> None:
    parts = render_parts(without_web_pages())
    assert links(parts.html)[-1].startswith("mailto:afmelden@")
    assert "Antwoord dan op deze mail" in squeezed(parts.text)


def test_no_reader_is_left_without_a_way_to_stop_the_mails() -> None:
    made = edition(told("new", FACTORY), unsubscribe_url="", preferences_url="", unsubscribe_mailto="")
    text = squeezed(render_parts(made).text)
    assert "Beantwoord dan deze mail met: afmelden." in text
    assert "Beantwoord dan deze mail en noem: direct, per dag of per week." in text
    assert "Beantwoord" not in render_parts(CASES["one-new"]()).text


def test_a_small_edit_of_an_article_that_moved_tells_the_former_address() -> None:
    slip = with_block(LABS, 0, LABS.blocks[0].text.replace("departement", "departament"))
    parts = render_parts(edition(edited(slip, LABS, former_url=f"{SITE}eerder/")))
    assert f"{SITE}eerder/" in links(parts.html)


def test_a_version_in_which_only_signs_differ_is_still_told() -> None:
    entry = replace(edited(AGENDA, AGENDA), significance="minor")
    assert "Typografie gewijzigd" in render_parts(edition(entry)).text


def test_an_article_is_marked_with_its_own_language_in_an_english_mail() -> None:
    tree = html_of(render_parts(CASES["english"]()).html)
    assert {node.attributes.get("lang") for node in tree.css("h3")} == {"nl"}
    assert tree.css_first("html").attributes["lang"] == "en"


def test_a_weekly_mail_leads_to_the_page_of_its_week_where_there_are_pages() -> None:
    page = "https://wacht.example.org/?watch=ai-coalitie&since=2026-11-17&until=2026-11-24"
    with_pages = render_parts(edition(kind="quiet", rhythm="weekly", overview_url=page))
    assert f"Bekijk deze dagen met een grafiek van de wijzigingen per week\n{page}\n" in with_pages.text
    assert page in links(with_pages.html)
    assert "grafiek" not in render_parts(edition(kind="quiet", rhythm="weekly")).text


def test_a_period_that_begins_and_ends_in_one_minute_is_left_out() -> None:
    once = edition(told("new", AGENDA))
    within = replace(once, since=once.until + timedelta(seconds=10), until=once.until + timedelta(seconds=40))
    assert "Over de periode van" in render_parts(once).text
    assert "periode" not in render_parts(within).text
