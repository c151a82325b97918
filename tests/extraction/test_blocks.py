"""Which text is an article's, and as which kind of block."""

from __future__ import annotations

import pytest

from storage.article import Block, Link
from tests.extraction.reading import ADDRESS, PROSE, article, texts

TOP = '<article><h1>Proef</h1><div class="k">'
END = "</div></article>"


def body(markup: str, more: str = PROSE) -> list[tuple[str, str]]:
    """Kinds and texts of what stands before three ordinary paragraphs."""
    found = article(f"{TOP}{markup}{more}{END}").blocks
    return [(block.kind, block.text) for block in found[: len(found) - 3 * bool(more)]]


INTRO = "<p>Dit gaat eraan vooraf en is gewoon een alinea zoals alle andere.</p>"
FIRST = ("paragraph", "Dit gaat eraan vooraf en is gewoon een alinea zoals alle andere.")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<h2>Kop</h2>", [("heading", "Kop")]),
        ("<h6><b>Kleine kop</b></h6>", [("heading", "Kleine kop")]),
        ("<ol><li>een</li><li>twee</li></ol>", [("list_item", "een"), ("list_item", "twee")]),
        (
            "<ul><li>boven<ul><li>onder</li></ul></li></ul>",
            [("list_item", "boven"), ("list_item", "onder")],
        ),
        ("<ul><li><p>in een alinea</p></li></ul>", [("list_item", "in een alinea")]),
        ("<blockquote>Zonder alinea</blockquote>", [("quote", "Zonder alinea")]),
        ("<blockquote><p>Een</p><p>Twee</p></blockquote>", [("quote", "Een"), ("quote", "Twee")]),
        ("<table><tr><th>Jaar</th><th>Bedrag</th></tr><tr><td>2024</td><td>12</td></tr></table>",
         [("paragraph", "Jaar | Bedrag"), ("paragraph", "2024 | 12")]),
        ("<dl><dt>AI</dt><dd>kunstmatige intelligentie</dd></dl>",
         [("paragraph", "AI"), ("paragraph", "kunstmatige intelligentie")]),
        ("<pre>regel een\nregel twee</pre>", [("paragraph", "regel een regel twee")]),
        ("<p>Eerst.<br>Dan.</p>", [("paragraph", "Eerst. Dan.")]),
        ("<p>Eerst.<br><br>Dan.</p>", [("paragraph", "Eerst."), ("paragraph", "Dan.")]),
        ('<figure class="wp-block-table"><table><tr><td>cel</td></tr></table><figcaption>bron</figcaption></figure>',
         [("paragraph", "cel")]),
        ('<figure class="wp-block-pullquote"><blockquote><p>Uitgelicht</p></blockquote></figure>',
         [("quote", "Uitgelicht")]),
        ('<div class="wp-block-group"><div class="inner"><p>In een groep</p></div></div>',
         [("paragraph", "In een groep")]),
        ("<div><p>In een kale div, die niets betekent en alleen tekst bevat.</p></div>",
         [("paragraph", "In een kale div, die niets betekent en alleen tekst bevat.")]),
        ("<details><summary>Meer weten</summary><p>Het antwoord</p></details>",
         [("heading", "Meer weten"), ("paragraph", "Het antwoord")]),
        ("<p>Zacht\u00adkoppel\u200bteken\u00a0en  spaties</p>", [("paragraph", "Zachtkoppelteken en spaties")]),
        ("<p>Cafe\u0301 en <em>schuin</em>gedrukt</p>", [("paragraph", "Café en schuingedrukt")]),
    ],
)  # fmt: skip
def test_each_kind_of_markup_becomes_its_block(markup: str, expected: list[tuple[str, str]]) -> None:
    assert body(INTRO + markup) == [FIRST, *expected]


