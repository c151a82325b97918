"""Made-up articles about AI policy, in the shape in which a site's articles are stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from alerts.diff import diff_articles
from alerts.entries import ChangeKind, Edition, EditionKind, Entry, Language, Rhythm, Significance
from storage.article import Article, Block

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
YESTERDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
SEEN = (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), datetime(2026, 11, 23, 17, 0, tzinfo=UTC))
SITE = "https://ibestuur.nl/artikel/"

AGENDA = Article(
    url=SITE + "ai-coalitie-presenteert-agenda/",
    title="AI Coalitie 4 NL presenteert agenda voor gemeenten",
    lead="Gemeenten krijgen hulp bij het verantwoord inzetten van algoritmes. "
    "Dat staat in de agenda die vandaag uitkomt.",
    blocks=(
        Block(
            "paragraph", "De agenda telt drie delen: kennis delen, samen inkopen en toezicht houden op de uitkomsten."
        ),
        Block("heading", "Samen inkopen"),
        Block(
            "paragraph",
            "Voor het gezamenlijke programma is een budget van 204,5 miljoen euro beschikbaar. "
            "De helft daarvan gaat naar proeven met kleine gemeenten.",
        ),
        Block(
            "paragraph",
            "Wethouder Iris van Dalen noemt dat hard nodig. “Wij willen niet dat elke stad het wiel zelf uitvindt”, "
            "zegt zij. De eerste proeven beginnen in maart in Zwolle, Venlo en Goes.",
        ),
        Block("paragraph", "Een onafhankelijke commissie kijkt na afloop of de proeven bewoners hebben geholpen."),
    ),
    authors=("Sanne de Wit",),
    published="2026-11-20",
    theme="data-en-ai",
    type="nieuws",
    tags=("ai", "gemeenten"),
    language="nl",
)
FACTORY = Article(
    url=SITE + "groningen-bouwt-ai-fabriek/",
    title="Groningen begint met de bouw van de AI-fabriek",
    lead="De rekencentra moeten in 2028 open zijn voor onderzoekers en kleine bedrijven.",
    blocks=(
        Block("paragraph", "Het Rijk en de provincie delen de kosten. De eerste paal gaat in januari de grond in."),
        Block("paragraph", "Over de stroomvoorziening lopen nog gesprekken met de netbeheerder."),
    ),
    authors=("Joris Bakker", "Fatima el Idrissi"),
    published="2026-11-23T10:15:00+01:00",
    theme="digitale-toekomst-eu",
    type="achtergrond",
    tags=("ai", "innovatie"),
    language="nl",
)
LABS = Article(
    url=SITE + "elsa-labs-zoeken-deelnemers/",
    title="ELSA Labs zoeken deelnemers voor proef met taalmodellen",
    lead="Ambtenaren mogen een half jaar lang meedenken over regels voor het gebruik van taalmodellen.",
    blocks=(Block("paragraph", "Aanmelden kan tot en met 15 december bij het eigen departement."),),
    authors=("Sanne de Wit",),
    published="2026-11-18",
    theme="data-en-ai",
    type="nieuws",
    language="nl",
)


def with_block(article: Article, index: int, text: str, **changes: object) -> Article:
    blocks = list(article.blocks)
    blocks[index] = replace(blocks[index], text=text)
    return replace(article, blocks=tuple(blocks), **changes)  # type: ignore[arg-type]


def with_blocks(article: Article, *blocks: Block) -> Article:
    return replace(article, blocks=blocks)


def edited(before: Article, article: Article, version: int = 2, change: ChangeKind = "edited", **more: object) -> Entry:
    diff = diff_articles(before, article)
    significance: Significance = "major" if diff.significance == "major" else "minor"
    fields = {"before": before, "diff": diff, "seen_between": SEEN, **more}
    return Entry(change, significance, article.url, article, version=version, **fields)  # type: ignore[arg-type]


def told(change: ChangeKind, article: Article, version: int = 1, **more: object) -> Entry:
    fields = {"seen_between": SEEN, **more}
    return Entry(change, "major", article.url, article, version=version, **fields)  # type: ignore[arg-type]


def edition(
    *entries: Entry,
    kind: EditionKind = "digest",
    rhythm: Rhythm = "daily",
    language: Language = "nl",
    **more: object,
) -> Edition:
    fields: dict[str, object] = {
        "watch_name": "ai-coalitie",
        "watch_title": "AI Coalitie",
        "source_title": "iBestuur",
        "until": NOW,
        "since": YESTERDAY,
        "entries": entries,
        "checked": 126,
        "unsubscribe_url": "https://wacht.example.org/afmelden/k1.c3ViOjQyLHdhdGNoOmFpLWNvYWxpdGll.gq2mM0y8rV0c1m9r",
        "unsubscribe_mailto": "afmelden@wacht.example.org?subject=afmelden%20k1.c3ViOjQy",
        "preferences_url": "https://wacht.example.org/voorkeuren/k1.c3ViOjQyLHdhdGNoOmFpLWNvYWxpdGll.Zp7r2Qm1",
        **more,
    }
    return Edition(kind, rhythm, language=language, **fields)  # type: ignore[arg-type]
