"""Rows 37, 53, 54 and 56 to 58: what wants all of our time or memory, met in a process that may not have much of either."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CPU_SECONDS = 20  # of one's own, however busy the machine; each of these took minutes, or all memory, done naively
PEAK_MB = 150

_FEED = """
from crawler.feeds import FeedRefused, read_feed
try:
    print(read_feed(BODY, "https://site.example/feed/", 5_000_000))
except FeedRefused as refused:
    print("refused:", refused)
"""
_LAUGHS = """
levels = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
BODY = b'<!DOCTYPE r [<!ENTITY l0 "ha">' + levels + b"]><rss><channel><item><link>&l9;</link></item></channel></rss>"
"""
_XXE = """
BODY = (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<rss><channel><item><title>&x;</title><link>/nieuws/x/</link></item></channel></rss>")
"""
_NESTED = """
from crawler.extraction import NotAnArticle, read_page
try:
    read_page(b"<h1>Kop</h1>" + b"<div>" * 200_000 + b"<p>Tekst.</p>", "text/html", "https://site.example/artikel/x/")
except NotAnArticle as refused:
    print("refused:", refused.cause)
"""
_WATCH = """
from alerts.watch import combine, match
from storage.article import Article, Block
(watch,) = [one for one in combine([{"name": "proef", "any": ["(a+)+$", "aa+"]}]) if one.name == "proef"]
for text in ("a" * 26, "a" * 50_000):
    print(match(watch, Article("https://site.example/", text, blocks=(Block("paragraph", text + "!"),))).matches)
"""
_WORDS = """
from alerts.diff import diff_texts
words = " ".join(f"{'de het een van'.split()[n % 4]}" for n in range(3000))
print(len(diff_texts(words, words[:-12] + " minister").body))
"""
_LONG = """
from alerts.diff import diff_texts
old = "\\n\\n".join(" ".join(f"woord{n % 977} in regel {n}" for n in range(k, k + 40)) for k in range(0, 5000, 40))
assert old.count(" ") > 19_000
print(len(diff_texts(old, old.replace("regel 2222", "regel twee")).body))
"""


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def said(code: str) -> list[str]:
    """What it prints, of a process that stayed within its limits."""
    peak = "import re; print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    done = subprocess.run(
        [sys.executable, "-c", code + peak], capture_output=True, text=True, cwd=ROOT, preexec_fn=_limit, check=False
    )
    assert done.returncode == 0, done.stderr
    *lines, kilobytes = done.stdout.splitlines()
    assert int(kilobytes) / 1024 < PEAK_MB
    return lines


def test_r37_a_page_of_200000_nested_elements_costs_little() -> None:
    assert said(_NESTED) == ["refused: layout"]


def test_r53_a_feed_that_names_a_file_is_refused_and_the_file_not_read() -> None:
    (line,) = said(_XXE + _FEED)
    assert line.startswith("refused: ")
    assert "root:" not in line


def test_r54_a_billion_laughs_are_refused_at_once() -> None:
    (line,) = said(_LAUGHS + _FEED)
    assert line.startswith("refused: ")


def test_r56_a_watch_is_words_and_no_pattern_that_could_explode() -> None:
    assert said(_WATCH) == ["False", "False"]


def test_r57_a_repetitive_text_is_compared_quickly() -> None:
    assert said(_WORDS) == ["1"]


def test_r58_twenty_thousand_words_are_compared_quickly() -> None:
    assert said(_LONG) == ["1"]
