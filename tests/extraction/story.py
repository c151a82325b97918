"""An article as its editor keeps it, and the edits that a reader must hear of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

HOST = "https://nieuws.example"
Piece = tuple[str, str]  # kind, text; a text may hold one [link](address)


@dataclass(frozen=True)
class Story:
    slug: str = "gemeenten-delen-een-taalmodel"
    title: str = "Gemeenten delen één taalmodel voor hun brieven"
    lead: str = (
        "Elf gemeenten in het noorden schrijven hun brieven voortaan met hetzelfde taalmodel. Een mens leest alles na, "
        "belooft de projectleider."
    )
    pieces: tuple[Piece, ...] = (
        ("paragraph", "De proef begon met bezwaarschriften, omdat daar de langste wachttijden zaten. Na een half jaar "
         "ligt de doorlooptijd vier dagen lager dan in het jaar ervoor."),
        ("heading", "Eén model, elf huisstijlen"),
        ("paragraph", "Elke gemeente houdt haar eigen toon. Wie wil weten hoe dat werkt, leest het "
         "[verslag van de proef](https://verslag.example/proef) dat gisteren verscheen."),
        ("list_item", "brieven over een vergunning;"),
        ("list_item", "antwoorden op een bezwaar;"),
        ("quote", "Een brief die niemand begrijpt, hoef je ook niet sneller te schrijven."),
        ("paragraph", "De kosten blijven voorlopig onder de twee ton. In het najaar beslissen de raden of de proef "
         "een vaste dienst wordt, en wie dan de rekening betaalt."),
    )  # fmt: skip
    authors: tuple[str, ...] = ("Tjitske Bouma",)
    published: str = "2025-02-03"
    theme: str = "data-en-ai"
    type: str = "nieuws"
    tags: tuple[str, ...] = ("taalmodellen", "gemeenten")
    caption: str = "Het postregistratiesysteem in Winsum | Beeld: Durk Faber"
    related: tuple[tuple[str, str], ...] = (
        ("Eerder: raad vraagt om regels voor taalmodellen", "/artikel/raad-vraagt-regels/"),
        ("Rekenkamer ziet winst in gedeelde software", "/artikel/gedeelde-software/"),
    )

    @property
    def url(self) -> str:
        return f"{HOST}/artikel/{self.slug}/"

    def with_piece(self, at: int, kind: str, text: str) -> Story:
        return replace(self, pieces=(*self.pieces[:at], (kind, text), *self.pieces[at + 1 :]))

    def without_piece(self, at: int) -> Story:
        return replace(self, pieces=(*self.pieces[:at], *self.pieces[at + 1 :]))


def _replaced(at: int, old: str, new: str) -> Callable[[Story], Story]:
    def edit(story: Story) -> Story:
        kind, text = story.pieces[at]
        assert old in text
        return story.with_piece(at, kind, text.replace(old, new))

    return edit


def _moved(story: Story) -> Story:
    pieces = list(story.pieces)
    pieces[0], pieces[2] = pieces[2], pieces[0]
    return replace(story, pieces=tuple(pieces))


def _split(story: Story) -> Story:
    kind, text = story.pieces[6]
    first, second = text.split(". ", 1)
    return replace(story, pieces=(*story.pieces[:6], (kind, first + "."), (kind, second)))


# What the editor does → the facets that must differ afterwards.
EDITS: dict[str, tuple[Callable[[Story], Story], set[str]]] = {
    "a word": (_replaced(0, "langste", "grootste"), {"text", "body"}),
    "a number": (_replaced(0, "vier dagen", "zes dagen"), {"text", "body"}),
    "a sentence more": (_replaced(6, "betaalt.", "betaalt. Groningen doet niet mee."), {"text", "body"}),
    "a sentence less": (_replaced(2, "Elke gemeente houdt haar eigen toon. ", ""), {"text", "body"}),
    "a short paragraph more": (
        lambda s: replace(s, pieces=(*s.pieces, ("paragraph", "Assen beslist in mei."))), {"text", "body"}),
    "a paragraph less": (lambda s: s.without_piece(6), {"text", "body"}),
    "a paragraph moved": (_moved, {"text", "body", "links"} - {"links"}),
    "a paragraph split": (_split, {"text", "body"}),
    "a heading": (_replaced(1, "huisstijlen", "stijlen"), {"text", "body"}),
    "a heading less": (lambda s: s.without_piece(1), {"text", "body"}),
    "a list item": (_replaced(3, "vergunning", "parkeervergunning"), {"text", "body"}),
    "a list item less": (lambda s: s.without_piece(4), {"text", "body"}),
    "a quote": (_replaced(5, "niemand", "bijna niemand"), {"text", "body"}),
    "a link's target": (_replaced(2, "/proef)", "/proef-2)"), {"links"}),
    "the title": (lambda s: replace(s, title=s.title.replace("delen", "huren")), {"title"}),
    "the lead": (lambda s: replace(s, lead=s.lead.replace("Elf", "Twaalf")), {"text", "lead"}),
    "an author": (lambda s: replace(s, authors=("Sybren Postma",)), {"authors"}),
    "an author more": (lambda s: replace(s, authors=("Tjitske Bouma", "Sybren Postma")), {"authors"}),
    "the date": (lambda s: replace(s, published="2025-02-04"), {"published"}),
    "the theme": (lambda s: replace(s, theme="markt-en-overheid"), {"theme"}),
    "the type": (lambda s: replace(s, type="praktijk"), {"type"}),
    "a tag more": (lambda s: replace(s, tags=(*s.tags, "brieven")), {"tags"}),
    "a tag less": (lambda s: replace(s, tags=s.tags[:1]), {"tags"}),
    "the caption": (lambda s: replace(s, caption=s.caption.replace("Winsum", "Bedum")), {"caption"}),
    "a line under Lees ook": (lambda s: replace(s, related=s.related[:1]), {"related"}),
}  # fmt: skip
