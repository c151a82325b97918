"""What one crawl of one source is to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from crawler.seeds import Source
from storage.baseline import SeedResult
from storage.known import Known
from storage.ledger import SourceLedger
from storage.urls import url_key


@dataclass
class SourcePlan:
    """`seeds` are read and followed; then `targets`, or without them the articles that are due (`every`: all)."""

    source: Source
    ledger: SourceLedger
    seeds: Sequence[str]
    past_baseline: frozenset[str] = frozenset()
    every: bool = False
    targets: Sequence[Known] | None = None
    progress: Callable[[int, int], None] = lambda _done, _asked: None
    results: dict[str, SeedResult] = field(default_factory=dict)
    fatal: BaseException | None = None  # the archive failed: the crawl stops and says so

    def __post_init__(self) -> None:
        self.results = {url_key(seed): SeedResult(seed) for seed in self.seeds}

    def result(self, seed: str) -> SeedResult:
        return self.results[url_key(seed)]

    def is_news(self, seed: str) -> bool:
        """Whether what this seed lists for the first time is news: its own first crawl is over."""
        return url_key(seed) in self.past_baseline

    def articles(self) -> Iterable[Known]:
        return self.targets if self.targets is not None else self.ledger.due(every=self.every)
