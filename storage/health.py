"""Whether a reading can be believed: the last gate before it counts as what an editor wrote."""

from __future__ import annotations

from storage.article import Article
from storage.identity import another_piece, similarity

MIN_BODY = 200  # characters; shorter is believed only when the article always was that short
MIN_SHARE = 0.4  # of the text that the last version had


def doubt(known: Article, seen: Article, *, complete: bool = True) -> str:
    """Why `seen` is probably not an edit of `known`, in words for the operator; empty when it may well be one."""
    before, now = len(known.text), len(seen.text)
    if another_piece(known, seen):
        return "another article at this address"
    if seen.text.count("\ufffd") > known.text.count("\ufffd"):
        return "unreadable characters"
    if before and now < MIN_SHARE * before:
        return f"only {100 * now // before} % of the text is left"
    if not complete and now < before:
        return "the page was cut off"
    if before > MIN_BODY and similarity(known.text, seen.text) < 0.15 and known.title == seen.title:
        return "the whole text was replaced under the same headline"
    return ""
