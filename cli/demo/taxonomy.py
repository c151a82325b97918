"""The replica's themes, types and dates, and the addresses they have in each era."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

WORDPRESS, MODERN = "wordpress", "2026"
ERAS = (WORDPRESS, MODERN)
SITE_NAME = "iBestuur"

THEMES = {
    "digitalisering-en-democratie": "Digitalisering en Democratie",
    "overheid-in-transitie": "Overheid in Transitie",
    "markt-en-overheid": "Markt en Overheid",
    "data-en-ai": "Data en AI",
    "digitale-toekomst-eu": "Digitale Toekomst EU",
    "digitale-weerbaarheid": "Digitale Weerbaarheid",
}
SUBTHEMES = {
    "digitalisering-en-democratie": ("politiek", "burgerschap"),
    "overheid-in-transitie": ("dienstverlening", "organisatie"),
    "markt-en-overheid": ("inkoop", "leveranciers"),
    "data-en-ai": ("kunstmatige-intelligentie", "algoritmes", "digitale-uitvoering"),
    "digitale-toekomst-eu": ("europese-regels",),
    "digitale-weerbaarheid": ("digitale-veiligheid",),
}
TYPES = {
    "nieuws": "Nieuws",
    "weblog": "Blogs",
    "podium": "Podium",
    "artikelen": "Artikelen",
    "persberichten": "Persberichten",
    "praktijk": "Praktijk",
    "personalia": "Personalia",
}
ROLES = {
    "Marijke Terpstra": "Redacteur iBestuur",
    "Jorrit Hamersma": "Verslaggever",
    "Dorien Vlasblom": "Freelance journalist",
    "Sietske Wouda": "Contentmanager iBestuur",
    "Carlijn Mulderij": "Redacteur iBestuur",
    "Onno Feitsma": "Teamleider uitvoering",
    "Redactie": "iBestuur",
}
_MONTHS = (
    "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905
)


def slugify(text: str) -> str:
    """ASCII, lower case, words joined by hyphens: what the site makes of a headline."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def label(slug: str) -> str:
    """A readable name for a subtheme or tag that has none of its own."""
    return slug.replace("-", " ").capitalize()


def dutch_date(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def article_path(slug: str, theme: str, subtheme: str, era: str) -> str:
    return f"/artikel/{slug}/" if era == WORDPRESS else f"/{theme}/{subtheme}/{slug}"


def theme_path(theme: str, era: str) -> str:
    return f"/thema/{theme}/" if era == WORDPRESS else f"/{theme}"


def type_path(slug: str, era: str) -> str:
    return f"/type/{slug}/" if era == WORDPRESS else f"/type/{slug}"


def tag_path(slug: str, era: str) -> str:
    return f"/tags/{slug}/" if era == WORDPRESS else f"/tags/{slug}"


def author_path(name: str, era: str) -> str:
    return f"/auteur/{slugify(name)}/" if era == WORDPRESS else f"/auteurs/{slugify(name)}"
