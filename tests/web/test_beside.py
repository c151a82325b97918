"""Two texts side by side: nothing is lost, whatever was done to a text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.diff import diff_articles
from storage.article import Article, Block
from web.beside import Row, rows

PARAGRAPHS = [
    "Het kabinet trekt 204 miljoen euro uit voor de coalitie.",
    "De gemeente Eemstad opent in het voorjaar een loket. Daar werken zes mensen.",
    "Volgens de wethouder is dat genoeg. De raad denkt daar anders over.",
    "Een onderzoek naar de wachttijden volgt in september.",
    "De ombudsman kreeg vorig jaar veertig klachten over trage antwoorden.",
    "Wie bezwaar maakt, krijgt binnen zes weken antwoord.",
]


def article(*texts: str, lead: str = "Een korte inleiding van het stuk.", title: str = "Een kop") -> Article:
    return Article("https://example.org/a", title, lead, tuple(Block("paragraph", text) for text in texts))


def side(found: list[Row], which: str) -> list[str]:
    cells = [getattr(row, which) for row in found]
    return ["".join(text for _, text in cell.runs) for cell in cells if cell is not None]


def beside(old: Article, new: Article) -> list[Row]:
    found = rows(diff_articles(old, new), old, new)
    for which, one in (("old", old), ("new", new)):
        shown = "\n".join(side(found, which)).split("\n")
        assert sorted(shown) == sorted(line for line in (one.title, *one.text.split("\n")) if line)
    return found


def marks(found: list[Row]) -> list[tuple[str | None, str | None]]:
    return [(row.old and row.old.mark, row.new and row.new.mark) for row in found]


KEPT = ("kept", "kept")


def test_equal_texts_stand_row_by_row() -> None:
    assert marks(beside(article(*PARAGRAPHS), article(*PARAGRAPHS))) == [KEPT] * 8


def test_an_edited_paragraph_stands_beside_what_it_was() -> None:
    new = [PARAGRAPHS[0].replace("204", "210"), *PARAGRAPHS[1:]]
    found = beside(article(*PARAGRAPHS), article(*new))
    assert marks(found) == [KEPT, KEPT, ("changed", "changed"), *[KEPT] * 5]
    assert ("-", "204") in found[2].old.runs  # type: ignore[union-attr]
    assert ("+", "210") in found[2].new.runs  # type: ignore[union-attr]


def test_an_added_and_a_removed_paragraph_stand_beside_nothing() -> None:
    found = beside(article(*PARAGRAPHS[:3]), article(*PARAGRAPHS[1:4]))
    assert ("removed", None) in marks(found)
    assert (None, "added") in marks(found)


def test_a_moved_paragraph_stands_where_it_was_and_where_it_is() -> None:
    found = beside(article(*PARAGRAPHS), article(*PARAGRAPHS[1:], PARAGRAPHS[0]))
    assert marks(found) == [KEPT, KEPT, ("moved", None), *[KEPT] * 5, (None, "moved")]


def test_a_new_headline_and_lead_carry_their_marks() -> None:
    old, new = (
        article(*PARAGRAPHS),
        article(*PARAGRAPHS, lead="Een lange inleiding van het stuk.", title="Een andere kop"),
    )
    assert marks(beside(old, new))[:3] == [("changed", "changed"), ("changed", "changed"), KEPT]


def test_a_lead_that_appears_or_goes_is_not_lost() -> None:
    with_lead, without = article(*PARAGRAPHS[:2]), article(*PARAGRAPHS[:2], lead="")
    assert marks(beside(without, with_lead)).count((None, "added")) == 1
    assert marks(beside(with_lead, without)).count(("removed", None)) == 1


def test_a_split_paragraph_stands_beside_its_pieces() -> None:
    one, two = PARAGRAPHS[1].split(". ", 1)
    found = beside(article(*PARAGRAPHS[:3]), article(PARAGRAPHS[0], one + ".", two, PARAGRAPHS[2]))
    assert ("changed", "changed") in marks(found)


@given(
    st.lists(st.sampled_from(PARAGRAPHS), max_size=6),
    st.lists(st.sampled_from([*PARAGRAPHS, *(text.replace("e", "ee", 1) for text in PARAGRAPHS)]), max_size=6),
    st.sampled_from(["", "Een korte inleiding.", PARAGRAPHS[0]]),
    st.sampled_from(["", "Een korte inleiding.", PARAGRAPHS[0]]),
)
def test_every_block_of_both_texts_is_shown_once(old: list[str], new: list[str], before: str, after: str) -> None:
    beside(article(*old, lead=before), article(*new, lead=after))


@pytest.mark.parametrize("kind", ["heading", "list_item", "quote"])
def test_a_cell_knows_what_kind_of_block_it_is(kind: str) -> None:
    old = article(*PARAGRAPHS[:2])
    new = replace(old, blocks=(*old.blocks, Block(kind, "Nog iets anders dat er niet stond.")))
    last = beside(old, new)[-1].new
    assert last is not None
    assert last.kind == kind
