"""`scrapy crawl news` from the checkout: one source into one archive, without the command line around it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from crawler.plan import SourcePlan
from crawler.reading import reader
from crawler.seeds import SourceError, load_source, packaged_files
from storage.baseline import seeds_past_baseline
from storage.crawls import Report, add_changes, begin, end
from storage.database import open_database
from storage.ledger import SourceLedger
from storage.locks import crawling
from storage.sources import source_row

_GONE_AFTER = timedelta(hours=6)


class Standalone:
    """A plan with an archive, a lock and a crawl's row of its own; `finish` settles what the spider saw."""

    def __init__(self, source: str, database: str) -> None:
        """`source`: a packaged source's name or a source file. `database`: an SQLAlchemy URL."""
        self._locks = ExitStack()
        self.database = open_database(database)
        described = load_source(source if source.endswith(".toml") else _packaged(source))
        self._locks.enter_context(crawling(self.database, described.locks))
        self.crawl_id = begin(self.database, "crawl", datetime.now(UTC), os.getpid(), described.locks)
        with self.database.write() as session:
            source_id = source_row(session, described.name).id
            past_baseline = frozenset(seeds_past_baseline(session, source_id))
        read = reader(described.rules)
        ledger = SourceLedger(self.database, self.crawl_id, source_id, lambda: datetime.now(UTC), _GONE_AFTER, read)
        ledger.open()
        self.plan = SourcePlan(described, ledger, described.start_urls, past_baseline)

    def finish(self, *, stopped: bool) -> Report:
        """Settle and record the crawl; readers are told by the next `nieuwswacht digest`."""
        self.plan.ledger.finish(self.plan.results.values(), whole=not stopped, stopped=stopped)
        report = Report(self.crawl_id, outcome="interrupted" if stopped else "finished")
        with self.database.read() as session:
            add_changes(session, report)
        report.unchanged = len(self.plan.ledger.unchanged)
        report.failures = [{"url": url, "cause": cause} for url, cause in self.plan.ledger.failed]
        report.failed = len(report.failures)
        if report.failed and not stopped:
            report.outcome = "partial"
        end(self.database, report, datetime.now(UTC))
        self._locks.close()
        self.database.close()
        return report


def _packaged(name: str) -> str:
    for path in packaged_files():
        if path.stem == name:
            return str(path)
    known = ", ".join(path.stem for path in packaged_files())
    raise SourceError(f"source={name}: there is no packaged source of that name ({known}), nor does it end in .toml.")
