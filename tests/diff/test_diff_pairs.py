"""Edits as an editor makes them: each is called what a reader would call it."""

import os
import tomllib
from pathlib import Path

import pytest

from alerts.diff import BlockChange, Words, diff_texts, summarise

PAIRS = tomllib.loads(Path(__file__).with_name("pairs.toml").read_text(encoding="utf-8"))["pair"]
DATA = Path(os.environ.get("NIEUWSWACHT_DATA") or Path(__file__).parents[3] / "shared" / "data") / "edited-pairs"


def assert_rebuilds(old: str, new: str, words: Words) -> None:
    assert "".join(text for op, text in words if op != "+") == old
    assert "".join(text for op, text in words if op != "-") == new
    assert all(text and op in "=-+" for op, text in words)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["name"].replace(" ", "-"))
def test_an_edit_is_named_and_weighed_as_a_reader_would(pair: dict) -> None:
    diff = diff_texts(pair["old"], pair["new"])
    assert [change.op for change in diff.body] == pair["ops"]
    if "significance" in pair:
        assert diff.significance == pair["significance"], diff.reasons
    assert set(pair.get("reasons", ())) <= set(diff.reasons)
    assert not set(pair.get("without", ())) & set(diff.reasons)
    if "summary" in pair:
        assert summarise(diff) == pair["summary"]
    for change in diff.body:
        assert_rebuilds(change.old, change.new, change.words)


def test_there_are_pairs_of_every_kind() -> None:
    assert len(PAIRS) >= 30
    assert {op for pair in PAIRS for op in pair["ops"]} == {"added", "removed", "changed", "moved", "split", "merged"}


def test_the_undoing_of_an_edit_weighs_as_much_as_the_edit() -> None:
    for pair in PAIRS:
        there, back = diff_texts(pair["old"], pair["new"]), diff_texts(pair["new"], pair["old"])
        assert there.significance == back.significance, pair["name"]


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no edited pairs at {DATA}")
def test_real_edits_rebuild_exactly() -> None:
    pairs = sorted(DATA.glob("*.old.md"))
    assert pairs
    for path in pairs:
        other = path.with_name(path.name.replace(".old.", ".new."))
        diff = diff_texts(path.read_text(encoding="utf-8"), other.read_text(encoding="utf-8"))
        for change in diff.body:
            assert_rebuilds(change.old, change.new, change.words)
        assert bool(diff) == ("whitespace-only" not in path.name), path.name
        assert _indexes_are_used_once(diff.body)


def _indexes_are_used_once(body: tuple[BlockChange, ...]) -> bool:
    old = [change.old_index for change in body if change.old_index is not None]
    new = [change.new_index for change in body if change.new_index is not None]
    return len(old) == len(set(old)) and len(new) == len(set(new))