@pytest.mark.parametrize(
    "noise",
    [
        "<p>(advertentie)</p>",
        "<p>Advertentie</p>",
        "<p><em>Lees verder onder de advertentie</em></p>",
        "<p>Tekst gaat verder onder de foto</p>",
        "<p>Schrijf u in voor onze nieuwsbrief</p>",
        "<p>Meld je aan voor de wekelijkse nieuwsbrief en blijf op de hoogte.</p>",
        "<p>12 reacties</p>",
        "<p>Leestijd: 4 minuten</p>",
        "<p>3 min leestijd</p>",
        "<p>1.204 keer gelezen</p>",
        "<p>2 uur geleden</p>",
        "<p>Deel dit artikel op LinkedIn</p>",
        '<div class="q7"><h4>Nieuwsbrief</h4><p>Elke week het laatste nieuws in uw postvak, zonder gedoe.</p></div>',
        '<div class="q8"><a href="/artikel/x"><h4>Ander stuk</h4><p>Een kaartje met wat tekst.</p></a></div>',
        "<aside><p>Een kader naast de tekst dat de site zelf maakt.</p></aside>",
        "<nav><p>Ga naar boven</p></nav>",
        "<figure><img src='x'><figcaption>Onderschrift</figcaption></figure>",
        '<p hidden>Verborgen</p><p style="display:none">Ook</p><p aria-hidden="true">En dit</p>',
        "<script>document.write('<p>nee</p>')</script><style>p{}</style><template><p>nee</p></template>",
        "<noscript><p>Zet scripts aan</p></noscript><svg><text>nee</text></svg><iframe>nee</iframe>",
        "<form><p>Uw e-mailadres</p><input></form><button>Delen</button><select><option>nl</option></select>",
        "<!-- <p>commentaar</p> --><p></p><p>&nbsp;</p><p>***</p>",
        '<ul><li><a href="https://www.linkedin.com/shareArticle?url=x">Delen</a></li></ul>',
    ],
)
def test_noise_between_paragraphs_stays_out(noise: str) -> None:
    assert body(INTRO + noise) == [FIRST]


@pytest.mark.parametrize(
    "sentence",
    [
        "Wie zich aanmeldt voor de nieuwsbrief van het ministerie, krijgt volgens de Kamerbrief voortaan ook een overzicht "
        "van alle algoritmes die dat ministerie gebruikt, zodat burgers zelf kunnen nagaan wat er met hun gegevens gebeurt.",
        "De reacties waren verdeeld.",
        "Advertenties van gokbedrijven verdwijnen uit het straatbeeld.",
        "Lees verder in het rapport van de rekenkamer dat vandaag uitkwam.",
        "Het besluit valt op 8 maart 2025, zegt de wethouder.",
        "Deel van het budget gaat naar scholing.",
        "Door de vertraging schuift de aanbesteding op.",
        "Over de kosten zwijgt de minister.",
    ],
)
def test_an_editors_sentence_that_looks_like_noise_stays_in(sentence: str) -> None:
    assert body(f"{INTRO}<p>{sentence}</p>") == [FIRST, ("paragraph", sentence)]


def test_links_are_clean_and_only_those_a_reader_can_follow() -> None:
    markup = (
        "<p>Een <a href='/artikel/a/?utm_source=x&id=3#kop'>relatief stuk</a>, <a href='mailto:a@b.nl'>post</a>, "
        "<a href='javascript:x()'>knop</a>, <a href='#voetnoot'>noot</a> en <a href='https://B.NL/Pad'>ver weg</a>.</p>"
    )
    found = article(f"{TOP}{markup}{PROSE}{END}").blocks[0]
    assert found.text == "Een relatief stuk, post, knop, noot en ver weg."
    assert found.links == (
        Link("relatief stuk", "https://nieuws.example/artikel/a/?id=3"),
        Link("ver weg", "https://b.nl/Pad"),
    )


def test_relative_links_follow_the_base_of_the_page() -> None:
    found = article(f"{TOP}<p>Zie <a href='x'>het stuk</a> hierover.</p>{PROSE}{END}", '<base href="https://c.nl/d/">')
    assert found.links == (Link("het stuk", "https://c.nl/d/x"),)


