"""What holds for any two texts."""

import os
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.diff import BlockChange, Words, diff_blocks, diff_texts, diff_words, excerpts
from storage.article import Block, normalise

VOCABULARY = """
    de het een minister kabinet niet geen AI AI-fabriek 204,5 12 € miljoen foto’s ‘nieuw’ “plan” – … zegt. wil, bouwt;
    Nederland e-mail d.w.z. % <ins> {{ %s [-x-] {+ café naïef ’s
"""
WORDS = st.sampled_from(VOCABULARY.split())
ORDER = {("=", "-"), ("=", "+"), ("-", "+"), ("-", "="), ("+", "=")}
SENTENCES = st.lists(WORDS, min_size=1, max_size=9).map(" ".join)
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=4).map(". ".join)
ANY_TEXT = st.one_of(PARAGRAPHS, st.text(max_size=60))
ARTICLES = st.lists(st.one_of(PARAGRAPHS, st.text(min_size=1, max_size=30)), max_size=8)


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """An article and what an editor made of it: changed, taken out, put in, moved, cut and joined."""
    old = draw(ARTICLES)
    new = list(old)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(new)))
        act = draw(st.sampled_from(["insert", "delete", "move", "word", "split", "merge"]))
        if act == "insert":
            new.insert(at, draw(PARAGRAPHS))
        elif at < len(new):
            text = new.pop(at)
            words = text.split()
            if act == "move":
                new.insert(draw(st.integers(0, len(new))), text)
            elif act == "word" and words:
                words[draw(st.integers(0, len(words) - 1))] = draw(WORDS)
                new.insert(at, " ".join(words))
            elif act == "split" and len(words) > 1:
                cut = draw(st.integers(1, len(words) - 1))
                new[at:at] = [" ".join(words[:cut]), " ".join(words[cut:])]
            elif act == "merge" and at < len(new):
                new[at] = f"{text} {new[at]}"
    return old, new


def blocks(texts: list[str]) -> list[Block]:
    return [Block("paragraph", normalise(text)) for text in texts if normalise(text)]


def rebuilt(words: Words, without: str) -> str:
    return "".join(text for op, text in words if op != without)


def assert_whole_words(words: Words, without: str) -> None:
    parts = [text for op, text in words if op != without]
    for left, right in pairwise(parts):
        assert not (left[-1].isalnum() and right[0].isalnum()), parts


@given(ANY_TEXT, ANY_TEXT)
@example("de de de", "de de")
@example("a b c d", "a\u00a0b c d")
@example("“ja” zei hij", '"ja" zei zij')
@example("co\u00adalitie wil", "coalitie wil niet")
@example("cafe\u0301 open", "café dicht")
@example("", "iets")
def test_words_rebuild_both_texts_and_no_word_is_cut(old: str, new: str) -> None:
    words = diff_words(old, new)
    assert rebuilt(words, "+") == old
    assert rebuilt(words, "-") == new
    assert_whole_words(words, "+")
    assert_whole_words(words, "-")
    assert all(text for _, text in words)
    assert all((left[0], right[0]) in ORDER for left, right in pairwise(words))


@given(edited())
def test_every_block_is_either_untouched_or_told(pair: tuple[list[str], list[str]]) -> None:
    old, new = blocks(pair[0]), blocks(pair[1])
    changes = diff_blocks(old, new)
    for change in changes:
        assert rebuilt(change.words, "+") == change.old
        assert rebuilt(change.words, "-") == change.new
        assert change.reasons
    assert untold(old, [change.old for change in changes]) == untold(new, [change.new for change in changes])


def untold(all_blocks: list[Block], told: list[str]) -> list[str]:
    """The texts of the blocks that no change mentions, sorted."""
    left = Counter(block.text for block in all_blocks)
    left.subtract(piece for text in told if text for piece in text.split("\n"))
    assert min(left.values(), default=0) >= 0
    return sorted(left.elements())


@given(edited())
def test_positions_point_at_the_blocks_that_are_told(pair: tuple[list[str], list[str]]) -> None:
    old, new = blocks(pair[0]), blocks(pair[1])
    for change in diff_blocks(old, new):
        assert (change.old_index is None) == (change.op == "added")
        assert (change.new_index is None) == (change.op == "removed")
        if change.old_index is not None:
            assert change.old.split("\n")[0] == old[change.old_index].text
        if change.new_index is not None:
            assert change.new.split("\n")[0] == new[change.new_index].text


