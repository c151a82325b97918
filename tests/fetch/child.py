"""Runs one crawl in a child process and gives back what became of each URL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.hosts import allowed_domains

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Crawl:
    results: dict[str, dict[str, Any]]
    stats: dict[str, Any]
    rests: list[float]  # epoch seconds before which a server wants no further crawl
    peak_mb: float
    log: str

    def cause(self, url: str) -> str:
        return str(self.results[url]["cause"])

    def text(self, url: str) -> str:
        return str(self.results[url]["text"])


def crawl(
    urls: Sequence[str],
    allowed: Sequence[str] | None = None,
    public: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    **options: object,
) -> Crawl:
    """Fetches `urls`; fails unless each of them ended in exactly one callback or errback.

    `allowed`: hosts of the source, by default those of `urls`; `public`: addresses that pass for public;
    `options`: FetchOptions, by default quick and with private hosts allowed.
    """
    defaults = {"delay": 0.0, "concurrency": 16, "timeout": 1.0, "allow_private_hosts": True}
    task = {
        "urls": list(urls),
        "allowed": list(allowed) if allowed is not None else allowed_domains(urls),
        "public": list(public),
        "options": defaults | options,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.fetch.run_spider"],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    answered = [result["asked"] for result in told["results"]]
    assert sorted(answered) == sorted(urls), "each request ends in exactly one callback or errback"
    results = {result["asked"]: result for result in told["results"]}
    return Crawl(results, told["stats"], told["rests"], told["peak_mb"], done.stderr)
