"""Body text of the extractor, with and without profiles, against hand-made texts, beside trafilatura, in one run.

    python bench/extraction.py [FOLDER] [--worst N] [--ours]

FOLDER holds `ground-truth.json` (`ID → {articleBody, url}`) and `html/ID.html.gz`, as the article-extraction-benchmark
does; the default is $NIEUWSWACHT_DATA/article-extraction-benchmark. The measure: F1 over shingles of four words,
mean over pages. Milliseconds are CPU time for a page, parsing included.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crawler.extraction import NotAnArticle, extract, read_page
from crawler.urls import DEFAULT_RULES, LISTING_KINDS, UrlRules

_WORD = re.compile(r"\w+")
_SHINGLE = 4
_NO_RULES = UrlRules.compile(dict.fromkeys(LISTING_KINDS, ()) | {"article": ()})
_ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("NIEUWSWACHT_DATA", _ROOT.parent / "shared" / "data")) / "article-extraction-benchmark"


@dataclass(frozen=True)
class Case:
    id: str
    url: str
    html: bytes
    body: str


@dataclass(frozen=True)
class Score:
    case: Case
    precision: float
    recall: float
    text: str

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def load(folder: Path = DATA) -> list[Case]:
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        Case(
            name,
            entry["url"],
            gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()),
            entry["articleBody"],
        )
        for name, entry in sorted(truth.items())
    ]


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)) if words)


def score(case: Case, text: str) -> Score:
    wanted, got = shingles(case.body), shingles(text)
    shared = sum((wanted & got).values())
    precision = shared / sum(got.values()) if got else float(not wanted)
    return Score(case, precision, shared / sum(wanted.values()) if wanted else 1.0, text)


def ours(case: Case, rules: UrlRules = DEFAULT_RULES) -> str:
    try:
        return extract(read_page(case.html, "text/html", case.url), rules).article.text
    except NotAnArticle:
        return ""


def generic(case: Case) -> str:
    """Without any URL rule, so that no profile fits."""
    return ours(case, _NO_RULES)


def trafilaturas(case: Case) -> str:
    import trafilatura

    # Its best setting on these pages.
    return trafilatura.extract(case.html, favor_precision=True, include_comments=False) or ""


def measure(cases: list[Case], extractor: Callable[[Case], str]) -> tuple[list[Score], float]:
    """The scores, and CPU milliseconds a page."""
    started = time.process_time()
    texts = [extractor(case) for case in cases]
    spent = (time.process_time() - started) * 1000 / len(cases)
    return [score(case, text) for case, text in zip(cases, texts, strict=True)], spent


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=DATA)
    parser.add_argument("--worst", type=int, default=0, help="name our N worst pages")
    parser.add_argument("--ours", action="store_true", help="leave trafilatura out")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print("left out: the pages and their hand-made texts are not here")
        return
    cases = load(options.folder)
    print(f"{len(cases)} pages       F1  precision  recall  ms/page")
    for name, extractor in [("ours", ours), ("ours, generic", generic)] + (
        [] if options.ours else [("trafilatura", trafilaturas)]
    ):
        scores, spent = measure(cases, extractor)
        figures = mean([s.f1 for s in scores]), mean([s.precision for s in scores]), mean([s.recall for s in scores])
        print(f"{name:<13} {figures[0]:.4f}     {figures[1]:.4f}  {figures[2]:.4f}  {spent:7.1f}")
        if extractor is ours:
            worst = sorted(scores, key=lambda s: s.f1)[: options.worst]
    for each in worst:
        print(f"{each.f1:.3f} p {each.precision:.3f} r {each.recall:.3f} {each.case.id[:8]} {each.case.url}")


if __name__ == "__main__":
    main()