@pytest.mark.parametrize(
    "markup",
    [
        "<h4><strong>{}</strong></h4>",
        "<p><b>{}</b></p>",
        "<p><strong>{}</strong> </p>",
        '<p class="intro">{}</p>',
        "<h2>{}</h2>",
    ],
)
def test_the_block_that_stands_out_at_the_top_is_the_lead(markup: str) -> None:
    lead = "De minister wil dat alle gemeenten voor de zomer laten weten welke modellen zij gebruiken."
    found = article(f"{TOP}{markup.format(lead)}{PROSE}{END}")
    assert found.lead == lead
    assert len(found.blocks) == 3


@pytest.mark.parametrize(
    "layout",
    [
        "<article><h1>Proef</h1><div class='i'><p><strong>{}</strong></p></div><div class='k'>"
        + PROSE
        + "</div></article>",
        "<article><header><h1>Proef</h1><p>{}</p></header><div class='k'>" + PROSE + "</div></article>",
        "<div><h1>Proef</h1></div><div class='i'><b>{}</b></div><div class='k'>" + PROSE + "</div>",
    ],
)
def test_a_lead_above_the_texts_own_box_is_found(layout: str) -> None:
    lead = "De minister wil dat alle gemeenten voor de zomer laten weten welke modellen zij gebruiken."
    found = article(layout.format(lead))
    assert (found.lead, len(found.blocks)) == (lead, 3)


def test_the_first_of_like_paragraphs_is_no_lead() -> None:
    assert article(f"{TOP}{PROSE}{END}").lead == ""


def test_paragraphs_that_all_look_different_hold_no_lead() -> None:
    prose = "".join(
        part.replace("<p>", f'<p class="c{at}">') + "</p>" for at, part in enumerate(PROSE.split("</p>")[:3])
    )
    assert article(f"{TOP}{prose}{END}").lead == ""


def test_dates_in_a_timeline_are_headings_like_any_other() -> None:
    line = "<h3>8 januari 2025</h3><p>De minister schrijft de Kamer een brief.</p>"
    assert body(INTRO + line) == [
        FIRST,
        ("heading", "8 januari 2025"),
        ("paragraph", "De minister schrijft de Kamer een brief."),
    ]


@pytest.mark.parametrize(
    "line", ["8 januari 2025", "Door Wytske de Boer", "8 januari 2025 | 3 min leestijd", "12 reacties"]
)
def test_date_and_byline_above_the_text_are_no_text(line: str) -> None:
    assert len(article(f"{TOP}<p>{line}</p>{PROSE}{END}").blocks) == 3


def test_when_a_page_was_last_updated_is_no_text() -> None:
    assert len(article(f"{TOP}{PROSE}<p>Laatst bijgewerkt op 9 januari 2025 om 10:00</p>{END}").blocks) == 3


def test_a_short_heading_at_the_top_is_no_lead() -> None:
    found = article(f"{TOP}<h3><strong>De aanleiding</strong></h3>{PROSE}{END}")
    assert (found.lead, found.blocks[0]) == ("", Block("heading", "De aanleiding"))


@pytest.mark.parametrize(
    "markup",
    [
        '<p><strong>Lees ook:</strong></p><ul><li><a href="/artikel/a/">Stuk A</a></li><li><a href="/artikel/b/">Stuk B</a></li></ul>',
        '<h3>Lees ook</h3><ul><li><a href="/artikel/a/">Stuk A</a></li><li><a href="/artikel/b/">Stuk B</a></li></ul>',
        '<p>Lees ook: <a href="/artikel/a/">Stuk A</a></p><p>Lees ook: <a href="/artikel/b/">Stuk B</a></p>',
        '<p>Zie ook</p><ol><li><a href="/artikel/a/">Stuk A</a></li><li><a href="/artikel/b/">Stuk B</a></li></ol>',
    ],
)
def test_read_more_inside_the_text_is_kept_apart(markup: str) -> None:
    found = article(f"{TOP}{PROSE}{markup}{END}")
    assert [link.text for link in found.related] == ["Stuk A", "Stuk B"]
    assert len(found.blocks) == 3


def test_a_list_in_the_middle_goes_on_after_read_more() -> None:
    markup = '<p>Lees ook: <a href="/artikel/a/">Stuk A</a></p>'
    found = article(f"{TOP}{INTRO}{markup}{PROSE}{END}")
    assert len(found.blocks) == 4
    assert len(found.related) == 1


