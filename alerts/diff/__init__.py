"""What changed between two versions, as an editor's acts a reader understands. Pure."""

from alerts.diff.articles import diff_articles, diff_texts
from alerts.diff.blocks import diff_blocks
from alerts.diff.model import BlockChange, Diff, Words
from alerts.diff.sentences import Excerpt, excerpts
from alerts.diff.summary import summarise
from alerts.diff.words import diff_words

__all__ = [
    "BlockChange",
    "Diff",
    "Excerpt",
    "Words",
    "diff_articles",
    "diff_blocks",
    "diff_texts",
    "diff_words",
    "excerpts",
    "summarise",
]
