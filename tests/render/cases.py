"""The editions behind the golden mails, by the name of their files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from alerts.entries import Edition
from storage.article import Article, Block, normalise

from .articles import AGENDA, FACTORY, LABS, NOW, SITE, edited, edition, told, with_block, with_blocks

PERMALINK = "https://wacht.example.org/artikel/17/verschil/1-2"
WEEK_PAGE = "https://wacht.example.org/?watch=ai-coalitie&since=2026-11-17&until=2026-11-24"
# An emoji of three characters, Hebrew, a direction override, an encoded word that would start a header line.
NASTY_TITLE = (
    "Kop met <b>vet</b>, \"aanhaling\", 'enkele' & \U0001f469\u200d\U0001f4bb emoji, עברית en \u202eomgekeerd\u202c, "
    "=?utf-8?q?Bcc:_evil@example.org?= "
    + "en daarna nog een heel lange staart over algoritmes, toezicht, inkoop, privacy en uitlegbaarheid " * 2
    + "die pas na driehonderd tekens ophoudt"
)[:300]


def one_new() -> Edition:
    return edition(told("new", FACTORY))


def edited_headline() -> Edition:
    return edition(
        edited(AGENDA, replace(AGENDA, title="AI Coalitie 4 NL presenteert agenda voor gemeenten en provincies"))
    )


def changed_amount() -> Edition:
    text = AGENDA.blocks[2].text.replace("204,5", "210")
    return edition(edited(AGENDA, with_block(AGENDA, 2, text), permalink=PERMALINK), rhythm="immediately")


def several_changes() -> Edition:
    first, heading, money, quote, end = AGENDA.blocks
    article = replace(
        with_blocks(
            AGENDA,
            first,
            heading,
            replace(money, text=money.text.replace("204,5", "210").replace("De helft", "Een derde")),
            replace(quote, text=quote.text.replace("maart", "april").replace("Goes", "Middelburg")),
            Block("paragraph", "Ook twee waterschappen doen mee. Zij betalen hun deel zelf."),
            replace(end, text=end.text.replace("hebben", "echt hebben")),
        ),
        title="AI Coalitie 4 NL presenteert bijgestelde agenda voor gemeenten",
        authors=("Sanne de Wit", "Joris Bakker"),
    )
    return edition(edited(AGENDA, article, 5, versions_between=1, permalink=PERMALINK))


def split_paragraph() -> Edition:
    first, heading, money, quote, end = AGENDA.blocks
    start, rest = quote.text.split(" De eerste", 1)
    parts = (replace(quote, text=start), replace(quote, text="De eerste" + rest))
    return edition(edited(AGENDA, with_blocks(AGENDA, first, heading, money, *parts, end)))


def moved_paragraph() -> Edition:
    first, heading, money, quote, end = AGENDA.blocks
    return edition(edited(AGENDA, with_blocks(AGENDA, end, first, heading, money, quote)))


def only_typography() -> Edition:
    text = AGENDA.blocks[3].text.replace("“", '"').replace("”", '"')
    spelling = with_block(LABS, 0, "Aanmelden kan t/m 15 december bij het eigen departement.")
    slip = with_block(spelling, 0, "Aanmelden kan t/m 15 december bij het eigen departament.")
    return edition(edited(AGENDA, with_block(AGENDA, 3, text)), edited(slip, spelling, 3))


def reverted() -> Edition:
    before = with_block(AGENDA, 2, AGENDA.blocks[2].text.replace("204,5", "240,5"))
    return edition(edited(before, AGENDA, 3, "reverted"))


def rewritten() -> Edition:
    article = replace(
        AGENDA,
        lead="Het kabinet trekt de stekker uit het gezamenlijke programma.",
        blocks=(
            Block("paragraph", "Dat schrijft staatssecretaris Van Hoorn aan de Tweede Kamer na een kritisch rapport."),
            Block("paragraph", "Lopende proeven mogen worden afgemaakt, maar nieuwe aanvragen zijn uitgesloten."),
        ),
    )
    return edition(edited(AGENDA, article, permalink=PERMALINK))


def gone_and_returned() -> Edition:
    return edition(told("gone", AGENDA, 2, permalink=PERMALINK), told("returned", LABS, 1))


def moved_url() -> Edition:
    article = replace(LABS, url="https://ibestuur.nl/data-en-ai/taalmodellen/elsa-labs-zoeken-deelnemers")
    return edition(told("moved", article, 1, former_url=LABS.url))


def forty_one_items() -> Edition:
    before = [
        replace(AGENDA, url=f"{SITE}proef-{n}/", title=f"Proef {n} met algoritmes krijgt vervolg") for n in range(41)
    ]
    after = [with_block(a, 2, a.blocks[2].text.replace("204,5", str(180 + n))) for n, a in enumerate(before)]
    return edition(
        *(edited(old, new) for old, new in zip(before, after, strict=True)), rhythm="weekly", overview_url=WEEK_PAGE
    )


def long_article() -> Edition:
    words = "Op dag {n} bespraken {m} gemeenten hoe zij hun registers bijhouden en wie daarop toeziet."
    blocks = [Block("paragraph", " ".join(words.format(n=n * 10 + m, m=m + 3) for m in range(10))) for n in range(134)]
    before = with_blocks(AGENDA, *blocks)
    blocks[70] = replace(blocks[70], text=blocks[70].text.replace("bespraken 8 gemeenten", "bespraken 18 gemeenten"))
    longest = Block("paragraph", " ".join(block.text for block in blocks[:100]))
    return edition(edited(before, with_blocks(AGENDA, *blocks, longest)), told("new", with_blocks(FACTORY, *blocks)))


def nasty_headline() -> Edition:
    before = replace(AGENDA, title="Kop zonder fratsen")
    # Stored texts are normalised; the second entry shows that the mail does not count on it.
    nasty = replace(
        AGENDA,
        title=normalise(NASTY_TITLE),
        blocks=(*AGENDA.blocks, Block("paragraph", "Tekst met <script>alert(1)</script>.")),
    )
    return edition(edited(before, nasty), told("new", replace(FACTORY, title=NASTY_TITLE)))


def quiet_week() -> Edition:
    return edition(kind="quiet", rhythm="weekly", since=NOW - timedelta(days=7), overview_url=WEEK_PAGE)


def welcome() -> Edition:
    newest: tuple[Article, ...] = (FACTORY, AGENDA, LABS)
    return edition(kind="welcome", newest=newest, since=None)


def partly_failed_crawl() -> Edition:
    causes = ("timeout", "blocked", "tls", "dns", "weird")
    return edition(
        told("new", FACTORY),
        unreadable=tuple((f"{SITE}pagina-{n}/", cause) for n, cause in enumerate(causes)),
        troubled_since=datetime(2026, 11, 23, 20, 5, tzinfo=UTC),
    )


def quarantine() -> Edition:
    return edition(told("new", FACTORY), quarantined=3)


def late_digest() -> Edition:
    return edition(told("new", LABS), since=NOW - timedelta(days=3))


def english() -> Edition:
    text = AGENDA.blocks[2].text.replace("204,5", "210")
    return edition(told("new", FACTORY), edited(AGENDA, with_block(AGENDA, 2, text)), language="en")


def became_relevant() -> Edition:
    article = with_block(FACTORY, 1, FACTORY.blocks[1].text + " De AI Coalitie 4 NL bemiddelt daarbij.")
    return edition(edited(FACTORY, article, 4, became_relevant=True))


def without_web_pages() -> Edition:
    return edition(
        told("new", FACTORY),
        unsubscribe_url="",
        preferences_url="",
        command_hint="Wilt u een ander ritme? Antwoord dan op deze mail met “per week”, “per dag” of “direct”.",
    )


def mixed_day() -> Edition:
    amount = with_block(AGENDA, 2, AGENDA.blocks[2].text.replace("204,5", "210"))
    slip = with_block(LABS, 0, LABS.blocks[0].text.replace("departement", "departament"))
    other = replace(
        LABS, url=SITE + "register-verplicht/", title="Kamer wil verplicht register voor algoritmes", authors=()
    )
    return edition(
        told("gone", other, 2), edited(slip, LABS, 3), told("new", FACTORY), edited(AGENDA, amount), quarantined=1
    )


CASES: dict[str, Callable[[], Edition]] = {
    case.__name__.replace("_", "-"): case
    for case in (
        one_new, edited_headline, changed_amount, several_changes, split_paragraph, moved_paragraph, only_typography,
        reverted, rewritten, gone_and_returned, moved_url, forty_one_items, long_article, nasty_headline, quiet_week,
        welcome, partly_failed_crawl, quarantine, late_digest, english, became_relevant, without_web_pages, mixed_day,
    )
}  # fmt: skip