def test_nothing_after_the_share_links_is_text() -> None:
    share = '<ul><li><a href="https://twitter.com/intent/tweet?url=x">t</a></li></ul>'
    after = "<p>Over de schrijver, die al jaren over dit onderwerp schrijft en er ook over spreekt.</p>"
    assert texts(article(f"{TOP}{PROSE}{share}{after}{END}")) == texts(article(f"{TOP}{PROSE}{END}"))


def test_share_links_above_the_text_do_not_end_it() -> None:
    share = '<ul><li><a href="https://twitter.com/intent/tweet?url=x">t</a></li></ul>'
    assert len(article(f"{TOP}{share}{PROSE}{END}").blocks) == 3
    assert len(article(f"{TOP}{share}{PROSE}{share}{END}").blocks) == 3


def test_share_links_in_the_middle_of_a_long_text_do_not_end_it() -> None:
    share = '<div class="e"><a href="https://twitter.com/intent/tweet?url=x">Deel dit citaat</a></div>'
    assert len(article(f"{TOP}{PROSE * 3}{share}{PROSE * 2}{share}{END}").blocks) == 15


def test_a_heading_that_opens_no_list_of_links_stays_in_the_text() -> None:
    assert body(f"{INTRO}<h3>Zie ook</h3><p>De bijlage noemt alle bedragen per gemeente.</p>") == [
        FIRST,
        ("heading", "Zie ook"),
        ("paragraph", "De bijlage noemt alle bedragen per gemeente."),
    ]


def test_readers_reactions_never_outweigh_a_short_article() -> None:
    said = "".join(
        f"<li><div><p>Reactie {n}: ik vind dat dit veel te lang heeft geduurd en dat het anders had gemoeten.</p></div></li>"
        for n in range(12)
    )
    found = article(f"{TOP}{PROSE}{END}<section><h3>12 reacties</h3><ol>{said}</ol></section>")
    assert len(found.blocks) == 3


def test_divs_used_as_paragraphs_are_read() -> None:
    prose = PROSE.replace("<p>", "<div>").replace("</p>", "</div>")
    assert texts(article(f"{TOP}{prose}{END}")) == texts(article(f"{TOP}{PROSE}{END}"))


def test_text_between_line_breaks_alone_is_read() -> None:
    prose = PROSE.replace("<p>", "").replace("</p>", "<br><br>")
    assert texts(article(f"{TOP}{prose}{END}")) == texts(article(f"{TOP}{PROSE}{END}"))


def test_a_form_around_the_whole_page_hides_nothing() -> None:
    assert len(article(f'<form id="aspnet">{TOP}{PROSE}{END}</form>').blocks) == 3


def test_a_page_that_fades_in_is_read() -> None:
    assert len(article(f'<div style="visibility:hidden">{TOP}{PROSE}{END}</div>').blocks) == 3


def test_the_caption_is_told_apart_from_the_text() -> None:
    for picture in (
        "<figure><img src='x'><figcaption>Een zaal | Beeld: Jan</figcaption></figure>",
        "<p>Een zaal | Beeld: Jan</p>",
        "<div class='p'><img src='x'><span>Een zaal | Beeld: Jan</span></div>",
    ):
        found = article(f"<article><h1>Proef</h1>{picture}<div class='k'>{PROSE}{END}")
        assert found.caption == "Een zaal | Beeld: Jan"
        assert len(found.blocks) == 3


def test_everything_else_on_the_page_may_change() -> None:
    plain = article(f"{TOP}{PROSE}{END}")
    busy = article(
        f"<div class='cookie'><p>Deze site plaatst cookies om u beter van dienst te zijn en om te meten.</p></div>"
        f"<header><nav><ul><li><a href='/thema/x/'>X</a></li></ul></nav></header>{TOP}{PROSE}{END}"
        f"<footer><p>Een voettekst met een lange zin over wie deze site maakt en waarom dat zo is.</p></footer>",
        url=ADDRESS,
    )
    assert busy.content_hash() == plain.content_hash()
