"""What a diff costs in CPU time, against the limits in the design. Run: `python -m bench.diff`."""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from alerts.diff import diff_articles
from storage.article import Article, Block

_SYLLABLES = re.findall(
    r"\w+", "be ge ver ont al go rit me da ta raad ka bi net mi nis ter toe zicht ko ali tie regel pu"
)
_SMALL = re.findall(r"\w+", "de het een van in op en dat die voor met aan bij door als ook niet")


@dataclass(frozen=True)
class Case:
    name: str
    limit_ms: float
    old: list[str]
    new: list[str]


def sentence(random_words: random.Random) -> str:
    words = [
        random_words.choice(_SMALL)
        if random_words.random() < 0.4
        else "".join(random_words.choice(_SYLLABLES) for _ in range(random_words.randint(2, 4)))
        for _ in range(random_words.randint(8, 22))
    ]
    return " ".join(words).capitalize() + "."


def paragraphs(size: int, seed: int, sentences: int = 5) -> list[str]:
    """At least `size` characters."""
    random_words = random.Random(seed)
    found: list[str] = []
    while sum(map(len, found)) < size:
        found.append(" ".join(sentence(random_words) for _ in range(sentences)))
    return found


def cases() -> list[Case]:
    old = paragraphs(50_000, seed=1)
    middle = len(old) // 2
    half, other = old[middle].split(". ", 1)
    fixed = [*old[:middle], old[middle].replace("de", "da", 1), *old[middle + 1 :]]
    inserted = [*old[:middle], f"{half}. Het kabinet trekt hier 12 miljoen euro voor uit. {other}", *old[middle + 1 :]]
    moved = [*old[: middle - 20], old[middle], *old[middle - 20 : middle], *old[middle + 1 :]]
    every = [text.replace("e", "i", 2) for text in old]
    long, long_new = paragraphs(130_000, seed=3), paragraphs(130_000, seed=4)
    every_tenth = [" ".join("x" if n % 10 == 0 else word for n, word in enumerate(text.split())) for text in long]
    repeated = " ".join(["de minister zegt dat de minister zegt"] * 430)
    return [
        Case("50 kB, nothing", 5, old, list(old)),
        Case("50 kB, one word fixed", 5, old, fixed),
        Case("50 kB, one sentence inserted", 5, old, inserted),
        Case("50 kB, one paragraph moved", 5, old, moved),
        Case("50 kB, two letters in every paragraph", 100, old, every),
        Case("50 kB, full rewrite", 100, old, paragraphs(50_000, seed=2)),
        Case("20,000 words, every tenth word", 1000, long, every_tenth),
        Case("20,000 words, full rewrite", 1000, long, long_new),
        Case("20,000 words, one paragraph, every tenth word", 1000, [" ".join(long)], [" ".join(every_tenth)]),
        Case("20,000 words, one paragraph, full rewrite", 1000, [" ".join(long)], [" ".join(long_new)]),
        Case("3,000 repeated words", 1000, [repeated], [repeated.replace("zegt dat", "dat zegt")]),
        Case("3,000 times one word, 2,999 times", 1000, ["de " * 3000], ["de " * 2999]),
        Case("3,000 blocks of one word", 1000, ["ja", "nee"] * 1500, ["nee", "ja", "ja"] * 1000),
        Case("3,000 equal paragraphs, each changed", 1000, ["De minister wil dat."] * 3000, ["Zij wil dat."] * 3000),
        Case("1,000 paragraphs in reverse", 1000, paragraphs(120_000, 5, 1), paragraphs(120_000, 5, 1)[::-1]),
    ]


def cpu_ms(work: Callable[[], object], rounds: int = 5) -> float:
    """The best of some rounds: what the work costs when nothing else disturbs it."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best * 1000


def article(texts: list[str]) -> Article:
    return Article("https://example.org/artikel", "Kop", "", tuple(Block("paragraph", text.strip()) for text in texts))


def main() -> int:
    over = 0
    for case in cases():
        old, new = article(case.old), article(case.new)
        spent = cpu_ms(lambda old=old, new=new: diff_articles(old, new))  # type: ignore[misc]
        over += spent > case.limit_ms
        print(f"{spent:8.1f} ms  (limit {case.limit_ms:4.0f})  {case.name}{'   OVER' if spent > case.limit_ms else ''}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
