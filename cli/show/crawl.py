"""A crawl's report for people."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cli.show.diff import print_diff_document

if TYPE_CHECKING:
    from cli.app import App
    from cli.jobs.crawl import Crawled
    from storage.crawls import Report

_WORDS = {
    "new": "new", "edited": "edited", "reverted": "reverted", "moved": "moved", "gone": "gone", "returned": "returned",
}  # fmt: skip
_SHOWN = 20


def print_report(app: App, report: Report, *, dry_run: bool) -> None:
    head = "Would change (nothing was stored)" if dry_run else f"Crawl {report.crawl_id} {report.outcome}"
    counts = [
        f"{getattr(report, name)} {name}"
        for name in ("new", "edited", "moved", "gone", "returned")
        if getattr(report, name)
    ]
    counts += [f"{report.unchanged} unchanged"]
    counts += [f"{report.quarantined} in quarantine"] if report.quarantined else []
    counts += [f"{report.failed} unreadable"] if report.failed else []
    app.out.print(f"{head}: {', '.join(counts)} ({report.requests} requests)")
    _print_what_rests(app, report)
    if report.baseline:
        app.out.print("First crawl: this is the starting point; from now on readers are told what changes.")
        return
    for entry in report.articles[:_SHOWN]:
        app.out.print(f"  {_WORDS[entry['change']]:<9}{entry['url']}")
        if "diff" in entry:
            print_diff_document(app, entry["diff"], indent=4)
    if len(report.articles) > _SHOWN:
        app.out.print(f"  … and {len(report.articles) - _SHOWN} more: nieuwswacht changes")


def explain_failures(app: App, crawled: Crawled) -> None:
    """On stderr: each cause once, with its pages and the next step."""
    from crawler.causes import explain

    by_cause: dict[str, list[str]] = {}
    for failure in crawled.report.failures:
        by_cause.setdefault(failure["cause"], []).append(failure["url"])
    for cause, urls in by_cause.items():
        more = f" and {len(urls) - 3} more" if len(urls) > 3 else ""
        app.say(f"{len(urls)} × {cause}: {', '.join(urls[:3])}{more}\n  {explain(cause)}")
    for name, health in crawled.healths.items():
        if health.state != "ok":
            app.say(f"Source {name}: {'; '.join(health.reasons)}.\n  See `nieuwswacht status`.")


def _print_what_rests(app: App, report: Report) -> None:
    """Where no article was asked for: what was looked at, and why that was all."""
    for source in report.sources:
        if not source["asked"]:
            app.out.print(f"  {source['name']}: {'; '.join(source['reasons'])}.")
        elif source["not_due"] and not (report.unchanged or report.articles or report.failed):
            due = app.local(datetime.fromisoformat(source["next_due"]))
            app.out.print(
                f"  {source['name']}: {source['seeds_read']} of {source['seeds']} seeds read, which name"
                f" {source['listed']} articles; {source['not_due']} of {source['known']} known articles are not due,"
                f" the first of them at {due}.\n  `nieuwswacht recrawl --all` asks for them all the same."
            )
