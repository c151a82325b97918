"""The wording of the pages, beside that of the mails, which they share where they say the same."""

from web.words.dutch import DUTCH
from web.words.english import ENGLISH
from web.words.shape import PageWords

WORDS: dict[str, PageWords] = {"nl": DUTCH, "en": ENGLISH}

__all__ = ["WORDS", "PageWords"]