@given(ARTICLES)
def test_equal_texts_give_no_operations(texts: list[str]) -> None:
    assert diff_blocks(blocks(texts), blocks(texts)) == ()
    assert not diff_texts("\n\n".join(texts), "\n\n".join(texts))


@given(edited())
def test_the_same_input_gives_the_same_diff(pair: tuple[list[str], list[str]]) -> None:
    assert diff_blocks(blocks(pair[0]), blocks(pair[1])) == diff_blocks(blocks(pair[0]), blocks(pair[1]))


@given(edited(), st.integers(60, 500))
def test_excerpts_show_only_words_of_their_own_version(pair: tuple[list[str], list[str]], limit: int) -> None:
    for change in diff_blocks(blocks(pair[0]), blocks(pair[1])):
        for excerpt in excerpts(change, limit):
            assert {op for op, _ in excerpt.old_words} <= {"=", "-"}
            assert {op for op, _ in excerpt.new_words} <= {"=", "+"}
            assert excerpt.old_words or excerpt.new_words
            if not excerpt.clipped:
                assert rebuilt(excerpt.old_words, "+") in change.old
                assert rebuilt(excerpt.new_words, "-") in change.new


def test_the_diff_does_not_hang_on_the_hash_seed() -> None:
    code = (
        "from alerts.diff import diff_texts\n"
        "old = '\\n\\n'.join(f'Alinea {n % 7} over het kabinet, regel {n % 3}.' for n in range(40))\n"
        "new = '\\n\\n'.join(f'Alinea {n % 5} over de minister, regel {n % 4}.' for n in range(44))\n"
        "print(diff_texts(old, new))"
    )
    results = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(results) == 1


REPETITIVE = {
    "one word": ("de " * 3000, "de " * 2990),
    "a refrain": ("de minister zegt dat " * 750, "dat zegt de minister " * 750),
    "swapped words": ("ja nee " * 1500, "nee ja " * 1500),
    "blocks": ("ja\n\nnee\n\n" * 600, "nee\n\nja\n\nja\n\n" * 400),
    "dots": ("." * 60_000 + " Ja", "." * 59_999 + " Nee"),
    "brackets": (") " * 3000 + "ja", ") " * 2990 + "nee"),
    "number words": ("honderd" * 5000 + "x", "honderd" * 4999 + "y"),
    "open quotes": ("“ja ' " * 3000, "“nee ' " * 3000),
    "no spaces": ("a" * 60_000, "a" * 59_999),
    "more words than are compared": (
        " ".join(f"woord{n}" for n in range(8000)),
        " ".join(f"woord{n}" if n % 3 else f"anders{n}" for n in range(8000)),
    ),
    "long sentences": (
        " ".join(f"Dit is zin {n} van het stuk." for n in range(1500)),
        " ".join(f"Dit is zin {n} van het{' hele' if n % 500 == 7 else ''} stuk." for n in range(1500)),
    ),
}


@pytest.mark.parametrize("name", REPETITIVE)
def test_r57_r58_repetitive_and_endless_texts_are_compared_within_bounds(name: str) -> None:
    old, new = REPETITIVE[name]
    diff = diff_texts(old, new)
    assert diff
    for change in diff.body:
        assert rebuilt(change.words, "+") == change.old
        assert rebuilt(change.words, "-") == change.new


def test_above_the_cap_sentences_still_show_what_changed() -> None:
    (change,) = diff_texts(*REPETITIVE["long sentences"]).body
    assert [text.strip() for op, text in change.words if op == "+"] == ["hele"] * 3


def test_above_the_cap_one_endless_sentence_is_replaced_as_a_whole() -> None:
    (change,) = diff_texts(*REPETITIVE["more words than are compared"]).body
    assert [op for op, _ in change.words] == ["-", "+"]


@settings(max_examples=30)
@given(
    st.lists(st.sampled_from(["<ins>", "</ins>", "{{ x }}", "%s", "[-", "-]", "{+", "+}", "\\n", "&amp;"]), min_size=1)
)
def test_marks_of_any_kind_are_plain_text(marks: list[str]) -> None:
    text = "Tekst " + " ".join(marks)
    (change,) = diff_texts(text, text + " erbij").body
    assert change.words[0] == ("=", text)


def test_a_change_keeps_the_letters_apart_that_belong_apart() -> None:
    (change,) = diff_texts("Er is 10\u00b2 meter.", "Er is 102 meter.").body
    assert isinstance(change, BlockChange)
    assert change.significance == "major"
