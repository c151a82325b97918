"""The how-to page on watches keeps up with the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from alerts.watch import match_text, packaged_watches, parse_watch
from alerts.watch.tables import TermTable, WatchTable

PAGE = Path(__file__).parents[2].joinpath("docs", "how-to", "write-a-watch.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_every_example_is_a_watch_that_works() -> None:
    watches = [parse_watch(table) for example in EXAMPLES for table in tomllib.loads(example)["watch"]]
    assert [watch.name for watch in watches] == ["woo", "rijkscloud", "waterschapscloud"]
    assert match_text(watches[0], "De minister publiceert duizend Woo\u2011verzoeken.").matches
    assert match_text(watches[1], "Cloud van het Rijk\n\nHet ministerie stapt over.").matches
    assert not match_text(watches[1], "Cloud van het Rijk\n\nHet ministerie kiest Microsoft Azure Cloud.").matches
    assert match_text(watches[2], "De waterschapscloud in Almelo groeit.").matches
    assert not match_text(watches[2], "De waterschapscloud in Duitsland groeit.").matches


def test_the_verdict_shown_is_the_real_one() -> None:
    (watch,) = packaged_watches()
    (shown,) = re.findall(r'watch test "(.*)"\nai-coalitie', PAGE)
    verdict = match_text(watch, shown)
    assert [f"  not counted: {reason}" in PAGE for reason in verdict.ruled_out] == [True]
    assert not verdict.matches


def test_every_key_is_in_the_tables() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert documented == set(WatchTable.model_fields) | set(TermTable.model_fields)
