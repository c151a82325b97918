"""Reads plain text as an article, so that a rule can be tried on anything."""

from __future__ import annotations

import html
import re

from alerts.watch.matching import Verdict, match
from alerts.watch.readalso import opens_read_also
from alerts.watch.rule import Watch
from storage.article import Article, Block, normalise

_LONGEST_TITLE = 160
_BULLET = re.compile(r"^\s*(?:[-*•–·]|\d{1,2}[.)])\s+(?=\S)")
# A slug in an address is not a word of the text; the name of a site may be.
_ADDRESS_PATH = re.compile(r"(https?://[^\s/)>\]]+)[^\s)>\]]*")
# A word cut in two at the end of a line. "AI-" and "oud-" before a capital keep their hyphen.
_CUT_WORD = re.compile(r"(?<=[a-zà-ÿ])[-\u2010]\n[ \t]*(?=[a-zà-ÿ])")
_MARKUP = re.compile(r"^\s*#+\s+|\*\*|__")
_SENTENCE_END = re.compile(r"[.!…][’”'\")]*$")


def match_text(watch: Watch, text: str) -> Verdict:
    """The verdict on plain text with blank lines between blocks; see `read_text` for what counts as its title."""
    return match(watch, read_text(text))


def read_text(text: str) -> Article:
    """A short first line with blocks below it is the title, and the block after it the lead if more follow."""
    text = _ADDRESS_PATH.sub(r"\1", html.unescape(text)).replace("\r\n", "\n")
    chunks = [chunk for chunk in re.split(r"\n\s*\n", _CUT_WORD.sub("", text)) if normalise(chunk)]
    title = lead = ""
    if len(chunks) > 1 and _is_title(chunks[0]):
        title = _clean(chunks.pop(0))
        if len(chunks) > 1 and not _BULLET.match(chunks[0]) and not opens_read_also(_clean(chunks[0])):
            lead = _clean(chunks.pop(0))
    return Article(url="", title=title, lead=lead, blocks=tuple(block for chunk in chunks for block in _blocks(chunk)))


def _is_title(chunk: str) -> bool:
    line = _clean(chunk)
    short = "\n" not in chunk.strip() and len(line) <= _LONGEST_TITLE
    return short and not _SENTENCE_END.search(line) and not opens_read_also(line) and not _BULLET.match(chunk)


def _blocks(chunk: str) -> list[Block]:
    """List items one by one, other lines joined; under a "Lees ook" line each line is a pointer of its own."""
    blocks: list[Block] = []
    pointing = joining = False
    for raw in chunk.splitlines():
        line = _clean(_BULLET.sub("", raw))
        if not line:
            continue
        if opens_read_also(line):
            pointing = True
            blocks.append(Block("paragraph", line))
        elif _BULLET.match(raw):
            blocks.append(Block("list_item", line))
        elif pointing:
            headline = not _SENTENCE_END.search(line)
            blocks.append(Block("list_item" if headline else "paragraph", line))
            pointing = headline
        elif joining:
            blocks[-1] = Block(blocks[-1].kind, f"{blocks[-1].text} {line}")
        else:
            blocks.append(Block("paragraph", line))
        joining = not pointing
    return blocks


def _clean(line: str) -> str:
    return normalise(_MARKUP.sub("", line))
