"""Watches: what someone looks for, as a small readable rule over articles, with the reasons for each verdict."""

from alerts.watch.matching import Reason, Verdict, match
from alerts.watch.parse import WatchError, combine, packaged_watches, parse_watch
from alerts.watch.plaintext import match_text
from alerts.watch.rule import Term, Watch

__all__ = [
    "Reason",
    "Term",
    "Verdict",
    "Watch",
    "WatchError",
    "combine",
    "match",
    "match_text",
    "packaged_watches",
    "parse_watch",
]
