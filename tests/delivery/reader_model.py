"""What a reader believes after reading his mails, to be held against what the site says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from alerts.entries import Edition, Entry


@dataclass(frozen=True)
class Piece:
    """An article as the reader knows it; `body` is its one paragraph."""

    body: str
    url: str
    live: bool = True

    @property
    def matches(self) -> bool:
        return "AIC4NL" in self.body


@dataclass
class Reader:
    """Starts with what was there when he subscribed; from then on he knows only what he is told."""

    pieces: dict[str, Piece] = field(default_factory=dict)

    def read(self, edition: Edition) -> None:
        for entry in edition.entries:
            self._learn(entry.article.title, entry)

    def _learn(self, title: str, entry: Entry) -> None:
        known = self.pieces.get(title)
        told = Piece(entry.article.blocks[0].text, entry.url, entry.change != "gone")
        if entry.change == "new":
            assert known is None, f"{title} is not new"
        elif entry.became_relevant:
            assert known is None or not known.matches, f"{title} was relevant already"
        elif known is None or not known.matches:
            # Came to the subject and went between two mails.
            assert entry.change == "gone", f"{title} was never introduced"
            assert entry.diff is None
        else:
            assert told != known, f"{title}: told that nothing changed"
            if entry.before is not None:
                assert entry.before.blocks[0].text == known.body, f"{title}: compared with a text he does not know"
            else:
                assert told.body == known.body, f"{title}: changed without a word"
            assert (entry.former_url or told.url) == known.url, f"{title}: moved without a word"
        self.pieces[title] = told

    def knows(self, truth: dict[str, Piece]) -> None:
        """Nothing about the subject that is so today may have escaped him."""
        for title, piece in truth.items():
            known = self.pieces.get(title)
            if piece.matches:
                assert known is not None or not piece.live, f"{title} was never told"
                assert known is None or known == piece, f"{title}: he believes {known}, it is {piece}"
            elif known is not None:
                assert not known.matches, f"{title} lost the subject without his being told"


def starting_with(pieces: dict[str, Piece]) -> Reader:
    return Reader({title: replace(piece) for title, piece in pieces.items()})


def read_all(reader: Reader, editions: Iterable[Edition]) -> None:
    for edition in editions:
        reader.read(edition)
